"""`{mysql}`: MySQL from Debian unstable, as scripts/unstable unpacks it. Names and passwords are in USERS below."""
from __future__ import annotations

import functools
import pathlib
import subprocess

from ..kept import kept
from ..mysqld import Mysqld, options
from ..namespaces import OURS
from ..process import Missing, free_port
from ..world import value

UNSTABLE = "mysql-server-core mysql-client-core"
ROOT = pathlib.Path(__file__).resolve().parents[3] / "build" / "unstable" / "root"

# The names are MariaDB's too, where it has the same thing.
USERS = """
CREATE DATABASE app;
CREATE DATABASE private;
CREATE USER app IDENTIFIED BY 'secret';
CREATE USER `odd user` IDENTIFIED BY 'p@ss:w/rd?&#%';
CREATE USER umlauts IDENTIFIED BY 'pässwörd';
CREATE USER open;
CREATE USER sha256 IDENTIFIED WITH sha256_password BY 'secret';
CREATE USER ssl_only IDENTIFIED BY 'secret' REQUIRE SSL;
CREATE USER mtls IDENTIFIED BY 'secret' REQUIRE SUBJECT '/CN=mtls';
CREATE USER locked IDENTIFIED BY 'secret' ACCOUNT LOCK;
CREATE USER expired IDENTIFIED BY 'secret' PASSWORD EXPIRE;
CREATE USER nothing IDENTIFIED BY 'secret';
CREATE USER limited IDENTIFIED BY 'secret' WITH MAX_CONNECTIONS_PER_HOUR 1;
CREATE USER monitor IDENTIFIED BY 'secret';
CREATE USER admin IDENTIFIED BY 'secret';
CREATE USER elsewhere@'198.51.100.1' IDENTIFIED BY 'secret';
GRANT ALL ON app.* TO app, `odd user`, umlauts, open, sha256, ssl_only, mtls, locked, expired, limited;
GRANT REPLICATION CLIENT ON *.* TO monitor;
GRANT ALL ON *.* TO admin;
"""
INITIAL = {"innodb-redo-log-capacity": "8M", "innodb-data-file-path": "ibdata1:5M:autoextend", "mysqlx": "OFF",
           "secure-file-priv": "NULL"}


def _program(folder: str, name: str) -> list[str]:
    """Started by the loader and with the libraries that it was built for."""
    loaders = list(ROOT.glob("usr/lib*/ld-linux-*.so.*"))
    if not loaders:
        raise Missing("MySQL is not there: scripts/unstable fetches it")
    libraries = next(ROOT.glob("usr/lib/*-linux-gnu"))
    return [str(loaders[0]), "--library-path", str(libraries), str(ROOT / "usr" / folder / name), "--no-defaults"]


class Mysql(Mysqld):
    """Without an authority it has no TLS."""

    def __init__(self, settings: dict | None = None, **how) -> None:
        self.server_argv = _server()
        self.client_argv, self.admin_argv = ([*_program("bin", name), f"--plugin-dir={ROOT}/usr/lib/mysql/plugin"]
                                             for name in ("mysql", "mysqladmin"))
        without_tls = {} if how.get("authority") else {"tls-version": ""}
        super().__init__(INITIAL | without_tls | (settings or {}), **how)

    def template(self) -> pathlib.Path:
        return _template()

    def initialise(self) -> None:
        _initialise({"datadir": self.data, "tmpdir": self.folder})


def _server() -> list[str]:
    # As root where the tests are: its own files may be in a folder that no other user can enter.
    return [*_program("sbin", "mysqld"), "--user=root", f"--basedir={ROOT}/usr", f"--plugin-dir={ROOT}/usr/lib/mysql/plugin",
            f"--lc-messages-dir={ROOT}/usr/share/mysql", f"--character-sets-dir={ROOT}/usr/share/mysql/charsets"]


@functools.cache
def _template() -> pathlib.Path:
    version = subprocess.check_output([*_server(), "--version"], text=True)
    return kept("mysql", version, INITIAL, USERS, make=_make_template) / "data"


def _make_template(folder: pathlib.Path) -> None:
    script = folder / "users.sql"
    script.write_text(USERS)
    _initialise({"datadir": folder / "data", "tmpdir": folder, "init-file": script})


def _initialise(settings: dict) -> None:
    settings = INITIAL | settings | {"skip-log-bin": None, "innodb-doublewrite": "OFF", "innodb-redo-log-capacity": "64M"}
    done = subprocess.run([*_server(), "--initialize-insecure", *options(settings)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stdout)


def _with_x_protocol() -> Mysql:
    """`x_port`: where MySQL's other protocol is spoken, by default 33060."""
    port = free_port()
    server = Mysql({"mysqlx": "ON", "mysqlx-port": port})
    server.settings |= {"mysqlx-socket": server.folder / "mysqlx.sock"}
    server.x_port = port
    return server.start()


STATES = {
    "": lambda: Mysql.with_tls().start().use_up_limit(),
    "plain": lambda: Mysql().start(),
    "secure": lambda: Mysql.with_tls({"require-secure-transport": "ON"}).start(),
    "read-only": lambda: Mysql.with_tls({"read-only": "ON"}).start(),
    "super-read-only": lambda: Mysql.with_tls({"super-read-only": "ON"}).start(),
    "replica": lambda: Mysql.with_tls().start().run_sql(f"CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', "
                                              f"SOURCE_PORT={value('closed')}"),
    "reserved": Mysql.reserved,
    # The first packet says so.
    "full": lambda: Mysql.reserved().hold("root"),
    "x-protocol": _with_x_protocol,
    # As the official image's first start is until its scripts have run: only the Unix socket.
    "first-start": lambda: Mysql.with_tls().start(skip_networking=None),
    # No account for any host but localhost, which the name of 127.0.0.1 is not here.
    "not-allowed": lambda: Mysql().start().run_sql("DELETE FROM mysql.user WHERE host <> 'localhost'; FLUSH PRIVILEGES"),
    "counts-hosts": Mysql.counts_hosts,
    "blocked": lambda: Mysql.counts_hosts(**{"max-connect-errors": 1}).hang_up(OURS),
}
