"""A server that repeats a secret is not helped to: it is concealed as a whole before a text is cut to length, whatever the
stage, the form of the output and the way in which its characters are escaped."""
import base64
import json
import pathlib
import tempfile
import urllib.parse

from common import ProbeTest
from support.peers import OK, Peer, http, read_request, says
from support.servers import amqp_peers
from support.servers.grpc_peers import DATA, GOAWAY, HEADERS, START, field, frame, refuses
from support.servers.mysql_peers import END, OK as OK_PACKET, greeting, packet
from support.servers.nats_peers import begins
from support.servers.pg_peers import sqlstate

SECRET = "SUPER/SECRET \"TOKEN\"+QUARTZ"
PART = ("SUPER", "TOKEN", "QUARTZ")  # no digits: a port may have the same
JSON = json.dumps(SECRET)[1:-1]
ESCAPED = {
    "raw": SECRET, "percent": urllib.parse.quote(SECRET, safe=""), "form": urllib.parse.quote_plus(SECRET),
    "lower": urllib.parse.quote(SECRET, safe="").replace("%2F", "%2f").replace("%2B", "%2b"), "json": JSON,
    "slashes": JSON.replace("/", "\\/"), "unicode": "".join(f"\\u{ord(c):04x}" for c in SECRET),
    "base64": base64.b64encode(f"app:{SECRET}".encode()).decode(),
}
ENCODED = ESCAPED["percent"]
# Before the place of any cut (40, 60, 100, 200, 400 bytes), so that the cut goes through the secret.
PLACES = (0, 45, 35, 34, 57, 85, 97, 185, 197, 380, 395, 980)
OUTPUTS = ((), ("-v",), ("-o", "json"))


class RepeatedSecrets(ProbeTest):
    def absent(self, result, statuses=(1,)) -> None:
        self.assertIn(result.status, statuses, result.output)
        for part in (*PART, *(text[:12] for text in ESCAPED.values())):
            self.assertNotIn(part, result.output)

    def look(self, habit, *words: str, statuses=(1,), **options) -> None:
        """`habit(text)` repeats a text; HOST in the words is where."""
        for index, (escape, text) in enumerate(ESCAPED.items()):
            for place in PLACES[index % 2::2]:
                peer = Peer(habit("x" * place + text + "yyyy"))
                output = OUTPUTS[(index + place) % len(OUTPUTS)]
                with self.subTest(escape=escape, place=place, output=output):
                    filled = [word.replace("HOST", f"127.0.0.1:{peer.port}") for word in words]
                    self.absent(self.probe(*output, *filled, **options), statuses)
                peer.stop()

    def test_status_text(self):
        self.look(lambda text: http(b"HTTP/1.1 503 " + text.encode() + b"\r\nContent-Length: 0\r\n\r\n"),
                  f"http://app:{ENCODED}@HOST/")

    def test_body(self):
        self.look(lambda text: http(OK + b"\r\n" + text.encode()), "-H", f"Authorization: Bearer {SECRET}",
                  "-H", f"X-Basic: {ESCAPED['base64']}", "--expect-body", "none", "http://HOST/")

    def test_header_and_data(self):
        self.look(lambda text: http(OK + b"X: " + text.encode() + b"\r\n\r\n"), "--data", SECRET,
                  "-H", f"X-Basic: {ESCAPED['base64']}", "--expect-header", "X=none", "http://HOST/")

    def test_not_http(self):
        self.look(lambda text: says(b"! " + text.encode()), f"http://app:{ENCODED}@HOST/")

    def test_redirect(self):
        self.look(lambda text: http(b"HTTP/1.1 302 Found\r\nLocation: ftp://h/" + text.replace(" ", "%20").encode() +
                                    b"\r\n\r\n"), "-L", f"http://app:{ENCODED}@HOST/")

    def test_socket(self):
        self.look(without_base64(lambda text: says(b"! " + text.encode())), "--data", f"login app {SECRET}\r\n",
                  "--expect-body", "welcome", "tcp://HOST")

    def test_redis(self):
        for habit in (lambda text: says(b"-WRONGPASS " + text.encode() + b"\r\n"),
                      lambda text: says(b"+" + text.encode() + b"\r\n"), lambda text: says(b"?" + text.encode() + b"\r\n")):
            self.look(without_base64(habit), f"redis://app:{ENCODED}@HOST")

    def test_amqp(self):
        product = lambda text: says(amqp_peers.start(b"\x07productS" + amqp_peers.sized(text.encode())) + amqp_peers.TUNE +
                                    amqp_peers.OPEN_OK + amqp_peers.method(51))
        mechanisms = lambda text: says(amqp_peers.start(mechanisms=text.encode()))
        refusal = lambda text: says(amqp_peers.start() + amqp_peers.closing(403, text.encode()))
        for habit in (product, mechanisms, refusal, lambda text: says(text.encode())):
            self.look(without_base64(habit), f"amqp://app:{ENCODED}@HOST", statuses=(0, 1))

    def test_nats(self):
        version = lambda text: begins(b"INFO " + json.dumps({"version": text}).encode() + b"\r\n", b"PONG\r\n")
        refusal = lambda text: begins(b"INFO {}\r\n", b"-ERR '" + text.encode() + b"'\r\n")
        for habit in (version, refusal, lambda text: begins(text.encode())):
            self.look(without_base64(habit), f"nats://app:{ENCODED}@HOST", statuses=(0, 1))
            self.look(without_base64(habit), f"nats://{ENCODED}@HOST", statuses=(0, 1))

    def test_mqtt(self):
        self.look(without_base64(lambda text: says(text.encode())), f"mqtt://app:{ENCODED}@HOST")
        self.look(without_base64(lambda text: says(text.encode())), f"mqtt://{ENCODED}@HOST")

    def test_grpc(self):
        for habit in (lambda text: says(refuses(urllib.parse.quote(text).encode()), then_wait=True),
                      lambda text: says(refuses(text.encode()), then_wait=True),
                      lambda text: says(START + frame(GOAWAY, payload=bytes(8) + text.encode()), then_wait=True),
                      lambda text: says(START + frame(HEADERS, 4, 1, b"\x88" + field(b"content-type", text.encode())) +
                                        frame(DATA, 1, 1), then_wait=True),
                      lambda text: says(b"HTTP/1.1 400 " + text.encode() + b"\r\n"), lambda text: says(b"?" + text.encode())):
            self.look(habit, "-H", f"Authorization: Bearer {SECRET}", "-H", f"X-Basic: {ESCAPED['base64']}", "grpc://HOST")

    def test_mysql(self):
        def answers(version, plugin):
            def habit(connection, peer) -> None:
                first = greeting(plugin.encode())
                connection.sendall(packet(0, b"\x0a" + version.encode() + first[first.index(b"\0", 5):]))
                for answer in (packet(2, OK_PACKET), b"".join((packet(1, b"\1"), packet(2, b"\3def"), packet(3, END),
                                                                packet(4, b"\1" + b"1"), packet(5, END)))):
                    peer.requests.append(connection.recv(4096))
                    connection.sendall(answer)
                connection.recv(4096)
            return habit

        with self.subTest("version"):
            self.look(without_base64(lambda text: answers(text, "")), f"mysql://app:{ENCODED}@HOST/", statuses=(0, 1))
        with self.subTest("plug-in"):
            self.look(without_base64(lambda text: answers("8", text)), "-v", f"mysql://app:{ENCODED}@HOST/", statuses=(0, 1))

    def test_socket_from_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "secret"
            path.write_text("SUPERSECRET\n")
            for target in (f"unix:///${{file:{path}}}", f"postgres://u@%2F${{file:{path}}}/x"):
                self.assertNotIn("SUPER", self.probe("-v", target).output)

    def test_postgres(self):
        self.look(without_base64(lambda text: says(sqlstate("FATAL", "28P01", text))), f"postgres://app:{ENCODED}@HOST/x?sslmode=disable")

    def test_password_file(self):
        def asks_for_it(text):
            def habit(connection, _peer) -> None:
                connection.recv(4096)
                connection.sendall(b"R\0\0\0\x08\0\0\0\x03")
                connection.recv(4096)
                connection.sendall(sqlstate("FATAL", "28P01", text))
            return habit

        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "pgpass"
            path.write_text("*:*:*:*:" + SECRET.replace("\\", "\\\\") + "\n")
            path.chmod(0o600)
            self.look(without_base64(asks_for_it), "postgres://app@HOST/x?sslmode=disable", env={"PGPASSFILE": str(path)})


