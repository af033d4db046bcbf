"""No output has a secret in it, at any verbosity, however it was given and whatever a server repeats; nor has the
process list, nor would a core dump."""
import base64
import itertools
import os
import pathlib
import subprocess
import tempfile
import urllib.parse

from common import PROBE, ProbeTest, full_only
from support import world
from support.peers import OK, Peer, read_request
from support.process import need_root, program, until, until_it_waits
from support.servers import amqp_peers
from support.servers.grpc_peers import GOAWAY, START, frame, refuses
from support.servers.pg_peers import sqlstate

SECRET = "hunter2@/?&:#%$ {x}"
ENCODED = urllib.parse.quote(SECRET, safe="")
IN_ENVIRONMENT = {"SECRET": SECRET, "PGPASSWORD": SECRET, "REDISCLI_AUTH": SECRET}
VERBOSITIES = ((), ("-q",), ("-v",), ("-o", "json"), ("-v", "-o", "json"))

# Ways to hand over the secret, for a target that is given at its end. FILE, PORT and so on are filled in.
HTTP = (
    ("http://app:ENCODED@HOST/",), ("http://app:${SECRET}@HOST/",), ("http://app:${file:FILE}@HOST/",),
    ("http://HOST/?password=ENCODED",), ("http://HOST/?x=${file:FILE}",), ("http://HOST/${file:FILE}",),
    ("-H", "Authorization: Bearer SECRET", "http://HOST/"), ("-H", "X-Token: ${file:FILE}", "http://HOST/"),
    ("http://HOST/#header=X-Token:%20ENCODED",), ("http://HOST/#header=X-Token:%20${file:FILE}",),
    ("--data", "password=SECRET", "http://HOST/"), ("--data", "${file:FILE}", "http://HOST/"),
    ("--expect-body", "${file:FILE}", "http://HOST/"), ("--expect-header", "X=${file:FILE}", "http://HOST/"),
    ("--expect-json", "/a=${file:FILE}", "http://HOST/"), ("--expect-regex", "^${file:FILE}$", "http://HOST/"),
    ("--status", "${file:FILE}", "http://HOST/"), ("--server-name", "${file:FILE}", "http://HOST/"),
    ("http://${file:FILE}/",), ("http://HOST:${file:FILE}/",), ("${file:FILE}",), ("http://HOST/#${file:FILE}",),
    ("http://HOST/#status=${file:FILE}",), ("http://HOST/#header=${file:FILE}",),
)
REDIS = (("redis://:ENCODED@HOST",), ("redis://:${SECRET}@HOST",), ("redis://app:${file:FILE}@HOST/0",),
         ("redis://HOST",), ("redis://${file:FILE}:x@HOST",), ("redis://:x@HOST/${file:FILE}",))
AMQP = (("amqp://app:ENCODED@HOST",), ("amqp://app:${SECRET}@HOST",), ("amqp://app:${file:FILE}@HOST/%2F",),
        ("amqp://app:x@HOST/${file:FILE}",), ("amqp://${file:FILE}:x@HOST",))
NATS = (("nats://app:ENCODED@HOST",), ("nats://ENCODED@HOST",), ("nats://${SECRET}@HOST",), ("nats://app:${file:FILE}@HOST",),
        ("nats://${file:FILE}@HOST",), ("nats://${file:FILE}:x@HOST",))
MQTT = (("mqtt://app:ENCODED@HOST",), ("mqtt://ENCODED@HOST",), ("mqtt://${SECRET}@HOST",), ("mqtt://app:${file:FILE}@HOST",),
        ("mqtt://${file:FILE}:x@HOST",), ("mqtt://HOST?clientId=${file:FILE}",))
GRPC = (("-H", "Authorization: Bearer SECRET", "grpc://HOST"), ("-H", "X-Token: ${file:FILE}", "grpc://HOST/x"),
        ("grpc://HOST/${file:FILE}",), ("grpc://HOST#header=X-Token:%20${file:FILE}",), ("grpc://app:ENCODED@HOST",),
        ("grpc://HOST?password=ENCODED",), ("grpc://HOST?${file:FILE}=x",), ("grpc://${file:FILE}/",),
        ("-H", "grpc-${file:FILE}: x", "grpc://HOST"))
