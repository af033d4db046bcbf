"""`{haproxy.mysql}`: HAProxy with plain TCP, in front of the server of that name. `{haproxy.nothing}`: of none that runs."""
from __future__ import annotations

from ..process import Process, free_port, listens, program, scratch, until
from ..world import value

PACKAGES = "haproxy"

CONFIG = """
defaults
  mode tcp
  timeout connect 1s
  timeout client 1h
  timeout server 1h
  retries 0
listen proxy
  bind 127.0.0.1:{port}
  server behind {address}:{server}
"""


class Haproxy:
    def __init__(self, server: int, *, address: str = "127.0.0.1", prefix: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self.prefix = prefix
        self.folder = scratch.folder("haproxy")
        self.config = self.folder / "haproxy.cfg"
        self.config.write_text(CONFIG.format(port=self.port, address=address, server=server))
        self.process: Process | None = None

    def start(self) -> "Haproxy":
        with (self.folder / "log").open("ab") as log:
            self.process = Process([program("haproxy"), "-db", "-f", str(self.config)], prefix=self.prefix, stdout=log,
                                   stderr=log)
        # Not by connecting: the server behind would count who leaves.
        until(lambda: listens(self.process.pid, self.port), f"haproxy, see {self.folder}/log", self.process)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()


STATES = {
    "mysql": lambda: Haproxy(value("mysql")).start(),
    "mariadb": lambda: Haproxy(value("mariadb")).start(),
    "nothing": lambda: Haproxy(value("closed")).start(),
}
