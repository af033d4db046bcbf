"""`{pg}`: PostgreSQL clusters, one initdb for all runs, copied for each server. Names and passwords are in `ROLES` below."""
from __future__ import annotations

import functools
import glob
import os
import pathlib
import pwd
import shutil
import signal
import socket
import struct
import subprocess

from ..certificates import Authority
from ..kept import kept
from ..process import START_SECONDS, Process, accepts, free_port, program, scratch, until
from ..world import server

PACKAGES = "postgresql"
ROLES = """
CREATE ROLE app LOGIN PASSWORD 'secret';
CREATE ROLE open LOGIN;
CREATE ROLE admin SUPERUSER LOGIN PASSWORD 'secret';
CREATE ROLE mtls LOGIN;
CREATE ROLE nologin PASSWORD 'secret';
CREATE ROLE limited LOGIN PASSWORD 'secret' CONNECTION LIMIT 0;
CREATE ROLE "odd user" LOGIN PASSWORD 'p@ss:w/rd?&#%';
CREATE ROLE long LOGIN PASSWORD 'secretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecretsecret';
CREATE ROLE block LOGIN PASSWORD '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
CREATE ROLE umlauts LOGIN PASSWORD U&'p\\00E4ssw\\00F6rd';
CREATE ROLE ligature LOGIN PASSWORD U&'\\2168\\00BD\\FB01';
SET password_encryption = md5;
CREATE ROLE legacy LOGIN PASSWORD 'secret';
ALTER DATABASE template1 RENAME TO app;
ALTER DATABASE app OWNER TO app;
ALTER DATABASE app IS_TEMPLATE false;
ALTER DATABASE template0 RENAME TO private;
ALTER DATABASE private ALLOW_CONNECTIONS true IS_TEMPLATE false;
REVOKE CONNECT ON DATABASE private FROM PUBLIC;
"""
INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1")
SMALL = ("-c", "min_wal_size=2MB", "-c", "max_wal_size=2MB")
# Single-user mode takes one statement per line. The databases are few, for each server gets a copy of them.
SCRIPT = "ALTER ROLE postgres PASSWORD 'secret';" + ROLES
# `open` needs no password, `legacy` has an md5 one, nobody may come in as `rejected`; all others use SCRAM.
RULES = """
{kind} all open     all trust
{kind} all legacy   all md5
{kind} all plain    all password
{kind} all rejected all reject
{kind} all all      all scram-sha-256
local all all scram-sha-256
"""
QUICK = {"fsync": "off", "shared_buffers": "1MB", "max_wal_senders": "0", "wal_level": "minimal",
         "autovacuum": "off", "listen_addresses": "127.0.0.1,::1", "log_connections": "on", "log_disconnections": "on"}


def binary(name: str) -> str:
    return program(name, *glob.glob("/usr/lib/postgresql/*/bin"))