def without_base64(habit):
    """Where nothing is ever sent in base64."""
    return lambda text: habit(text.replace(ESCAPED["base64"], SECRET))


class ElsewhereRedirected(ProbeTest):
    """What follows a redirect to another server is nothing that the user gave."""

    def requests(self, location, *words: str, status: str = "302 Found", expected: int = 0):
        other = Peer(http(OK + b"Content-Length: 0\r\n\r\n"))
        first = Peer(lambda connection, peer: (read_request(connection, peer), connection.sendall(
            f"HTTP/1.1 {status}\r\nLocation: {location.format(other.port)}\r\nContent-Length: 0\r\n\r\n".encode())))
        result = self.probe("-L", *words, f"http://app:hunter2@127.0.0.1:{first.port}/")
        self.assertEqual(result.status, expected, result.output)
        return b"".join(other.requests).decode(), result

    def test_neither_headers_nor_credentials(self):
        got, _ = self.requests("http://127.0.0.1:{}/x?a=b", "-H", "X-Api-Key: s3cret", "-H", "Cookie: a=s3cret",
                               "-H", "Accept: text/s3cret", "-H", "User-Agent: s3cret")
        self.assertTrue(got.startswith("GET /x?a=b HTTP/1.1\r\n"), got)
        for given in ("s3cret", "Authorization", "X-Api-Key", "Cookie"):
            self.assertNotIn(given, got)

    def test_no_content(self):
        for status in ("307 Temporary Redirect", "308 Permanent Redirect"):
            got, result = self.requests("http://127.0.0.1:{}/", "--data", "s3cret", status=status, expected=1)
            self.assertEqual(got, "")
            self.assertIn("another server, with the content for this one", result.stdout)
        got, _ = self.requests("http://127.0.0.1:{}/", "--data", "s3cret")
        self.assertTrue(got.startswith("GET / "), got)
        self.assertNotIn("s3cret", got)
