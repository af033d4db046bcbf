"""`{mosquitto}`: MQTT brokers, each a process of its own."""
from __future__ import annotations

import os
import shutil
import subprocess

from ..process import Process, accepts, free_port, program, scratch, until
from ..world import server

PACKAGES = "mosquitto"


class Mosquitto:
    """`lines` are added to the configuration. It becomes the user of Debian's package where it is started by root."""

    def __init__(self, *lines: str, users: dict | None = None, tls: bool = False) -> None:
        self.folder = scratch.folder("mosquitto")
        self.port = free_port()
        self.lines = [f"listener {self.port} 127.0.0.1", f"allow_anonymous {'true' if users is None else 'false'}", *lines]
        if users is not None:
            passwords = self.folder / "users"
            passwords.write_text("".join(f"{name}:{password}\n" for name, password in users.items()))
            subprocess.run([program("mosquitto_passwd"), "-U", str(passwords)], check=True)
            self._give(passwords)
            self.lines.append(f"password_file {passwords}")
        if tls:
            authority = server("ca")
            certificate = authority.issue("mosquitto")
            key = self.folder / "key"
            shutil.copy(authority.key(certificate), key)
            self._give(key)
            self.lines += [f"certfile {certificate}", f"keyfile {key}"]

    def _give(self, path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, "mosquitto")

    def start(self) -> "Mosquitto":
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(self.lines) + "\n")
        with (self.folder / "log").open("wb") as log:
            self.process = Process([program("mosquitto"), "-c", str(config)], stdout=log, stderr=log)
        until(lambda: accepts(self.port), f"mosquitto, see {self.folder}/log", self.process)
        return self


STATES = {
    "": lambda: Mosquitto().start(),
    "users": lambda: Mosquitto(users={"app": "secret"}).start(),
    "ids": lambda: Mosquitto("allow_zero_length_clientid false").start(),
    "tls": lambda: Mosquitto(tls=True).start(),
}
