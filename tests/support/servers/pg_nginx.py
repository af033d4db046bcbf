"""`{pg-nginx.expired}`: the certificates of nginx, shown to a client of Postgres."""
from __future__ import annotations

from ..peers import Peer
from ..world import value
from .nginx import TLS
from .pg_peers import postgres_in_front_of

STATES = {name: (lambda name=name: Peer(postgres_in_front_of(value(f"nginx.{name}")))) for name in TLS}
