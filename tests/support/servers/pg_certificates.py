"""`{pg-certificates.expired}`: the certificates of nginx, shown to a client of Postgres.

Not by nginx itself: libpq 17 asks for the protocol "postgresql" (ALPN), which a server of HTTP has not.
"""
from __future__ import annotations

from ..peers import Peer
from .nginx import TLS
from .pg_peers import postgres_with_tls

STATES = {name: (lambda name=name: Peer(postgres_with_tls(name))) for name in TLS if name != "mtls"}
