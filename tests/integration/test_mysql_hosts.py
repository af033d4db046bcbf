"""What checks leave in MySQL's and MariaDB's host cache: who reads a greeting and leaves is locked out after 100 times."""
from common import ProbeTest
from support import world
from support.namespaces import OURS
from support.process import until

OPEN = "SELECT count(*) FROM information_schema.processlist WHERE user <> 'root' AND user <> 'event_scheduler' AND host <> ''"
CHECKS = 110  # of each kind; a server's limit is 100


class HostCache(ProbeTest):
    def check(self, server, status: int, url: str, *options: str) -> None:
        """Errors are counted until a login succeeds, so each kind is looked at by itself, and from a clean start."""
        server.sql("TRUNCATE performance_schema.host_cache")
        target = url.format(f"{OURS}:{server.port}")
        prefix = world.server("ns.named").prefix
        # Those of a retrying check are the same as those of many.
        how = ["--successes" if status == 0 else "-n", str(CHECKS), "-i", "0"]
        result = self.probe(*how, "-t", "60s", *options, target, prefix=prefix)
        self.assertEqual(result.status, status, result.output)
        until(lambda: server.sql(OPEN) == "0", "the end of the sessions")
        self.assertEqual(server.connect_errors(), 0, target)

    def all_kinds(self, server) -> None:
        self.assertEqual(server.connect_errors(), 0)
        self.check(server, 0, "mysql://app:secret@{}/app?ssl-mode=disabled")
        self.check(server, 0, "mysql://{}?ssl-mode=disabled")
        self.check(server, 0, "mysql://{}")
        for user in ("nobody:x", "locked:secret", "app:wrong"):
            self.check(server, 1, f"mysql://{user}@{{}}?ssl-mode=disabled")
        self.check(server, 1, "mysql://app:secret@{}/private")
        self.check(server, 1, "mysql://app:secret@{}/app", "--query", "SELECT 0")
        self.check(server, 1, "mysql://app:secret@{}/app", "--query", "SELECT SLEEP(9)", "--attempt-timeout", "50ms")
        # Else all this would show nothing.
        server.sql("TRUNCATE performance_schema.host_cache")
        server.hang_up(OURS)
        until(lambda: server.connect_errors() == 1, "an error that counts")

    def test_mysql(self):
        self.all_kinds(world.server("mysql.counts-hosts"))

    def test_mariadb(self):
        self.all_kinds(world.server("mariadb.counts-hosts"))
