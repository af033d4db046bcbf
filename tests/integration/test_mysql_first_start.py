"""The first start of the official images of MySQL and MariaDB: a temporary server, which has a Unix socket and no port, makes
users and databases, is stopped, and only then the real one starts. Who believes the temporary one starts the app too early."""
import statistics
import time

from common import ProbeTest, how_many, tell
from support.servers.mariadb import Mariadb
from support.servers.mysql import Mysql

STARTS = how_many("MYSQL_STARTS", 2)
USERS = "CREATE DATABASE app; CREATE USER app IDENTIFIED BY 'secret'; GRANT ALL ON app.* TO app"


class FirstStart(ProbeTest):
    def first_start(self, server, target: str) -> float:
        """How long after the server's log a check is ready that asks as often as it can, in seconds."""
        self.addCleanup(server.stop)
        waiting = self.start("wait", "-t", "3m", "-i", "5ms", "--max-interval", "5ms", target)
        refused = f"not ready  {target.replace(':secret', '')}  connect: connection refused"
        waiting.says(refused)
        server.initialise()
        server.start(skip_networking=None)
        server.sql(USERS)
        self.assertTrue(server.ping())  # what this test is about: `mysqladmin ping` says that it is there
        self.assertIn(refused, self.probe(target).stdout)
        server.shut_down()
        self.assertFalse(server.ping())
        self.assertIsNone(waiting.popen.poll(), waiting.printed)
        server.start()
        started = time.monotonic()
        result = waiting.result()
        self.assertEqual(result.status, 0, result.output)
        return time.monotonic() - started

    def starts(self, kind) -> None:
        """Every other start is asked without a login."""
        late = []
        for number in range(STARTS):
            server = kind.with_tls(fresh=True)
            login = "" if number % 2 else "app:secret@"
            path = "" if number % 2 else "/app"
            late.append(self.first_start(server, f"mysql://{login}127.0.0.1:{server.port}{path}") * 1000)
            server.stop()
            tell("MYSQL_STARTS", f"{kind.__name__}: {len(late)} first starts: never ready early; mysqladmin ping was, in each; ready was "
                 f"said {statistics.median(late):.0f} ms (median), {max(late):.0f} ms (at most) after the log said it")

    def test_mysql(self):
        self.starts(Mysql)

    def test_mariadb(self):
        self.starts(Mariadb)
