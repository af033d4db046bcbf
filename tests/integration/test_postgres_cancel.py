"""A query whose deadline has passed ends in the server, too."""
import time

from common import ProbeTest, timed
from support.peers import Peer, until_closed
from support.process import until
from support.servers.pg import Postgres
from support.servers.pg_peers import postgres_login
from support.servers.pgbouncer import PgBouncer
from support.timing import in_time

CANCEL_REQUEST = (80877102).to_bytes(4, "big")
SLOW = "select 1 from pg_sleep(30)"
OURS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND state = 'active'"


@timed
class PostgresCancel(ProbeTest):
    @classmethod
    def setUpClass(cls):
        cls.server = Postgres().start()
        cls.pooler = PgBouncer(cls.server, pool_size=3).start()

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
        """Each has a connection of the pool: of a query in its queue PgBouncer passes no request on."""
        self.gone(self.pooler.port)

    def test_a_request_has_its_time(self):
        """70 ms, for as long as it is not answered; until then the query's connection is open, too."""
        self.assertGreater(in_time(self.open_beside_request, lambda seconds: seconds > 0.05), 0.05)

    def open_beside_request(self) -> float:
        """For how long after the request the query's connection stays open."""
        requested, closed = [], []

        def habit(connection, _peer):
            if connection.recv(65536)[4:8] == CANCEL_REQUEST:
                requested.append(time.monotonic())
                until_closed(connection)
            else:
                connection.sendall(postgres_login())
                until_closed(connection)
                closed.append(time.monotonic())

        peer = Peer(habit)
        self.addCleanup(peer.stop)
        result = self.probe("-t", "300ms", "--query", SLOW, f"postgres://app@127.0.0.1:{peer.port}/app?sslmode=disable")
        self.assertIn("query: no answer to the query within -t 300ms", result.output)
        until(lambda: closed, "the end of the connection")
        return closed[0] - requested[0]

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
