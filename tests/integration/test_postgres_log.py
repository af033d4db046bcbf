"""What a check leaves in the server's log, which somebody has to read: nothing."""
from common import ProbeTest
from support.process import until
from support.servers.pg import Postgres

QUIET = {"log_connections": "off", "log_disconnections": "off"}


class PostgresLog(ProbeTest):
    @classmethod
    def setUpClass(cls):
        cls.server = Postgres(settings=QUIET).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def silent(self, *args: str, env: dict | None = None, status: int = 0) -> None:
        before = self.server.log()
        self.assertEqual(self.probe(*args, env=env).status, status)
        # The session that a check leaves behind is gone once only ours is there.
        until(lambda: self.server.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
              == "1", "the end of the session")
        self.assertEqual(self.server.log().removeprefix(before), "")

    def url(self, userinfo: str = "", path: str = "/app") -> str:
        return f"postgres://{userinfo}127.0.0.1:{self.server.port}{path}"

    def test_without_user(self):
        self.silent(self.url(path=""))

    def test_without_user_in_the_environment_of_root(self):
        self.silent(self.url(path=""), env={"USER": "root", "LOGNAME": "root", "HOME": "/root"})

    def test_without_user_many_times(self):
        self.silent("--successes", "20", "-i", "0", self.url())

    def test_login(self):
        self.silent(self.url("app:secret@"))

    def test_md5_login(self):
        self.silent(self.url("legacy:secret@"))

    def test_tcp(self):
        self.silent(f"tcp://127.0.0.1:{self.server.port}")

    def test_unix(self):
        self.silent(f"unix://{self.server.sockets}/.s.PGSQL.{self.server.port}")

    def test_a_wrong_password_is_logged_once_per_attempt(self):
        before = self.server.log()
        self.assertEqual(self.probe("-n", "2", "-i", "1ms", self.url("app:wrong@")).status, 1)
        added = self.server.log().removeprefix(before)
        self.assertEqual(added.count('password authentication failed for user "app"'), 2, added)
        self.assertNotIn("does not exist", added)

    def test_without_user_when_there_is_no_role_postgres(self):
        """As in the Docker image with POSTGRES_USER set."""
        self.server.sql("ALTER ROLE postgres RENAME TO somebody")
        try:
            self.silent(self.url(path=""))
        finally:
            self.server.sql("ALTER ROLE somebody RENAME TO postgres")
