"""`{redis}`: Redis servers, each a process of its own, with its settings given as a dictionary."""
from __future__ import annotations

import pathlib
import shutil
import socket
import subprocess

from ..certificates import Authority
from ..kept import kept
from ..process import START_SECONDS, Process, free_port, program, scratch, until
from ..world import server, value

PACKAGES = "redis-server redis-tools"

ACL = ["user default off",
       "user app on >secret ~* &* +@all",
       "user noping on >secret ~* &* +@all -ping",
       "user norole on >secret ~* &* +@all -role",
       "user nothing on >secret -@all"]


def command(port: int, *words: str) -> str:
    """Sends one command and returns the first line of the reply."""
    with socket.create_connection(("127.0.0.1", port), START_SECONDS) as connection:
        connection.sendall((" ".join(words) + "\r\n").encode())
        return connection.makefile("rb").readline().decode().rstrip()


class Redis:
    """A server on 127.0.0.1 and [::1], and on the Unix socket `socket`. Settings whose value is a list are repeated."""

    def __init__(self, settings: dict | None = None, *, authority: Authority | None = None,
                 prefix: tuple[str, ...] = (), arguments: tuple[str, ...] = ()) -> None:
        self.port = free_port()
        self.prefix = prefix
        self.arguments = arguments
        self.folder = scratch.folder("redis")
        self.socket = self.folder / "redis.sock"
        self.settings = {"port": self.port, "bind": "127.0.0.1 ::1", "unixsocket": self.socket, "dir": self.folder,
                         "save": '""', "loglevel": "notice"} | (settings or {})
        if authority is not None:
            self._use(authority)
        self.process: Process | None = None

    def _use(self, authority: Authority) -> None:
        certificate = authority.issue("redis")
        self.settings |= {"port": 0, "tls-port": self.port, "tls-cert-file": certificate,
                          "tls-key-file": authority.key(certificate), "tls-ca-cert-file": authority.ca,
                          "tls-auth-clients": "no"}

    def launch(self) -> "Redis":
        """Starts the server without waiting for it."""
        lines = []
        for name, value in self.settings.items():
            lines += [f"{name} {item}\n" for item in (value if isinstance(value, list) else [value])]
        config = self.folder / "redis.conf"
        config.write_text("".join(lines))
        with (self.folder / "log").open("ab") as log:
            self.process = Process([*self.prefix, program("redis-server"), str(config), *self.arguments], stdout=log, stderr=log)
        return self

    def start(self) -> "Redis":
        self.launch()
        until(self._listening, f"redis, see {self.folder}/log", self.process)
        return self

    def _listening(self) -> bool:
        """The Unix socket comes last, and can be reached whatever the network namespace."""
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(self.socket)) == 0

    def session(self) -> socket.socket:
        """A connection that counts as a client until it is closed."""
        def connect():
            connection = socket.create_connection(("127.0.0.1", self.port), START_SECONDS)
            connection.sendall(b"PING\r\n")
            return connection if connection.recv(100).startswith(b"+PONG") else connection.close()

        return until(connect, "a redis session", self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()


def with_users() -> Redis:
    return Redis({"user": [line.removeprefix("user ") for line in ACL]})


KEYS = 200000


def _make_dump(folder: pathlib.Path) -> None:
    server = Redis({"enable-debug-command": "yes", "dir": folder}).start()
    command(server.port, "DEBUG", "POPULATE", str(KEYS))
    command(server.port, "SAVE")
    server.stop()


def loading() -> Redis:
    """Answers LOADING until `finish_loading`."""
    version = subprocess.check_output([program("redis-server"), "--version"])
    dump = kept("redis", version, KEYS, make=_make_dump) / "dump.rdb"
    server = Redis({"key-load-delay": 1000, "loading-process-events-interval-bytes": 1024})
    shutil.copy(dump, server.folder)
    server.start()
    until(lambda: command(server.port, "PING").startswith("-LOADING"), "loading", server.process)
    return server


def finish_loading(server: Redis) -> None:
    command(server.port, "CONFIG", "SET", "key-load-delay", "0")


def without_master(master_port: int) -> Redis:
    """A replica that has never seen its master and says MASTERDOWN."""
    return Redis({"replicaof": f"127.0.0.1 {master_port}", "replica-serve-stale-data": "no"})


def cluster_node() -> Redis:
    """The only node of a cluster, without slots: CLUSTERDOWN."""
    return Redis({"cluster-enabled": "yes", "cluster-port": free_port()})


def cluster() -> Redis:
    """A cluster of one node that has every slot."""
    server = cluster_node().start()
    command(server.port, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    until(lambda: command(server.port, "GET", "x") == "$-1", "the cluster", server.process)
    return server


def sentinel(**settings: str) -> Redis:
    """A Sentinel that knows a master, one that is gone, and one that has become a replica."""
    masters = {"mymaster": value("redis-password"), "gone": value("closed"), "demoted": value("redis-masterdown")}
    lines = [f"monitor {name} 127.0.0.1 {port} 1" for name, port in masters.items()]
    return Redis({"sentinel": [*lines, "auth-pass mymaster secret"]} | settings, arguments=("--sentinel",))


def _full() -> Redis:
    redis = Redis({"maxclients": 1}).start()
    redis.kept = redis.session()
    return redis


STATES = {
    "": lambda: Redis().start(),
    "password": lambda: Redis({"requirepass": "secret"}).start(),
    "acl": lambda: with_users().start(),
    "tls": lambda: Redis(authority=server("ca")).start(),
    "loading": loading,
    "masterdown": lambda: without_master(value("closed")).start(),
    "full": _full,
    "clusterdown": lambda: cluster_node().start(),
    "cluster": cluster,
    "sentinel": lambda: sentinel().start(),
    "sentinel-password": lambda: sentinel(requirepass="geheim").start(),
    "protected": lambda: Redis({"bind": "*"}, prefix=server("ns.protected").prefix).start(),
}
