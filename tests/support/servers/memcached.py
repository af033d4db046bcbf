"""`{memcached}`: memcached on 127.0.0.1 or, as `{memcached.unix.socket}`, on a Unix socket."""
from __future__ import annotations

import os
import socket

from ..process import Process, accepts, free_port, program, scratch, until

PACKAGES = "memcached"


class Memcached:
    def __init__(self, *options: str, users: str | None = None, unix: bool = False) -> None:
        folder = scratch.folder("memcached")
        folder.chmod(0o777)
        self.port = free_port()
        self.socket = folder / "memcached.sock"
        self.kept: list[socket.socket] = []
        if users is not None:
            (folder / "users").write_text(users)
            options += ("-Y", str(folder / "users"))
        place = ("-s", str(self.socket), "-a", "0666") if unix else ("-l", "127.0.0.1", "-p", str(self.port))
        self.process = Process([program("memcached"), "-m", "8", "-t", "1", *place, *options], user="memcache" if os.geteuid() == 0 else None)
        until(lambda: self.socket.exists() if unix else accepts(self.port), "memcached", self.process)

    def full(self) -> "Memcached":
        """Connections until one is turned away."""
        def turned_away() -> bool:
            self.kept.append(socket.create_connection(("127.0.0.1", self.port)))
            self.kept[-1].sendall(b"version\r\n")
            return not self.kept[-1].recv(100).startswith(b"VERSION")
        until(turned_away, "a full memcached", self.process)
        return self


STATES = {
    "": Memcached,
    "unix": lambda: Memcached(unix=True),
    "users": lambda: Memcached(users="app:secret\n"),
    "full": lambda: Memcached("-c", "20", "-o", "maxconns_fast").full(),
}