def owner() -> str | None:
    """The user that runs the server, which refuses to be root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def give(path: pathlib.Path) -> pathlib.Path:
    if owner() is not None:
        shutil.chown(path, owner(), owner())
    return path


def run(*argv: str, **options) -> None:
    process = Process(list(argv), user=owner(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    output, _ = process.popen.communicate()
    process.stop()
    if process.popen.returncode != 0:
        raise RuntimeError(f"{argv[0]}: {output.decode(errors='replace')}")


def _make_template(folder: pathlib.Path) -> None:
    data = give(folder) / "data"
    run(binary("initdb"), "-D", str(data), *INITDB)
    script = folder / "roles.sql"
    script.write_text(SCRIPT)
    with script.open() as statements:
        run(binary("postgres"), "--single", "-D", str(data), "-c", "fsync=off", *SMALL, "postgres", stdin=statements)


@functools.cache
def version() -> str:
    """As `SHOW server_version` has it, "15.10 (Debian 15.10-0+deb12u1)"."""
    return subprocess.check_output([binary("postgres"), "--version"], text=True).removeprefix("postgres (PostgreSQL) ").strip()


@functools.cache
def template() -> pathlib.Path:
    return kept("postgres", version(), owner(), INITDB, SMALL, SCRIPT, make=_make_template) / "data"


class Postgres:
    """A server on 127.0.0.1, [::1] and a Unix socket in `sockets`. `log` is everything it said."""

    def __init__(self, *, authority: Authority | None = None, recovering: bool = False,
                 standby: bool = False, hot_standby: bool = False, settings: dict | None = None):
        source = template()
        self.port = free_port()
        self.folder = give(scratch.folder("pg"))
        self.folder.chmod(0o755)
        self.sockets = self.folder
        self.log_file = self.folder / "log"
        self.data = self.folder / "data"
        self.ready_line = "ready to accept connections"
        self.settings = QUICK | {"unix_socket_directories": str(self.sockets)} | (settings or {})
        subprocess.run(["cp", "-a", str(source), str(self.data)], check=True)
        rules = RULES.format(kind="hostssl" if authority else "host")
        if authority is not None:
            rules = "hostssl all mtls all cert\n" + rules
            self._use(authority)
        self._write("pg_hba.conf", rules)
        if recovering:
            self._recover()
        if standby or hot_standby:
            self._be_standby(hot=hot_standby)
        self.process: Process | None = None

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        give(path).chmod(0o600)

    def _use(self, authority: Authority) -> None:
        certificate = authority.issue("postgres")
        self._write("server.crt", certificate.read_text())
        self._write("server.key", authority.key(certificate).read_text())
        self._write("ca.crt", authority.ca.read_text())
        self.settings |= {"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key",
                          "ssl_ca_file": "ca.crt"}

    def _recover(self) -> None:
        """Recovery waits for the file `go`: until then the server answers that it is starting up (57P03)."""
        self.ready_line = "listening on Unix socket"
        self._write("recovery.signal", "")
        wait = f"until [ -e {self.folder}/go ] || ! [ -d {self.folder} ]; do sleep 0.05; done; false"
        self.settings |= {"restore_command": wait, "wal_level": "replica", "max_wal_senders": "10"}

    def _be_standby(self, *, hot: bool) -> None:
        """A standby without `hot_standby` never accepts a session (57P03), one with it accepts them for reading."""
        self.ready_line = "ready to accept read-only connections" if hot else "consistent recovery state reached"
        self._write("standby.signal", "")
        self.settings |= {"restore_command": "false", "wal_level": "replica", "max_wal_senders": "10",
                          "hot_standby": "on" if hot else "off"}

    def finish_recovery(self) -> None:
        (self.folder / "go").touch()

    def launch(self) -> "Postgres":
        """Starts the server without waiting for it."""
        argv = [binary("postgres"), "-D", str(self.data), "-p", str(self.port)]
        for name, value in self.settings.items():
            argv += ["-c", f"{name}={value}"]
        with self.log_file.open("ab") as log:
            self.process = Process(argv, user=owner(), stop_signal="QUIT", stdout=log, stderr=log)
        return self

    def start(self) -> "Postgres":
        self.launch()
        until(lambda: accepts(self.port), f"postgres, see {self.log_file}", self.process)
        until(lambda: self.ready_line in self.log(), f"postgres, see {self.log_file}", self.process)
        return self

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def session(self) -> socket.socket:
        """An open session of user `open`, kept until the socket is closed."""
        connection = socket.create_connection(("127.0.0.1", self.port), START_SECONDS)
        body = struct.pack("!i", 196608) + b"user\0open\0database\0app\0\0"
        connection.sendall(struct.pack("!i", len(body) + 4) + body)
        data = b""
        while not data.endswith(b"Z\0\0\0\x05I"):
            chunk = connection.recv(4096)
            if not chunk:
                raise RuntimeError(f"postgres refused a session: {data!r}")
            data += chunk
        return connection

    def sql(self, statement: str) -> str:
        """Runs a statement as the superuser `admin`."""
        done = subprocess.run([program("psql"), "-XAtc", statement, f"host={self.sockets} port={self.port} user=admin "
                               "dbname=postgres password=secret"], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def begin_shutdown(self) -> None:
        """A smart shutdown: with a session open it refuses new ones (57P03) and does not end."""
        assert self.process is not None
        self.process.send(signal.SIGTERM)
        until(lambda: "received smart shutdown request" in self.log(), "smart shutdown", self.process)

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()


def _full() -> Postgres:
    postgres = Postgres(settings={"max_connections": "1", "superuser_reserved_connections": "0"}).start()
    postgres.kept = postgres.session()
    return postgres


def _stopping() -> Postgres:
    postgres = Postgres().start()
    postgres.kept = postgres.session()
    postgres.begin_shutdown()
    return postgres


STATES = {
    "": lambda: Postgres().start(),
    "tls": lambda: Postgres(authority=server("ca")).start(),
    "starting": lambda: Postgres(recovering=True).start(),
    "standby": lambda: Postgres(standby=True).start(),
    "hot-standby": lambda: Postgres(hot_standby=True).start(),
    "stopping": _stopping,
    "full": _full,
    "version": version,
}