POSTGRES = (("postgres://app:ENCODED@HOST/app",), ("postgres://app:${SECRET}@HOST/app",), ("postgres://app@HOST/app",),
            ("postgres://app@HOST/app?password=${file:FILE}",), ("postgres://${file:FILE}:x@HOST/app",),
            ("postgres://app:x@HOST/${file:FILE}",), ("postgres://app:x@HOST/app?sslmode=${file:FILE}",),
            ("--query", "SELECT '${file:FILE}'", "postgres://app@HOST/app"))


def repeats_the_request(connection, peer) -> None:
    """In all places of an answer."""
    request = read_request(connection, peer)
    lines = request.split(b"\r\n")
    value = next((line for line in lines if b"Token" in line or b"Auth" in line), lines[0])
    connection.sendall(b"HTTP/1.1 503 " + value + b"\r\nX: " + value + b"\r\nConnection: close\r\n\r\n" + request)


def repeats_the_request_in_a_body(connection, peer) -> None:
    connection.sendall(OK + b"X: y\r\nConnection: close\r\n\r\n" + read_request(connection, peer))


def repeats_the_command(connection, _peer) -> None:
    connection.sendall(b"-WRONGPASS " + connection.recv(4096).replace(b"\r\n", b" ") + b"\r\n")


def repeats_the_login(connection, _peer) -> None:
    """AMQP's, in the text of the refusal."""
    connection.recv(8)
    connection.sendall(amqp_peers.start(b"\x07versionS" + amqp_peers.sized(b"1")))
    login = connection.recv(4096)
    connection.sendall(amqp_peers.closing(403, login[login.index(b"PLAIN") + 9:]))


def repeats_the_vhost(connection, _peer) -> None:
    connection.recv(8)
    connection.sendall(amqp_peers.start() + amqp_peers.TUNE)
    connection.recv(4096)
    connection.sendall(amqp_peers.closing(530, connection.recv(4096)[-200:]))


def repeats_connect(connection, _peer) -> None:
    """NATS', in the error."""
    connection.sendall(b'INFO {"version":"1"}\r\n')
    connection.sendall(b"-ERR '" + connection.recv(4096).replace(b"\r\n", b" ") + b"'\r\n")


def repeats_the_packet(connection, _peer) -> None:
    """MQTT's, which has no text in its answer."""
    connection.sendall(connection.recv(4096))


def repeats_the_call(connection, _peer) -> None:
    """The fields of its header are in plain octets."""
    connection.sendall(refuses(urllib.parse.quote(connection.recv(4096)).encode()))


def goes_away_with_the_call(connection, _peer) -> None:
    connection.sendall(START + frame(GOAWAY, payload=bytes(8) + connection.recv(4096)))


def repeats_the_password(connection, _peer) -> None:
    """Asks for it in the clear, and has it in the error."""
    connection.recv(4096)
    connection.sendall(b"R\0\0\0\x08\0\0\0\x03")
    password = connection.recv(4096)[5:-1].decode(errors="replace")
    connection.sendall(sqlstate("FATAL", "28P01", f"no such password: {password}"))


