"""`{ipv6-only}`: a silent peer at [::1] and nowhere else."""
from __future__ import annotations

from ..peers import Peer, silent

STATES = {"": lambda: Peer(silent, host="::1")}
