"""`{mariadb}`: MariaDB servers. Names and passwords are in USERS below, and mostly those of `mysql.py`."""
from __future__ import annotations

import functools
import os
import pathlib
import shutil
import subprocess

from ..kept import kept
from ..mysqld import Mysqld, options
from ..namespaces import OURS
from ..process import Process, program
from ..world import value

PACKAGES = "mariadb-server"

USERS = """
CREATE DATABASE app;
CREATE DATABASE private;
CREATE USER app IDENTIFIED BY 'secret';
CREATE USER `odd user` IDENTIFIED BY 'p@ss:w/rd?&#%';
CREATE USER umlauts IDENTIFIED BY 'pässwörd';
CREATE USER open;
CREATE USER ed25519 IDENTIFIED VIA ed25519 USING PASSWORD('secret');
CREATE USER two_ways IDENTIFIED VIA ed25519 USING PASSWORD('other') OR mysql_native_password USING PASSWORD('secret');
CREATE USER socket IDENTIFIED VIA unix_socket;
CREATE USER ssl_only IDENTIFIED BY 'secret' REQUIRE SSL;
CREATE USER mtls IDENTIFIED BY 'secret' REQUIRE SUBJECT '/CN=mtls';
CREATE USER locked IDENTIFIED BY 'secret' ACCOUNT LOCK;
CREATE USER expired IDENTIFIED BY 'secret' PASSWORD EXPIRE;
CREATE USER nothing IDENTIFIED BY 'secret';
CREATE USER limited IDENTIFIED BY 'secret' WITH MAX_CONNECTIONS_PER_HOUR 1;
CREATE USER monitor IDENTIFIED BY 'secret';
CREATE USER admin IDENTIFIED BY 'secret';
CREATE USER elsewhere@'198.51.100.1' IDENTIFIED BY 'secret';
GRANT ALL ON app.* TO app, `odd user`, umlauts, open, ed25519, two_ways, socket, ssl_only, mtls, locked, expired, limited;
GRANT SLAVE MONITOR ON *.* TO monitor;
GRANT ALL ON *.* TO admin;
DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost';
"""
INITIAL = {"innodb-log-file-size": "4M", "innodb-data-file-path": "ibdata1:5M:autoextend", "plugin-load-add": "auth_ed25519",
           "aria-log-file-size": "8M"}


def _user() -> str | None:
    """The user of Debian's package, since the server refuses to be root."""
    return "mysql" if os.geteuid() == 0 else None


class Mariadb(Mysqld):
    """Without an authority it has no TLS."""
    least_sessions = 10

    def __init__(self, settings: dict | None = None, **how) -> None:
        self.user = _user()
        self.server_argv = [program("mariadbd"), "--no-defaults"]
        self.client_argv = [program("mariadb"), "--no-defaults"]
        self.admin_argv = [program("mariadb-admin"), "--no-defaults"]
        super().__init__(INITIAL | {"disconnect-on-expired-password": "ON"} | (settings or {}), **how)

    def template(self) -> pathlib.Path:
        return _template()

    def initialise(self) -> None:
        _initialise({"datadir": self.data, "tmpdir": self.folder})


@functools.cache
def _template() -> pathlib.Path:
    version = subprocess.check_output([program("mariadbd"), "--version"], text=True)
    return kept("mariadb", version, INITIAL, USERS, make=_make_template) / "data"


def _make_template(folder: pathlib.Path) -> None:
    if _user() is not None:
        shutil.chown(folder, _user())
    data = {"datadir": folder / "data", "tmpdir": folder}  # MariaDB ends when another one tidies /tmp up
    _initialise(data)
    _run([program("mariadbd"), "--no-defaults", "--bootstrap", "--skip-grant-tables=OFF", *options(INITIAL | data)],
         "FLUSH PRIVILEGES;\n" + USERS)


def _initialise(settings: dict) -> None:
    _run([program("mariadb-install-db"), "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db",
          *options(INITIAL | settings)], "")


def _run(argv: list[str], statements: str) -> None:
    process = Process(argv, user=_user(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.popen.communicate(statements.encode())
    process.stop()
    if process.popen.returncode != 0 or b"ERROR" in said:
        raise RuntimeError(f"{argv[0]}: {said.decode(errors='replace')}")


STATES = {
    "": lambda: Mariadb().start().use_up_limit(),
    "tls": lambda: Mariadb.with_tls().start(),
    "secure": lambda: Mariadb.with_tls({"require-secure-transport": "ON"}).start(),
    "read-only": lambda: Mariadb({"read-only": "ON"}).start(),
    "replica": lambda: Mariadb({"server-id": 2}).start().run_sql("CHANGE MASTER TO MASTER_HOST='127.0.0.1', "
                                                                 f"MASTER_PORT={value('closed')}"),
    "reserved": Mariadb.reserved,
    # The first packet says so.
    "full": lambda: Mariadb.reserved().hold("root"),
    # As the official image's first start is until its scripts have run: only the Unix socket.
    "first-start": lambda: Mariadb().start(skip_networking=None),
    "not-allowed": lambda: Mariadb().start().run_sql("DELETE FROM mysql.global_priv WHERE host <> 'localhost'; FLUSH PRIVILEGES"),
    "counts-hosts": Mariadb.counts_hosts,
    "blocked": lambda: Mariadb.counts_hosts(**{"max-connect-errors": 1}).hang_up(OURS),
}
