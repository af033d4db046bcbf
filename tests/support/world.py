"""Every server that a case can name, started when it is first named, once per run.

`value("nginx.tls")` is what `{nginx.tls}` stands for in a case; `server("redis")` is the fixture itself.
"""
from __future__ import annotations

import pathlib
import socket
import subprocess
import threading
from concurrent.futures import Future
from urllib.parse import quote

from . import redis
from .certificates import Authority
from .namespaces import OURS, SILENT, Namespace
from .nginx import TLS, Nginx
from .peers import ENDLESS, IN_TLS, ODD, Peer, postgres_in_front_of, tls
from .pgbouncer import PgBouncer
from .postgres import Postgres
from .process import free_port, program, scratch
from .redis import Redis

HABITS = ENDLESS | ODD
NAME_SERVERS = ("silent", "nxdomain", "servfail", "address", "ipv4", "late", "no_ipv6_answer", "slow_ipv4", "blackhole",
                "garbage")


def _authority() -> Authority:
    authority = Authority()
    authority.issue("client", subject="mtls")
    authority.self_signed("selfsigned")
    authority.issue("peer")
    authority.issue("weak-client", subject="mtls", rsa_bits=1024)
    authority.encrypted_key("client")
    return authority


def _full_postgres() -> Postgres:
    server = Postgres(settings={"max_connections": "1", "superuser_reserved_connections": "0"}).start()
    server.kept = server.session()
    return server


def _stopping_postgres() -> Postgres:
    server = Postgres().start()
    server.kept = server.session()
    server.begin_shutdown()
    return server


def _full_redis() -> Redis:
    server = Redis({"maxclients": 1}).start()
    server.kept = server.session()
    return server


def _protected_redis() -> Redis:
    return Redis({"bind": "*"}, prefix=server("ns.protected").prefix).start()


def _stale_socket() -> pathlib.Path:
    path = scratch.folder("stale") / "app.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    return path


def _pgpass() -> pathlib.Path:
    path = scratch.folder("pgpass") / "pgpass"
    path.write_text("*:*:*:app:secret\n")
    path.chmod(0o600)
    return path


def _hashed_roots() -> pathlib.Path:
    """A folder as SSL_CERT_DIR wants it, with our authority."""
    path = scratch.folder("roots")
    (path / "ca.pem").write_bytes(server("ca").ca.read_bytes())
    subprocess.run([program("openssl"), "rehash", path], check=True)
    return path


def _named(habit: str) -> Namespace:
    namespace = Namespace()
    namespace.serve_names(habit)
    return namespace


MAKERS = {
    "ca": _authority,
    "nginx": lambda: Nginx(server("ca")).start(),
    "pg": lambda: Postgres().start(),
    "ipv4-pg": lambda: Postgres(settings={"listen_addresses": "127.0.0.1"}).start(),
    "pg-tls": lambda: Postgres(authority=server("ca")).start(),
    "pg-starting": lambda: Postgres(recovering=True).start(),
    "pg-standby": lambda: Postgres(standby=True).start(),
    "pg-hot-standby": lambda: Postgres(hot_standby=True).start(),
    "pg-stopping": _stopping_postgres,
    "pg-full": _full_postgres,
    "pgbouncer": lambda: PgBouncer(server("pg")).start(),
    "pgbouncer-md5": lambda: PgBouncer(server("pg"), "md5").start(),
    "redis": lambda: Redis().start(),
    "redis-password": lambda: Redis({"requirepass": "secret"}).start(),
    "redis-acl": lambda: redis.with_users().start(),
    "redis-tls": lambda: Redis(authority=server("ca")).start(),
    "redis-loading": redis.loading,
    "redis-masterdown": lambda: redis.without_master(value("closed")).start(),
    "redis-full": _full_redis,
    "redis-clusterdown": lambda: redis.cluster_node().start(),
    "redis-cluster": redis.cluster,
    "redis-protected": _protected_redis,
    "ns.protected": Namespace,
    "ns.empty-resolv-conf": lambda: Namespace(resolv_conf=""),
    "ns.two-addresses": lambda: Namespace(hosts="127.0.0.1 two.test\n203.0.113.9 two.test\n"),
    **{f"ns.{habit}": (lambda habit=habit: _named(habit)) for habit in NAME_SERVERS},
    **{f"peer.{name}": (lambda habit=habit: Peer(habit)) for name, habit in HABITS.items()},
    # The certificates of nginx, to a client of Postgres.
    **{f"pg-nginx.{name}": (lambda name=name: Peer(postgres_in_front_of(value(f"nginx.{name}")))) for name in TLS},
    **{f"tls.{name}": (lambda habit=habit: Peer(tls(server("ca"), habit))) for name, habit in IN_TLS.items()},
    "ipv6-only": lambda: Peer(HABITS["silent"], host="::1"),
    "stale-socket": _stale_socket,
    "hashed-roots": _hashed_roots,
    "pgpass": _pgpass,
    "closed": free_port,
    "tmp": lambda: scratch.folder("tmp"),
}

_started: dict[str, Future] = {}
_lock = threading.Lock()


def server(name: str):
    """The fixture of that name; KeyError if there is none. Threads that ask for the same one wait for it."""
    make = MAKERS[name]
    with _lock:
        future = _started.get(name)
        mine = future is None
        if mine:
            future = _started[name] = Future()
    if mine:
        try:
            future.set_result(make())
        except BaseException as error:
            future.set_exception(error)
    return future.result()


def value(name: str) -> str | int | pathlib.Path:
    """What a placeholder stands for: a port, a path or an address. `.encoded` at its end: as part of a URL."""
    if name.endswith(".encoded"):
        return quote(str(value(name.removesuffix(".encoded"))), safe="")
    base, _, part = name.partition(".")
    if base == "nginx":
        nginx = server("nginx")
        return nginx.socket if part == "socket" else nginx.ports[part or "http"]
    if base == "ca":
        authority = server("ca")
        return authority.folder / part if part else authority.ca
    if name in ("address", "silent-address"):
        return OURS if name == "address" else SILENT
    if part == "socket":
        return server(base).socket
    if part == "sockets":
        return server(base).sockets
    fixture = server(name)
    return getattr(fixture, "port", fixture)