class Secrets(ProbeTest):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        (self.folder / "f").write_text(SECRET + "\n")

    def tearDown(self):
        (self.folder / "f").unlink()
        self.folder.rmdir()

    def fill(self, words, host):
        for word in words:
            for name, text in (("ENCODED", ENCODED), ("FILE", "f"), ("HOST", host)):
                word = word.replace(name, text)
            yield word if "${SECRET}" in word else word.replace("SECRET", SECRET)

    def grep(self, ways, *hosts):
        encoded = [base64.b64encode(text.encode()).decode() for text in (SECRET, "app:" + SECRET)]
        for way, host, verbosity in itertools.product(ways, hosts, VERBOSITIES):
            with self.subTest(way=way, host=host, verbosity=verbosity):
                result = self.probe("-t", "2s", "-n", "1", *verbosity, *self.fill(way, host), cwd=self.folder,
                                    env=IN_ENVIRONMENT)
                self.assertIn(result.status, (0, 1, 64), result.output)
                self.assertEqual(bool(result.output), verbosity != ("-q",) or result.status == 64)
                for text in ("unter2", ENCODED, *encoded):
                    self.assertNotIn(text, result.output)

    def test_http(self):
        hosts = [f"127.0.0.1:{Peer(habit).port}" for habit in (repeats_the_request, repeats_the_request_in_a_body)]
        self.grep(HTTP, *hosts, f"127.0.0.1:{world.value('closed')}")

    def test_redis(self):
        self.grep(REDIS, f"127.0.0.1:{Peer(repeats_the_command).port}", f"127.0.0.1:{world.value('redis-password')}")

    def test_amqp(self):
        self.grep(AMQP, f"127.0.0.1:{Peer(repeats_the_login).port}", f"127.0.0.1:{Peer(repeats_the_vhost).port}")

    def test_nats(self):
        self.grep(NATS, f"127.0.0.1:{Peer(repeats_connect).port}", f"127.0.0.1:{world.value('nats.users')}")

    def test_mqtt(self):
        self.grep(MQTT, f"127.0.0.1:{Peer(repeats_the_packet).port}", f"127.0.0.1:{world.value('mosquitto.users')}")

    def test_grpc(self):
        self.grep(GRPC, *[f"127.0.0.1:{Peer(habit).port}" for habit in (repeats_the_call, goes_away_with_the_call)])

    def test_postgres(self):
        self.grep(POSTGRES, f"127.0.0.1:{Peer(repeats_the_password).port}", f"127.0.0.1:{world.value('pg')}")

    @full_only
    def test_tls(self):
        self.grep(tuple(tuple(word.replace("http:", "https:") for word in way) for way in HTTP[:5]),
                  f"127.0.0.1:{world.value('nginx.tls')}")


class ProcessList(ProbeTest):
    def arguments(self, *words: str) -> list[str]:
        """What /proc shows of a probe that is waiting."""
        process = subprocess.Popen([PROBE.path, "wait", "-q", "-t", "20s", *words], env={})
        try:
            until_it_waits(process.pid)
            shown = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
            self.assertIsNone(process.poll())
        finally:
            process.terminate()
            process.wait(5)
        return [word.rstrip(" ") for word in shown.rstrip("\0").split("\0")][5:]

    def test_passwords_in_arguments_are_overwritten(self):
        port = world.value("closed")
        self.assertEqual(
            self.arguments(f"http://app:hunter2@127.0.0.1:{port}/", f"postgres://app:hunter2@127.0.0.1:{port}/x",
                           f"redis://:hunter2@127.0.0.1:{port}", f"http://127.0.0.1:{port}/?password=hunter2",
                           f"http://127.0.0.1:{port}/a#header=X-A:hunter2", "-H", "X-B: hunter2",
                           "--header=X-C: hunter2", "-HX-D: hunter2", "--data", "hunter2", f"memcached://127.0.0.1:{port}"),
            [f"http://app@127.0.0.1:{port}/", f"postgres://app@127.0.0.1:{port}/x", f"redis://127.0.0.1:{port}",
             f"http://127.0.0.1:{port}/?…", f"http://127.0.0.1:{port}/a", "-H", "X-B: ***", "--header=X-C: ***",
             "-HX-D: ***", "--data", "***", f"memcached://127.0.0.1:{port}"])

    def test_the_words_of_the_command_are_left_alone(self):
        port = world.value("closed")
        self.assertEqual(self.arguments(f"tcp://127.0.0.1:{port}", "--", "app", "http://u:p@h/"),
                         [f"tcp://127.0.0.1:{port}", "--", "app", "http://u:p@h/"])


class CoreDump(ProbeTest):
    def owner(self, *words: str, of: str = "probe") -> int:
        """Of the process' files in /proc, which are root's if it may not be dumped (prctl(2), PR_SET_DUMPABLE)."""
        process = subprocess.Popen([program("setpriv"), "--reuid", "12345", "--clear-groups", PROBE.path, "wait", "-q",
                                    *words], env={"PATH": os.environ["PATH"]})
        try:
            if of == "probe":
                until_it_waits(process.pid)
            name = pathlib.Path(f"/proc/{process.pid}/comm")
            until(lambda: name.read_text() == f"{of}\n", of)
            return os.stat(f"/proc/{process.pid}/status").st_uid
        finally:
            process.kill()
            process.wait(5)

    def test_none_of_probe_and_as_before_of_the_command(self):
        need_root()
        self.assertEqual(self.owner(f"tcp://127.0.0.1:{world.value('closed')}"), 0)
        self.assertEqual(self.owner(f"tcp://127.0.0.1:{world.value('nginx')}", "--", "sleep", "20", of="sleep"), 12345)
