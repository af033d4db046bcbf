"""`{pgbouncer}`: PgBouncer in front of a `Postgres`: as strict as it comes (no startup option but its own), a pool per transaction."""
from __future__ import annotations

from ..process import Process, accepts, free_port, program, scratch, until
from ..world import server
from .pg import Postgres, give, owner

PACKAGES = "pgbouncer"

SETTINGS = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = {auth_type}
auth_file = {folder}/users
unix_socket_dir =
pool_mode = transaction
default_pool_size = 1
"""


class PgBouncer:
    """Its users are `app` and `open`, both with the password `secret`; it logs into the server with it."""

    def __init__(self, server: Postgres, auth_type: str = "scram-sha-256") -> None:
        self.port = free_port()
        self.folder = give(scratch.folder("pgbouncer"))
        self.folder.chmod(0o755)
        self._write("users", '"app" "secret"\n"open" "secret"\n')
        self._write("ini", SETTINGS.format(server=server.port, port=self.port, auth_type=auth_type, folder=self.folder))
        self.process: Process | None = None

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        give(path).chmod(0o600)

    def start(self) -> "PgBouncer":
        with (self.folder / "log").open("ab") as log:
            self.process = Process([program("pgbouncer", "/usr/sbin"), str(self.folder / "ini")], user=owner(), stdout=log,
                                   stderr=log)
        until(lambda: accepts(self.port), f"pgbouncer, see {self.folder}/log", self.process)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()


STATES = {
    "": lambda: PgBouncer(server("pg")).start(),
    "md5": lambda: PgBouncer(server("pg"), "md5").start(),
}
