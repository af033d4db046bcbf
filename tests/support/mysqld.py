"""What servers of MySQL's kind have in common: a template that each server is a copy of, settings by name, SQL as root."""
from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

from .certificates import Authority
from .process import START_SECONDS, Process, free_port, scratch, until
from .world import server

# For every server; `user` and the like are each file's own. On a quick disk that may lose everything. Native AIO is out of
# a store that all processes share (fs.aio-max-nr): some thirty servers empty it, and the next does not start.
QUICK = {"innodb-use-native-aio": "OFF", "innodb-buffer-pool-size": "8M", "innodb-doublewrite": "OFF",
         "innodb-flush-log-at-trx-commit": 0, "skip-log-bin": None, "skip-name-resolve": "ON", "bind-address": "127.0.0.1,::1"}
# Where clients come from an address that is not loopback, and with a name, so that what each host does is counted.
COUNTS_HOSTS = {"bind-address": "*", "skip-name-resolve": "OFF", "performance-schema": "ON"}

PASSWORD = os.environ | {"MYSQL_PWD": "secret"}  # every user's but root's, who has none


def options(settings: dict) -> list[str]:
    """A value of None stands for an option that takes none."""
    return [f"--{name}" if value is None else f"--{name}={value}" for name, value in settings.items()]


class Mysqld:
    """A server on 127.0.0.1, [::1] and the Unix socket `socket`. `log` is everything it said.

    A subclass says how to start the server and its programs (`server_argv`, `client_argv`, `admin_argv`), what `initialise`
    does, and has a `template`. One that is `fresh` has no data until it is initialised.
    """
    user: str | None = None  # who runs it
    least_sessions = 1  # for which there can be a limit
    server_argv: list[str]
    client_argv: list[str]
    admin_argv: list[str]
    ready_line = "ready for connections"

    @classmethod
    def with_tls(cls, settings: dict | None = None, **how) -> "Mysqld":
        return cls(settings, authority=server("ca"), **how)

    @classmethod
    def reserved(cls) -> "Mysqld":
        """The one session that is left is root's: whoever else has logged in is told that there are too many."""
        sessions = cls.least_sessions
        return cls.with_tls({"max-connections": sessions}).start().hold("app", sessions=sessions)

    @classmethod
    def counts_hosts(cls, **settings) -> "Mysqld":
        """In the namespace `named`, where a client can come from `{address}`."""
        return cls.with_tls(COUNTS_HOSTS | settings, prefix=server("ns.named").prefix).start()

    def __init__(self, settings: dict | None = None, *, authority: Authority | None = None, prefix: tuple[str, ...] = (),
                 fresh: bool = False):
        self.port = free_port()
        self.prefix = prefix
        self.folder = scratch.folder("mysqld")
        self.socket = self.folder / "mysqld.sock"
        self.log_file = self.folder / "log"
        self.data = self.folder / "data"
        self.settings = QUICK | {"port": self.port, "socket": self.socket, "datadir": self.data,
                                 "pid-file": self.data / "pid", "tmpdir": self.folder} | (settings or {})
        if not fresh:
            subprocess.run(["cp", "-a", "--sparse=always", str(self.template()), str(self.data)], check=True)
        if authority is not None:
            self._use(authority)
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        self.process: Process | None = None
        self.kept: list[Process] = []

    def _use(self, authority: Authority) -> None:
        certificate = authority.issue("mysqld")
        for path in (authority.ca, certificate, authority.key(certificate)):
            shutil.copy(path, self.folder)
            if self.user is not None:
                shutil.chown(self.folder / path.name, self.user)
        self.settings |= {"ssl-ca": self.folder / authority.ca.name, "ssl-cert": self.folder / certificate.name,
                          "ssl-key": self.folder / authority.key(certificate).name}

    def launch(self, **more) -> "Mysqld":
        """Starts the server without waiting for it. `more` are settings for this time, with `_` for `-`."""
        settings = self.settings | {name.replace("_", "-"): value for name, value in more.items()}
        with self.log_file.open("ab") as log:
            self.process = Process([*self.server_argv, *options(settings)], user=self.user, prefix=self.prefix, stdout=log,
                                   stderr=log)
        return self

    def start(self, **more) -> "Mysqld":
        before = self.log().count(self.ready_line)
        self.launch(**more)
        try:
            until(lambda: self.log().count(self.ready_line) > before, "the server's start", self.process)
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {self.log()[-2000:]}") from None
        return self

    def shut_down(self) -> None:
        """As a server ends by itself, and `stop` does not."""
        self.sql("SHUTDOWN")
        self.process.popen.wait(START_SECONDS)
        self.process.stop()

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def client(self, *arguments: str) -> list[str]:
        """The command line of the server's own client, over the Unix socket unless `arguments` name a host."""
        over_tcp = any(argument.startswith("--host") for argument in arguments)
        way = f"--port={self.port}" if over_tcp else f"--socket={self.socket}"
        return [*self.client_argv, way, "--batch", "--skip-column-names", *arguments]

    def sql(self, statements: str) -> str:
        done = subprocess.run(self.client("--user=root", "--execute", statements), capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{statements}: {done.stderr}")
        return done.stdout.strip()

    def run_sql(self, statements: str) -> "Mysqld":
        self.sql(statements)
        return self

    def ping(self) -> bool:
        """What `mysqladmin ping` says over the Unix socket, as many health checks ask."""
        argv = [*self.admin_argv, "--user=root", f"--socket={self.socket}", "ping"]
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0

    def connect_errors(self) -> int:
        """How many connections count as interrupted before a login: with `max_connect_errors` of them a host is blocked."""
        return int(self.sql("SELECT COALESCE(SUM(sum_connect_errors), 0) FROM performance_schema.host_cache"))

    def hang_up(self, address: str) -> "Mysqld":
        """Reads the greeting and leaves, as a check of the bare port does."""
        script = f"import socket; socket.create_connection(('{address}', {self.port})).recv(100)"
        subprocess.run([*self.prefix, sys.executable, "-c", script], check=True)
        return self

    def hold(self, user: str, *, sessions: int = 1) -> "Mysqld":
        """Keeps so many sessions of that user open, for as long as the server runs."""
        for _ in range(sessions):
            process = Process(self.client(f"--user={user}", "--unbuffered", "--execute", "SELECT 'in'; DO SLEEP(86400)"),
                              env=PASSWORD if user != "root" else None, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.kept.append(process)
            said = process.popen.stdout.readline()
            if said != b"in\n":
                raise RuntimeError(f"no session of {user}: {said}")
        return self

    def use_up_limit(self) -> "Mysqld":
        """The one session an hour that `limited` may have."""
        subprocess.run(self.client("--user=limited", "--execute", "DO 0"), env=PASSWORD, check=True, capture_output=True)
        return self

    def stop(self) -> None:
        for process in [*self.kept, self.process]:
            if process is not None:
                process.stop()
        self.kept.clear()
