"""What checks leave in MySQL's and MariaDB's host cache: who reads a greeting and leaves is locked out after 100 times."""
import threading

from common import ProbeTest, how_many, tell, timed
from support import world
from support.namespaces import OURS
from support.process import until
from support.servers.haproxy import Haproxy
from support.timing import in_time

OPEN = "SELECT count(*) FROM information_schema.processlist WHERE user <> 'root' AND user <> 'event_scheduler' AND host <> ''"
CHECKS = how_many("MYSQL_CHECKS", 110)  # of each kind; a server's limit is 100
SHORT = (1, 2, 3, 5, 8, 13)  # milliseconds, in which a login is hardly done
READY, NOT_READY, EITHER = (0,), (1,), (0, 1)


class HostCache(ProbeTest):
    one = threading.Lock()  # at a time: they share the servers' host caches

    def setUp(self):
        self.one.acquire()
        self.addCleanup(self.one.release)

    def errors(self, server, runs) -> int:
        """Those of some runs of probe. They count until a login succeeds, so each kind is looked at by itself, and from a clean start."""
        server.sql("TRUNCATE performance_schema.host_cache")
        self.last = ""
        for statuses, *arguments in runs:
            result = self.probe(*arguments, prefix=world.server("ns.named").prefix)
            self.assertIn(result.status, statuses, result.output)
            self.last = result.stdout.rstrip()
        until(lambda: server.sql(OPEN) == "0", "the end of the sessions")
        return server.connect_errors()

    def said(self, server, port: int, checks: int, kind: str) -> None:
        behind = " behind HAProxy" if port else ""
        tell("MYSQL_CHECKS", f"{type(server).__name__}{behind}: {checks} checks: {kind}: no connection error\n  {self.last}")

    def check(self, server, statuses: tuple, url: str, *options: str, port: int = 0) -> None:
        """Those of a retrying check are the same as those of many."""
        target = url.format(f"127.0.0.1:{port}" if port else f"{OURS}:{server.port}")
        often = "--successes" if statuses == READY else "-n"
        run = [(statuses, often, str(CHECKS), "-i", "0", "-t", "60s", *options, target)]
        self.assertEqual(self.errors(server, run), 0, url)
        self.said(server, port, CHECKS, f"{url} {' '.join(options)}")

    def check_in_a_hurry(self, server, url: str, *options: str, port: int = 0) -> None:
        """The time is up somewhere in the login. It is finished within 40 ms, which a busy machine may not give."""
        target = url.format(f"127.0.0.1:{port}" if port else f"{OURS}:{server.port}")
        single = [(EITHER, "-t", f"{short}ms", *options, target) for short in SHORT]
        retrying = [(EITHER, "--attempt-timeout", f"{short}ms", "-n", str(CHECKS // len(SHORT)), "-i", "0", "-t", "60s", *options,
                     target) for short in SHORT]
        count = in_time(lambda: self.errors(server, single + retrying), lambda errors: errors == 0)
        self.assertEqual(count, 0, url)
        self.said(server, port, CHECKS + len(single), f"{url}, {SHORT} ms each")

    def all_kinds(self, server, **how) -> None:
        self.check(server, READY, "mysql://app:secret@{}/app?ssl-mode=disabled", **how)
        self.check(server, READY, "mysql://{}?ssl-mode=disabled", **how)
        self.check(server, READY, "mysql://{}", **how)
        for user in ("nobody:x", "locked:secret", "app:wrong"):
            self.check(server, NOT_READY, f"mysql://{user}@{{}}?ssl-mode=disabled", **how)
        self.check(server, NOT_READY, "mysql://app:secret@{}/private", **how)
        self.check(server, NOT_READY, "mysql://app:secret@{}/app", "--query", "SELECT 0", **how)
        # Else all this would show nothing.
        server.sql("TRUNCATE performance_schema.host_cache")
        server.hang_up(OURS)
        until(lambda: server.connect_errors() == 1, "an error that counts")

    def in_the_middle(self, server, **how) -> None:
        self.check_in_a_hurry(server, "mysql://app:secret@{}/app", **how)
        self.check_in_a_hurry(server, "mysql://app:wrong@{}?ssl-mode=disabled", **how)
        self.check_in_a_hurry(server, "mysql://{}", **how)
        self.check_in_a_hurry(server, "mysql://app:secret@{}/app", "--query", "SELECT SLEEP(9)", **how)

    def behind_haproxy(self, server) -> int:
        proxy = Haproxy(server.port, address=OURS, prefix=server.prefix).start()
        self.addCleanup(proxy.stop)
        return proxy.port

    def test_mysql(self):
        self.all_kinds(world.server("mysql.counts-hosts"))

    def test_mariadb(self):
        self.all_kinds(world.server("mariadb.counts-hosts"))

    def test_haproxy(self):
        for name in ("mysql", "mariadb"):
            server = world.server(f"{name}.counts-hosts")
            self.all_kinds(server, port=self.behind_haproxy(server))

    @timed
    def test_mysql_in_the_middle(self):
        self.in_the_middle(world.server("mysql.counts-hosts"))

    @timed
    def test_mariadb_in_the_middle(self):
        self.in_the_middle(world.server("mariadb.counts-hosts"))

    @timed
    def test_haproxy_in_the_middle(self):
        for name in ("mysql", "mariadb"):
            server = world.server(f"{name}.counts-hosts")
            self.in_the_middle(server, port=self.behind_haproxy(server))
