"""A query whose deadline has passed ends in the server, too."""
from common import ProbeTest, timed
from support.process import until
from support.servers.pg import Postgres
from support.servers.pgbouncer import PgBouncer

SLOW = "select 1 from pg_sleep(30)"
OURS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND state = 'active'"


@timed
class PostgresCancel(ProbeTest):
    @classmethod
    def setUpClass(cls):
        cls.server = Postgres().start()
        cls.pooler = PgBouncer(cls.server).start()

    @classmethod
    def tearDownClass(cls):
        cls.pooler.stop()
        cls.server.stop()

    def gone(self, port: int, *options: str) -> None:
        url = f"postgres://app:secret@127.0.0.1:{port}/app"
        started = [self.begin("-t", "1500ms", "--query", SLOW, url, *options) for _ in range(3)]
        until(lambda: int(self.server.sql(OURS)) > 0, "a query")
        for check in started:
            self.expect(check.result(), 1, f"not ready  {url.replace(':secret', '')}  query: no answer to the query within <any>\n")
        until(lambda: self.server.sql(OURS) == "0", "the end of the queries", seconds=1)

    def test_three_checks_leave_nothing(self):
        self.gone(self.server.port)
        self.assertTrue("canceling statement due to user request" in self.server.log())

    def test_three_checks_leave_nothing_through_a_pooler(self):
        """The request has 50 ms. Noise only ever takes from that, so one run of three that leaves nothing will do."""
        for last in (False, False, True):
            try:
                return self.gone(self.pooler.port)
            except RuntimeError:
                if last:
                    raise
                self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")

    def test_the_server_ends_it_where_no_request_comes(self):
        """As when probe is killed: `docker kill`, the time-out of a health check."""
        url = f"postgres://app:secret@127.0.0.1:{self.server.port}/app"
        running = self.start("-t", "2s", "--query", SLOW, url)
        until(lambda: self.server.sql(OURS) == "1", "the query")
        running.kill()
        until(lambda: self.server.sql(OURS) == "0", "the end of the query", seconds=5)
        self.assertTrue("canceling statement due to statement timeout" in self.server.log())

    def test_the_deadline_holds(self):
        url = f"postgres://app:secret@127.0.0.1:{self.server.port}/app"
        self.within(self.probe("-t", "1s", "--query", SLOW, url), 1, 1.1)
