"""As `pg_isready`: every row is run with the original too, and what it prints and returns must be the same, byte by byte.

A row that differs says why, and what either does: should the two agree one day, the row fails.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import threading

from common import BACKGROUND, PROBE, ProbeTest, static_only, timed
from pg_isready_rows import (COMMAND_LINES, CONNECTION_STRINGS, DIFFERENCES, ENVIRONMENT, NAMES, NO_RESPONSE, OK, PEERS, SAYS,
                             SERVERS, SEVERAL_HOSTS, Row)
from support import world
from support.namespaces import Namespace
from support.peers import Peer, says
from support.probe import Result
from support.process import Missing, need_root, program, scratch, until
from support.servers.pg import Postgres, binary
from support.servers.pg_peers import sqlstate


def hot_standby() -> int:
    server = Postgres(standby=True)
    server.settings |= {"hot_standby": "on", "max_connections": "100"}
    server.ready_line = "ready to accept read-only connections"
    return server.start().port


def service_file() -> str:
    path = scratch.folder("service") / "services"
    path.write_text(f"[ours]\nhost=127.0.0.1\nport={world.value('pg')}\n")
    return str(path)


def slow_names() -> Namespace:
    """Two times a second for nothing."""
    namespace = Namespace(resolv_conf="nameserver 127.0.0.1\noptions timeout:1 attempts:2\n")
    namespace.serve_names("silent")
    return namespace


ASKS = b"R\0\0\0\x08\0\0\0\3"
LETS_IN = b"R\0\0\0\x08\0\0\0\0"
OWN = {
    "hot-standby": hot_standby,
    "service-file": service_file,
    "slow-names": slow_names,
    "asks-and-hangs": lambda: Peer(says(ASKS, then_wait=True)).port,
    "lets-in-and-hangs": lambda: Peer(says(LETS_IN, then_wait=True)).port,
    "lets-in-then-57P03": lambda: Peer(says(LETS_IN + sqlstate("FATAL", "57P03", "no"))).port,
}


_lock = threading.Lock()
_made: dict = {}


def made(name: str):
    """What OWN makes, once; threads that ask for it wait."""
    with _lock:
        if name not in _made:
            _made[name] = OWN[name]()
        return _made[name]


def value(name: str) -> str:
    return str(made(name) if name in OWN else world.value(name))


def fill(text: str) -> str:
    return re.sub(r"\{([^}]+)\}", lambda match: value(match[1]), text)


def mounted(setup: str) -> tuple:
    """A view in which `/run` is our own."""
    need_root()
    return (program("unshare"), "--mount", "--propagation", "private", "sh", "-c",
            f'mount -t tmpfs none /run && {setup} && exec "$@"', "sh")


PREFIXES = {
    "default socket": lambda: mounted(f"mkdir /run/postgresql && mount --bind {value('pg.sockets')} /run/postgresql"),
    "no socket directory": lambda: mounted("true"),
    "nobody": lambda: (program("setpriv"), "--reuid", "12345", "--regid", "12345", "--clear-groups"),
    "nxdomain": lambda: world.server("ns.nxdomain").prefix,
    "slow names": lambda: made("slow-names").prefix,
    "servfail": lambda: world.server("ns.servfail").prefix,
}


def major(pattern: str, path: pathlib.Path) -> int:
    return int(re.search(pattern, subprocess.check_output([path, "--version"], text=True))[1])


class PgIsready(ProbeTest):
    @classmethod
    def setUpClass(cls):
        cls.real = pathlib.Path(binary("postgres")).resolve().parent / "pg_isready"  # not Debian's wrapper in /usr/bin
        if not cls.real.exists():
            raise Missing(f"{cls.real} is not installed")
        cls.real_libpq = major(r"\(PostgreSQL\) (\d+)", cls.real)
        cls.our_libpq = major(r"libpq (\d+)", PROBE.path)
        cls.ours = scratch.folder("ours") / "pg_isready"
        shutil.copy(PROBE.path, cls.ours)

    def run_as(self, path: pathlib.Path, row: Row) -> Result:
        # The original looks for itself in PATH. It is named as a user would name it, for getopt repeats that.
        env = {"PATH": f"{self.real.parent}:{os.defpath}"} | {name: fill(text) for name, text in row.env.items()}
        how = {"path": str(path), "prefix": PREFIXES[row.within]()} if row.within else {
            "path": "pg_isready", "executable": str(path)}
        return PROBE.run(*shlex.split(fill(row.args)), env=env, **how)

    def compare(self, *rows: Row) -> None:
        runs = [(row, BACKGROUND.submit(self.run_as, self.real, row), BACKGROUND.submit(self.run_as, self.ours, row))
                for row in rows]
        for row, real, ours in runs:
            with self.subTest(row.args, env=row.env, within=row.within):
                real, ours = real.result(), ours.result()
                if row.differs:
                    self.assertEqual((real.status, real.output), (row.real[0], fill(row.real[1])), row.differs)
                    self.assertEqual((ours.status, ours.output), (row.status, fill(row.ours)), row.differs)
                    self.assertNotEqual((ours.status, ours.output), (real.status, real.output), row.differs)
                    continue
                expected = row.status_with(self.our_libpq)
                self.assertEqual(real.status, row.status_with(self.real_libpq), real.output)
                self.assertEqual(ours.status, expected, ours.output)
                if real.status == expected:
                    self.assertEqual((ours.stdout, ours.stderr), (real.stdout, real.stderr))
                if ours.stdout:
                    self.assertTrue(ours.stdout.endswith(f" - {SAYS[expected]}\n"), ours.output)

    def test_servers(self):
        self.compare(*SERVERS)

    def test_names(self):
        self.compare(*NAMES)

    def test_connection_strings(self):
        self.compare(*CONNECTION_STRINGS)

    def test_several_hosts(self):
        self.compare(*SEVERAL_HOSTS)

    def test_environment(self):
        self.compare(*ENVIRONMENT)

    def test_peers(self):
        self.compare(*PEERS)

    def test_command_lines(self):
        self.compare(*COMMAND_LINES)

    def test_differences(self):
        self.compare(*DIFFERENCES)

    @timed
    def test_a_dead_name_server(self):
        """The original waits for it as long as resolv.conf says, ours as long as -t says."""
        row = Row("-h name.test -t 1", NO_RESPONSE, within="slow names")
        real, ours = BACKGROUND.submit(self.run_as, self.real, row), BACKGROUND.submit(self.run_as, self.ours, row)
        self.assertEqual((ours.result().status, ours.result().output), (real.result().status, real.result().output))
        self.within(ours.result(), 1, 1.1)
        self.assertGreater(real.result().seconds, 1.8)

    @timed
    def test_time_outs_last_as_long(self):
        """Two seconds at least, as libpq has it."""
        runs = [(BACKGROUND.submit(self.run_as, path, Row(f"-h 127.0.0.1 -p {{peer.silent}} -t {seconds}", NO_RESPONSE)),
                 path, least, most)
                for seconds, least, most in ((1, 1, 2.1), (3, 2, 3.1)) for path in (self.real, self.ours)]
        for run, path, least, most in runs:
            with self.subTest(path=path, most=most):
                self.within(run.result(), least, most)

    @timed
    @static_only
    def test_in_an_empty_root(self):
        need_root()
        root = scratch.folder("root")
        shutil.copy(self.ours, root)
        prefix = (program("chroot"), "--userspec=+12345:+12345", root)
        for args, status in (("-h 127.0.0.1 -p {pg}", OK), ("-h localhost -p {pg}", OK), ("", NO_RESPONSE),
                             ("-h name.invalid -t 1", NO_RESPONSE)):
            with self.subTest(args):
                result = self.probe(*fill(args).split(), prefix=prefix, path="/pg_isready")
                self.assertEqual(result.status, status, result.output)
                self.assertTrue(result.output.endswith(f" - {SAYS[status]}\n"), result.output)
                self.within(result, 0, 1.3)

    def test_the_process_list_shows_no_password(self):
        place = fill("127.0.0.1:{peer.silent}")
        for words in (["-d", f"postgres://u:secret@{place}/"], [f"--dbname=postgres://u:secret@{place}/"],
                      [f"-dhost=127.0.0.1 port={place.partition(':')[2]} password=secret"]):
            with self.subTest(words=words):
                process = subprocess.Popen(["pg_isready", *words], executable=self.ours, env={}, stdout=subprocess.PIPE)
                self.addCleanup(process.stdout.close)
                try:
                    line = pathlib.Path(f"/proc/{process.pid}/cmdline")
                    until(lambda: b"pg_isready" in line.read_bytes() and b"secret" not in line.read_bytes(), "the start")
                    self.assertIn(words[0][:2].encode(), line.read_bytes())
                finally:
                    process.kill()
                    process.wait()

    def test_help_and_version(self):
        """Ours are our own, but for the first line of either, which of the version's is a beginning."""
        for option in ("--help", "-?", "--version", "-V"):
            with self.subTest(option):
                real, ours = (self.run_as(path, Row(f"{option} ignored", OK)) for path in (self.real, self.ours))
                self.assertEqual((ours.status, real.status, ours.stderr), (OK, OK, ""))
                shared = r".*\n" if option in ("--help", "-?") else r"pg_isready \(PostgreSQL\) \d+\."
                self.assertEqual(re.match(shared, ours.stdout)[0], re.match(shared, real.stdout)[0])
                self.assertNotEqual(ours.stdout, real.stdout)
                self.assertIn("probe", ours.stdout)

    def test_links_and_copies(self):
        """By a link of either kind, by `probe install`, by any path; and by no other name."""
        folder = scratch.folder("links")
        row = Row("-h 127.0.0.1 -p {pg}", OK)
        said = fill("127.0.0.1:{pg} - accepting connections\n")
        (folder / "symbolic").mkdir()
        (folder / "symbolic" / "pg_isready").symlink_to(PROBE.path)
        (folder / "pg_isready").hardlink_to(self.ours)
        (folder / "installed").mkdir()
        self.assertEqual(self.probe("install", folder / "installed" / "pg_isready").status, 0)
        for path in ("symbolic/pg_isready", "pg_isready", "installed/pg_isready"):
            with self.subTest(path):
                result = self.probe(*shlex.split(fill(row.args)), path=f"./{path}", cwd=folder)
                self.assertEqual((result.status, result.output), (OK, said))
        (folder / "pg_isready2").hardlink_to(self.ours)
        self.assertEqual(self.probe("-h", path="./pg_isready2", cwd=folder).stdout, self.probe("--help").stdout)
