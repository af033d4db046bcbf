"""`{rabbitmq}`: one RabbitMQ, whose port with TLS is `{rabbitmq.tls}`. It takes some seconds to start, so all states are users and
virtual hosts of it: `guest`, with the virtual host `/`; `app`, whose password is `secret`, with `/`, `app` and `a/b`."""
from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess

from ..process import Process, accepts, free_port, program, scratch, until
from ..world import server

PACKAGES = "rabbitmq-server"

CONFIG = """
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls}
ssl_options.cacertfile = {ca}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
load_definitions = {folder}/definitions.json
auth_mechanisms.1 = PLAIN
auth_mechanisms.2 = AMQPLAIN
"""


def _user(name: str, password: str) -> dict:
    salt = b"salt"
    hashed = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    return {"name": name, "password_hash": hashed, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}


def _may(user: str, vhost: str) -> dict:
    return {"user": user, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}


DEFINITIONS = {
    "users": [_user("guest", "guest"), _user("app", "secret"), _user("odd user", "p@ss:w/rd?&#%\"")],
    "vhosts": [{"name": name} for name in ("/", "app", "a/b", "private")],
    "permissions": [_may("guest", "/"), _may("app", "/"), _may("app", "app"), _may("app", "a/b"), _may("odd user", "/")],
}


class Rabbitmq:
    """A node without others, with an epmd of its own: the one that Erlang would start outlives it."""

    def __init__(self) -> None:
        self.folder = scratch.folder("rabbitmq")
        self.port, self.tls, self.epmd_port = free_port(), free_port(), free_port()
        authority = server("ca")
        certificate = authority.issue("rabbitmq")
        (self.folder / "definitions.json").write_text(json.dumps(DEFINITIONS))
        (self.folder / "rabbitmq.conf").write_text(CONFIG.format(
            folder=self.folder, port=self.port, tls=self.tls, ca=authority.ca, certificate=certificate,
            key=authority.key(certificate)))
        (self.folder / "plugins").write_text("[].\n")
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"probe{self.port}@localhost", "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(self.epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"), "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"), "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOGS": str(self.folder / "log"), "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +SDcpu 1:1 +SDio 1 +A 1 +sbwt none -start_epmd false",
            "RUNNING_UNDER_SYSTEMD": "1",  # the script becomes the server, which can then be stopped,
        }

    def start(self) -> "Rabbitmq":
        self.epmd = Process([program("epmd"), "-address", "127.0.0.1", "-port", str(self.epmd_port)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: accepts(self.epmd_port), "epmd", self.epmd)
        with (self.folder / "output").open("wb") as output:
            self.process = Process([program("/usr/lib/rabbitmq/bin/rabbitmq-server")], env=self.environment,
                                   cwd=self.folder, stdout=output, stderr=output)
        # The port with TLS is the last one.
        until(lambda: accepts(self.port) and accepts(self.tls), f"rabbitmq, see {self.folder}/output", self.process, seconds=180)
        return self

    def diagnostics_argv(self, *arguments: str) -> list[str]:
        """The command line of its own health check."""
        settings = [f"{name}={value}" for name, value in self.environment.items()]
        return [program("env"), "-i", *settings, program("/usr/lib/rabbitmq/bin/rabbitmq-diagnostics"), "-q", "-n",
                self.environment["RABBITMQ_NODENAME"], *arguments]

    def log(self) -> str:
        return (self.folder / "log").read_text()


STATES = {"": lambda: Rabbitmq().start()}
