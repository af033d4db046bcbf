"""What test_pg_isready.py runs, and with which result."""
from __future__ import annotations

from dataclasses import dataclass, field

from common import PROBE

OK, REJECTING, NO_RESPONSE, NO_ATTEMPT = range(4)
SAYS = ("accepting connections", "rejecting connections", "no response", "no attempt")
HINT = 'pg_isready: hint: Try "pg_isready --help" for more information.\n'


@dataclass
class Row:
    args: str
    status: int  # of both, or of ours
    env: dict = field(default_factory=dict)
    within: str = ""  # what runs the command line: a key of PREFIXES
    differs: str = ""  # why
    real: tuple = ()  # then: the original's status and all that it prints, …
    ours: str = ""  # … and what ours prints
    libpq_17: int | None = None  # the status since libpq 17, for which a login that hangs is no answer

    def status_with(self, libpq: int) -> int:
        return self.status if self.libpq_17 is None or libpq < 17 else self.libpq_17


def differs(reason: str, args: str, real_status: int, real: str, status: int, ours: str, **row) -> Row:
    return Row(args, status, differs=reason, real=(real_status, real), ours=ours, **row)


SERVERS = [
    Row("-h 127.0.0.1 -p {pg}", OK),
    Row("-h ::1 -p {pg}", OK),
    Row("-h localhost -p {pg}", OK),
    Row("-h 127.1 -p {pg}", OK),
    Row("-h {pg.sockets} -p {pg}", OK),
    Row("-h {pg.sockets} -p {closed}", NO_RESPONSE),
    Row("-h /nonexistent", NO_RESPONSE),
    Row("-h 127.0.0.1 -p {closed}", NO_RESPONSE),
    Row("-h localhost -p {closed}", NO_RESPONSE),
    Row("-h 127.0.0.1 -p {pg-starting}", REJECTING),
    Row("-h {pg-starting.sockets} -p {pg-starting}", REJECTING),
    Row("-h 127.0.0.1 -p {pg-standby}", REJECTING),
    Row("-h 127.0.0.1 -p {hot-standby}", OK),
    Row("-h 127.0.0.1 -p {pg-stopping}", REJECTING),
    Row("-h 127.0.0.1 -p {pg-full}", OK),
    Row("-h 127.0.0.1 -p {pg-full} -U open -d app", OK),
    Row("-h 127.0.0.1 -p {pg-tls}", OK),
    Row("", OK, {"PGPORT": "{pg}"}, within="default socket"),
    Row("", OK, {"PGPORT": "{pg}", "PGHOST": ""}, within="default socket"),
    Row("-p {closed}", NO_RESPONSE, within="default socket"),
    Row("-p {pg}", NO_RESPONSE, within="no socket directory"),
    # Who asks, and for what, does not matter.
    Row("-h 127.0.0.1 -p {pg} -U open -d app", OK),
    Row("-h 127.0.0.1 -p {pg} -U nobody -d nosuch", OK),
    Row("-h 127.0.0.1 -p {pg} -U rejected", OK),
    Row("-h 127.0.0.1 -p {pg} -U app -d app", OK, {"PGPASSWORD": "wrong"}),
    Row("-h 127.0.0.1 -p {pg} -U app -d app", OK, {"PGPASSWORD": "secret"}),
    Row("-h 127.0.0.1 -p {pg} -U legacy -d app", OK, {"PGPASSWORD": "secret"}),
    Row("-h 127.0.0.1 -p {pg} -U limited -d app", OK, {"PGPASSWORD": "secret"}),
    Row("-h 127.0.0.1 -p {pg}", OK, {"PGUSER": "open", "PGDATABASE": "nosuch"}),
    Row("-h 127.0.0.1 -p {pg}", OK, {"PGUSER": ""}),
    Row("-h 127.0.0.1 -p {pg} -U app -d app", OK, {"PGPASSFILE": "{pgpass}"}),
]
NAMES = [
    Row("-h name.test", NO_RESPONSE, within="nxdomain"),
    Row("-h name.test,127.0.0.1 -p {closed}", NO_RESPONSE, within="nxdomain"),
    Row("-h from-hosts.test -p {closed}", NO_RESPONSE, within="nxdomain"),
    Row("-h name.test -p {closed}", NO_RESPONSE, within="servfail"),
]
CONNECTION_STRINGS = [
    Row("-d postgres://127.0.0.1:{pg}/app", OK),
    Row("-d postgresql://open@127.0.0.1:{pg}/app -h elsewhere -p 1", OK),
    Row("-d postgres://app:secret@127.0.0.1:{pg}/app", OK),
    Row("-d postgres://[::1]:{pg}", OK),
    Row("-d postgres://%2Fnonexistent/app", NO_RESPONSE),
    Row("-d postgres:///app?host={pg.sockets}&port={pg}", OK),
    Row("-d 'host=127.0.0.1 port={pg-stopping}'", REJECTING),
    Row("-d 'host=name.test hostaddr=127.0.0.1 port={pg}'", OK),
    Row("-d hostaddr=127.0.0.1 -p {pg} -h name.test", OK),
    Row("-d hostaddr=no-address -p {pg}", NO_RESPONSE),
    Row("-d sslmode=disable -h 127.0.0.1 -p {pg}", OK),
    Row("-d sslmode=bogus -h 127.0.0.1 -p {pg}", NO_ATTEMPT),
    Row("-d service=nosuch -h 127.0.0.1 -p {pg}", NO_ATTEMPT),
    Row("-d target_session_attrs=standby -h 127.0.0.1 -p {pg} -U open", OK),
    Row("-d nosuch=option", NO_ATTEMPT),
    Row("-d 'host = '", NO_RESPONSE, within="no socket directory"),
    Row("-d \"host='x\"", NO_ATTEMPT),
    Row("-d postgres://127.0.0.1?nosuch=option", NO_ATTEMPT),
    Row("-d postgres://127.0.0.1:port/", NO_RESPONSE),
]
SEVERAL_HOSTS = [
    Row("-h 127.0.0.1,127.0.0.1 -p {closed},{pg}", OK),
    Row("-h 127.0.0.1,127.0.0.1 -p {closed},{pg-stopping}", REJECTING),
    Row("-h 127.0.0.1,127.0.0.1 -p {pg-stopping},{closed}", NO_RESPONSE),
    Row("-h 127.0.0.1,127.0.0.1 -p {pg-stopping},{pg}", OK),
    Row("-h 127.0.0.1,127.0.0.1 -p {peer.garbage},{pg}", NO_RESPONSE),
    Row("-h 127.0.0.1,127.0.0.1 -p {peer.silent},{pg} -t 1", OK),
    Row("-h localhost,/nonexistent -p {pg-stopping}", NO_RESPONSE),
    Row("-h /nonexistent,localhost -p {pg-stopping}", REJECTING),
    Row("-h localhost,name.test -p {pg-stopping},0", REJECTING),
    Row("-h 127.0.0.1,127.0.0.1 -p 0,{pg}", OK),
    Row("-h 127.0.0.1,127.0.0.1 -p x,{pg}", NO_RESPONSE),
    Row("-h 127.0.0.1,127.0.0.1 -p 1,2,3", NO_ATTEMPT),
    Row("-d postgres://127.0.0.1:{closed},127.0.0.1:{pg}/app", OK),
    Row("-d postgres://127.0.0.1:{pg},127.0.0.1:{closed}/app?target_session_attrs=standby -U open", NO_RESPONSE),
]
ENVIRONMENT = [
    Row("", OK, {"PGHOST": "127.0.0.1", "PGPORT": "{pg}"}),
    Row("", OK, {"PGHOSTADDR": "127.0.0.1", "PGHOST": "name.test", "PGPORT": "{pg}"}),
    Row("-h 127.0.0.1", OK, {"PGHOST": "elsewhere", "PGPORT": "{pg}"}),
    Row("-h {pg.sockets}", NO_RESPONSE, {"PGHOSTADDR": "127.0.0.1", "PGPORT": "{closed}"}),
    Row("-h '' -p {pg}", OK, {"PGHOST": "127.0.0.1"}),
    Row("-h 127.0.0.1 -p ''", OK, {"PGPORT": "{pg}"}),
    Row("-h 127.0.0.1 -p {pg}", NO_ATTEMPT, {"PGSSLMODE": "bogus"}),
    Row("-h 127.0.0.1 -p {pg}", OK, {"PGCONNECT_TIMEOUT": "soon"}),
    Row("-h 127.0.0.1 -p {pg} -t ''", NO_RESPONSE, {"PGCONNECT_TIMEOUT": "soon"}),
    Row("-h 127.0.0.1 -p {pg}", NO_ATTEMPT, {"PGSERVICE": "nosuch"}),
    Row("", OK, {"PGSERVICEFILE": "{service-file}", "PGSERVICE": "ours"}),
    Row("-d service=ours", OK, {"PGSERVICEFILE": "{service-file}"}, within="no socket directory"),
]
PEERS = [
    *(Row("-h 127.0.0.1 -p {peer.%s} -t 1" % habit, NO_RESPONSE)
      for habit in ("silent", "deaf", "closes", "reset", "echo", "garbage", "ssh", "http10", "redis-error", "pg-drip",
                    "pg-huge-message", "pg-no-tls")),
    *(Row("-h 127.0.0.1 -p {peer.%s} -t 1 -d sslmode=disable" % habit, status) for habit, status in
      (("pg-error", REJECTING), ("pg-unknown-auth", OK), ("pg-ends-after-login", OK), ("pg-hung-query", OK),
       ("pg-notices", OK))),
    Row("-h 127.0.0.1 -p {asks-and-hangs} -t 1 -d sslmode=disable", OK),
    Row("-h 127.0.0.1 -p {asks-and-hangs} -t 1 -d sslmode=disable", OK, {"PGPASSWORD": "secret"}, libpq_17=NO_RESPONSE),
    Row("-h 127.0.0.1 -p {lets-in-and-hangs} -t 1 -d sslmode=disable", OK, libpq_17=NO_RESPONSE),
    Row("-h 127.0.0.1,127.0.0.1 -p {lets-in-and-hangs},{closed} -t 1 -d sslmode=disable", NO_RESPONSE),
    Row("-h 127.0.0.1 -p {lets-in-then-57P03} -d sslmode=disable", OK),
]
COMMAND_LINES = [
    Row("-q -h 127.0.0.1 -p {pg}", OK),
    Row("-q -h 127.0.0.1 -p {pg-stopping}", REJECTING),
    Row("-q -h 127.0.0.1 -p {closed}", NO_RESPONSE),
    Row("-q -d sslmode=bogus", NO_ATTEMPT),
    Row("-qt5 -h127.0.0.1 -p{pg}", OK),
    Row("--quiet --timeout=5 --host=127.0.0.1 --port {pg} --username=x --dbname y", OK),
    Row("--t=5 --ho 127.0.0.1 --po={pg} --user x --db y", OK),
    Row("-h elsewhere -h 127.0.0.1 -p {pg} --", OK),
    Row("-h 127.0.0.1 -p {pg} -t 0", OK),
    Row("-h 127.0.0.1 -p {pg} -t -1", OK),
    Row("-h 127.0.0.1 -p {pg} -t ' 5 '", OK),
    Row("-h 127.0.0.1 -p {pg} -t 5s", NO_RESPONSE),
    Row("-h 127.0.0.1 -p {pg} -t soon", NO_RESPONSE),
    Row("-h 127.0.0.1 -p {pg} -t 99999999999999999999", NO_RESPONSE),
    Row("-h 127.0.0.1 -p 0", NO_RESPONSE),
    Row("-h 127.0.0.1 -p 65536", NO_RESPONSE),
    Row("-h 127.0.0.1 -p http", NO_RESPONSE),
    *(Row(args, NO_ATTEMPT) for args in (
        "--nosuch", "-x", "-qx", "-q?", "-q --help", "-q -V", "--vers", "--quiet=yes", "--qui=", "-p", "--port", "-t",
        "extra", "''", "-", "extra -q", "extra --nosuch", "-- -q", "one -- two", "'two words'", "-h", "-qh")),
]
DIFFERENCES = [
    differs("ours never asks the operating system who it is, which may not know", "-h 127.0.0.1 -p {pg}",
            NO_ATTEMPT, "127.0.0.1:{pg} - no attempt\n", OK, "127.0.0.1:{pg} - accepting connections\n", within="nobody"),
    differs("a connection string may hold a password", "-d postgres://u:secret@[::1",
            NO_ATTEMPT, 'pg_isready: error: end of string reached when looking for matching "]" in IPv6 host address in '
            'URI: "postgres://u:secret@[::1"\n',
            NO_ATTEMPT, 'pg_isready: error: end of string reached when looking for matching "]" in IPv6 host address in '
            'URI\n'),
    differs("so may a URI that is meant for -d", "postgres://u:secret@h/", NO_ATTEMPT,
            f'pg_isready: error: too many command-line arguments (first is "postgres://u:secret@h/")\n{HINT}', NO_ATTEMPT,
            f'pg_isready: error: too many command-line arguments (first is "postgres://u@h/")\n{HINT}'),
    differs("the same", "-h postgres://u:secret@127.0.0.1/ -p 1", NO_RESPONSE,
            "postgres://u:secret@127.0.0.1/:1 - no response\n", NO_RESPONSE,
            "postgres://u@127.0.0.1/:1 - no response\n", within="nxdomain"),
    differs("a value may be a password", "--password=secret", NO_ATTEMPT,
            f"pg_isready: unrecognized option '--password=secret'\n{HINT}", NO_ATTEMPT,
            f"pg_isready: unrecognized option '--password…'\n{HINT}"),
    differs("no option is meant, so none is offered", "--=5", NO_ATTEMPT,
            "pg_isready: option '--=5' is ambiguous; possibilities: '--dbname' '--host' '--port' '--quiet' '--timeout' "
            f"'--username'\n{HINT}", NO_ATTEMPT, f"pg_isready: unrecognized option '--…'\n{HINT}"),
    differs("POSIXLY_CORRECT changes nothing: what is wrong with options is told first", "extra --nosuch", NO_ATTEMPT,
            f'pg_isready: error: too many command-line arguments (first is "extra")\n{HINT}', NO_ATTEMPT,
            f"pg_isready: unrecognized option '--nosuch'\n{HINT}", env={"POSIXLY_CORRECT": "1"}),
    differs("errors have no colour", "extra", NO_ATTEMPT,
            '\x1b[01mpg_isready: \x1b[0m\x1b[01;31merror: \x1b[0mtoo many command-line arguments (first is "extra")\n'
            '\x1b[01mpg_isready: \x1b[0m\x1b[01;36mhint: \x1b[0mTry "pg_isready --help" for more information.\n',
            NO_ATTEMPT, f'pg_isready: error: too many command-line arguments (first is "extra")\n{HINT}',
            env={"PG_COLOR": "always"}),
]
REQUIRES_TLS = "-h 127.0.0.1 -p {pg-tls} -d sslmode=require"
if PROBE.flavour == "full":
    SERVERS.append(Row(REQUIRES_TLS, OK))
else:
    DIFFERENCES.append(differs("the lite flavour has no TLS", REQUIRES_TLS, OK,
                               "127.0.0.1:{pg-tls} - accepting connections\n", NO_ATTEMPT,
                               "127.0.0.1:{pg-tls} - no attempt\n"))
REQUIRES_GSS = "-h 127.0.0.1 -p {pg} -d gssencmode=require"
if not PROBE.is_static():
    SERVERS.append(Row(REQUIRES_GSS, NO_RESPONSE))
else:
    DIFFERENCES.append(differs("the static libpq has no GSSAPI", REQUIRES_GSS, NO_RESPONSE,
                               "127.0.0.1:{pg} - no response\n", NO_ATTEMPT, "127.0.0.1:{pg} - no attempt\n"))
