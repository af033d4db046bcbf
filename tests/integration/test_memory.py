"""A probe that waits holds its password once: no copy is left of what was read, expanded, sent or handed to a library."""
import pathlib
import subprocess
import tempfile
import time

from common import PROBE, ProbeTest, without_sanitizers
from support import world
from support.peers import Peer, silent
from support.process import need_root, stop_as_it_waits

# One stands in a std::string itself, one on the heap.
PASSWORDS = ("hunt3r-2", "Correct.Horse.Battery.Staple-0123456789.and-so-on")


def read(memory, start: int, end: int) -> bytes:
    """Pages that cannot be read, such as those that the process has discarded, are zeros."""
    content = bytearray()
    while start + len(content) < end:
        memory.seek(start + len(content))
        try:
            content += memory.read(end - start - len(content))
        except OSError:
            content += bytes(4096)
    return bytes(content)


def copies(pid: int, text: bytes) -> int:
    """How often `text` is in the process' memory, but for its arguments and environment, which are the caller's."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    given = range(int(stat[45]), int(stat[48]))  # arg_start, env_end of proc(5), whose first two fields are cut off
    found = 0
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, access, *_ = line.split()
            start, end = (int(address, 16) for address in span.split("-"))
            content = read(memory, start, end) if "r" in access and "[v" not in line else b""
            at = content.find(text)
            while at >= 0:
                found += start + at not in given
                at = content.find(text, at + 1)
    return found


@without_sanitizers
class Memory(ProbeTest):
    def setUp(self):
        need_root()  # a process that may not be dumped is root's
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.silent = Peer(silent).port
        self.closed = world.value("closed")

    def ways(self, password: str):
        """Ways to hand a password over: the userinfo, the environment."""
        (pathlib.Path(self.folder.name) / "pw").write_text(password + "\n")
        yield password, {}
        yield "${PW}", {"PW": password}
        yield "${NONE:-" + password + "}", {}
        yield "${file:pw}", {}

    def counts(self, template: str, port: int) -> dict:
        found = {}
        for password in PASSWORDS:
            for given, environment in self.ways(password):
                found[password, given] = self.count(template.format(given, port), environment, password)
        return found

    def count(self, target: str, environment: dict, password: str) -> int:
        process = subprocess.Popen([PROBE.path, "wait", "-q", "-t", "60s", "--attempt-timeout", "30s", "--max-interval",
                                    "100ms", target], env=environment, cwd=self.folder.name)
        try:
            time.sleep(0.5)  # several attempts, or one that is under way
            stop_as_it_waits(process.pid)  # not in the middle of a short attempt, which has copies of its own
            return copies(process.pid, password.encode())
        finally:
            process.kill()
            process.wait(5)

    def expect_at_most(self, most: int, template: str, port: int) -> None:
        found = self.counts(template, port)
        self.assertLessEqual(max(found.values()), most, f"{template}: {found}")
        self.assertGreaterEqual(min(found.values()), 1, f"{template}: the scan finds nothing: {found}")

    def test_http(self):
        self.expect_at_most(1, "http://app:{}@127.0.0.1:{}/", self.closed)
        self.expect_at_most(1, "http://app:{}@127.0.0.1:{}/", self.silent)

    def test_redis(self):
        self.expect_at_most(1, "redis://:{}@127.0.0.1:{}", self.closed)
        self.expect_at_most(1, "redis://:{}@127.0.0.1:{}", self.silent)

    def test_brokers(self):
        for scheme in ("amqp", "nats", "mqtt"):
            self.expect_at_most(1, scheme + "://app:{}@127.0.0.1:{}", self.closed)
            self.expect_at_most(1, scheme + "://app:{}@127.0.0.1:{}", self.silent)
        for name in ("amqp-good-bye-not-answered", "amqp-drips", "nats-pings", "mqtt-drips"):  # after the login
            self.expect_at_most(1, name[:4] + "://app:{}@127.0.0.1:{}", world.value(f"peer.{name}"))

    def test_token(self):
        self.expect_at_most(1, "nats://{}@127.0.0.1:{}", self.closed)

    def test_grpc(self):
        # A header's value is not the text of its file: there is a Secret of each.
        self.expect_at_most(2, "grpc://127.0.0.1:{1}#header=Authorization:{0}", self.closed)
        self.expect_at_most(2, "grpc://127.0.0.1:{1}#header=Authorization:{0}", self.silent)

    def test_environment(self):
        for name, target in (("REDISCLI_AUTH", "redis://127.0.0.1:{}"), ("PGPASSWORD", "postgres://app@127.0.0.1:{}/x")):
            for password in PASSWORDS:
                self.assertEqual(self.count(target.format(self.closed), {name: password}, password), 1, name)

    def test_postgres_between_attempts(self):
        # A shared libpq gives memory back as it is; in the static binary its free is ours.
        most = 1 if PROBE.is_static() else 2
        self.expect_at_most(most, "postgres://app:{}@127.0.0.1:{}/x", self.closed)

    def test_postgres_while_it_connects(self):
        # libpq's PGconn has one of its own.
        self.expect_at_most(2, "postgres://app:{}@127.0.0.1:{}/x", self.silent)
