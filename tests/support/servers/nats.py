"""`{nats}`: nats-servers, each a process of its own."""
from __future__ import annotations

import json
import signal
import socket

from ..process import Process, accepts, free_port, program, scratch, until
from ..world import server

PACKAGES = "nats-server"


class Nats:
    """`settings` is added to the configuration, whose syntax has JSON in it."""

    def __init__(self, settings: dict | None = None, *, tls: bool = False) -> None:
        self.folder = scratch.folder("nats")
        self.port = free_port()
        self.kept: list[socket.socket] = []
        self.settings = {"listen": f"127.0.0.1:{self.port}", "log_file": str(self.folder / "log")} | (settings or {})
        if tls:
            authority = server("ca")
            certificate = authority.issue("nats")
            self.settings["tls"] = {"cert_file": str(certificate), "key_file": str(authority.key(certificate))}

    def start(self) -> "Nats":
        (self.folder / "config").write_text(json.dumps(self.settings))
        self.process = Process([program("nats-server"), "-c", str(self.folder / "config")])
        until(lambda: accepts(self.port), f"nats-server, see {self.folder}/log", self.process)
        return self

    def full(self) -> "Nats":
        """Connections until one is turned away."""
        def turned_away() -> bool:
            self.kept.append(socket.create_connection(("127.0.0.1", self.port)))
            self.kept[-1].settimeout(0.2)
            said = b""
            try:
                while b"-ERR" not in said:
                    said += self.kept[-1].recv(4096)
            except TimeoutError:
                return False
            return True
        until(turned_away, "a full nats-server", self.process)
        return self

    def leave(self) -> None:
        """Begins to stop: lame duck mode."""
        self.process.send(signal.SIGUSR2)


USERS = [{"user": "app", "password": "secret"}, {"user": "odd user", "password": "p@ss:w/rd?&#%\""}]
STATES = {
    "": lambda: Nats().start(),
    "users": lambda: Nats({"authorization": {"users": USERS}}).start(),
    "token": lambda: Nats({"authorization": {"token": "secret"}}).start(),
    "tls": lambda: Nats(tls=True).start(),
    "tls-users": lambda: Nats({"authorization": {"users": USERS}}, tls=True).start(),
    "full": lambda: Nats({"max_connections": 1}).start().full(),
}
