"""`{tls.half-head}`: scripted peers behind a handshake. `peer.py` says where they come from."""
from __future__ import annotations

from ..peers import Peer, tls
from ..world import server
from .peer import gathered

STATES = {name: (lambda habit=habit: Peer(tls(server("ca"), habit))) for name, habit in gathered("IN_TLS").items()}
