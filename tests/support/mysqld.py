"""What servers of MySQL's kind have in common: a template that each server is a copy of, settings by name, SQL as root."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys

from .certificates import Authority
from .process import Process, free_port, scratch, until

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

    A subclass says how to start the server and its client (`server_argv`, `client_argv`), and has a `template`.
    """
    user: str | None = None  # who runs it
    server_argv: list[str]
    client_argv: list[str]
    ready_line = "ready for connections"

    def __init__(self, settings: dict | None = None, *, authority: Authority | None = None, prefix: tuple[str, ...] = ()):
        source = self.template()
        self.port = free_port()
        self.prefix = prefix
        self.folder = scratch.folder("mysqld")
        self.socket = self.folder / "mysqld.sock"
        self.log_file = self.folder / "log"
        self.data = self.folder / "data"
        self.settings = QUICK | {"port": self.port, "socket": self.socket, "datadir": self.data,
                                 "pid-file": self.data / "pid"} | (settings or {})
        subprocess.run(["cp", "-a", "--sparse=always", str(source), str(self.data)], check=True)
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
