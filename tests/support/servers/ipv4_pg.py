"""`{ipv4-pg}`: Postgres at 127.0.0.1 and nowhere else."""
from __future__ import annotations

from .pg import Postgres

STATES = {"": lambda: Postgres(settings={"listen_addresses": "127.0.0.1"}).start()}
