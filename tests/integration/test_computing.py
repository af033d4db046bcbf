"""One second is one second also where a check computes instead of waiting, whatever makes it."""
import ssl

from common import PROBE, ProbeTest, full_only, static_only, timed
from support import world
from support.peers import OK, Peer, http, until_closed
from support.servers.pg_peers import scram

LARGE = http(OK + b"\r\n" + b"a" * 1024 * 1024)
SLOW = "a{1,255}b"  # seconds, on such a body


@timed
class Rounds(ProbeTest):
    def url(self, rounds: int) -> str:
        return f"postgres://app:secret@127.0.0.1:{Peer(scram(rounds)).port}/app"

    def test_two_thousand_million(self):
        url = self.url(2_000_000_000)
        result = self.probe("-t", "1s", url)
        words = "could not calculate client proof: the server asks for more than 1000000 rounds of SCRAM" \
            if PROBE.is_static() else "not finished within -t 1s (<any>)"
        self.expect(result, 1, f"not ready  {url.replace(':secret', '')}  login: {words}  <time>\n")
        self.within(result, 0, 1.1)

    def test_beside_another_target(self):
        url, other = self.url(2_000_000_000), f"http://127.0.0.1:{world.value('nginx')}/204"
        result = self.probe("-t", "1s", other, url)
        self.expect(result, 1, f"ready      {other}  204 No Content  <time>\nnot ready  <any>  login: <any>  <time>\n")
        self.within(result, 0, 1.1)

    def test_waiting(self):
        result = self.probe("wait", "-t", "1s", self.url(2_000_000_000), "--", "/bin/false")
        self.expect(result, 1, "not ready  <any>  login: <lines>\n")
        self.within(result, 0, 1.1)

    @static_only
    def test_no_more_than_the_deadline_allows(self):
        result = self.probe("-t", "200ms", self.url(1_000_000))
        self.expect(result, 1, "not ready  <any>  login: not finished within -t 200ms (<any>)  <time>\n")
        self.within(result, 0.2, 0.3)

    @static_only
    def test_waiting_goes_on(self):
        """Each attempt has its bound; the other target is ready in the meantime."""
        other = f"http://127.0.0.1:{world.value('nginx')}/204"
        result = self.probe("wait", "-t", "1s", "--attempt-timeout", "200ms", "-i", "10ms", self.url(1_000_000), other)
        self.assertIn(f"ready      {other}  204 No Content", result.stdout)
        self.assertRegex(result.stdout, r"login: not finished within .*\([345] attempts")
        self.within(result, 0.9, 1.1)


@timed
class Patterns(ProbeTest):
    def test_pattern_that_takes_long(self):
        url = f"http://127.0.0.1:{Peer(LARGE).port}/"
        result = self.probe("-t", "500ms", "--expect-regex", SLOW, url)
        self.expect(result, 1, f"not ready  {url}  expect: body not searched within -t 500ms  <time>\n")
        self.within(result, 0.5, 0.6)

    @static_only
    def test_waiting_goes_on(self):
        bodies = iter([b"a" * 1024 * 1024])
        peer = Peer(lambda connection, peer: http(OK + b"\r\n" + next(bodies, b"aab"))(connection, peer))
        result = self.probe("wait", "-t", "5s", "--attempt-timeout", "300ms", "--expect-regex", SLOW,
                            f"http://127.0.0.1:{peer.port}/")
        self.expect(result, 0, "not ready  <any>  expect: body not searched within --attempt-timeout 300ms  <time>\n"
                               "ready      <any>  200 OK  <time>  (2 attempts, <time>)\n")
        self.assertGreaterEqual(result.seconds, 0.3)

    def test_the_largest_pattern(self):
        """What is not refused is compiled at once, and holds the deadline."""
        url = f"http://127.0.0.1:{Peer(LARGE).port}/"
        result = self.probe("-t", "500ms", "--expect-regex", "((a?){16}){31}b", url)
        self.assertIn(result.status, (0, 1), result.output)
        self.within(result, 0, 1.1)

    def test_pattern_that_is_too_large(self):
        for pattern in ("(a{1,100}){1,100}b", "((((a{99}){99}){99}){99}){99}", "(a?){255}(a?){255}(b*){3}"):
            with self.subTest(pattern):
                result = self.probe("-t", "1s", "--expect-regex", pattern, "http://127.0.0.1:1/")
                self.assertEqual(result.status, 64, result.output)
                self.assertIn("is too large", result.stderr)
                self.within(result, 0, 0.3)


@timed
class Streams(ProbeTest):
    @full_only
    def test_tls_server_that_never_stops_sending_tickets(self):
        """OpenSSL reads them as long as they come, and does not return."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = world.server("ca")
        certificate = authority.self_signed("tickets")
        context.load_cert_chain(certificate, authority.key(certificate))
        context.num_tickets = 1_000_000_000

        def habit(connection, _peer):
            with context.wrap_socket(connection, server_side=True) as stream:
                until_closed(stream)
        url = f"https://127.0.0.1:{Peer(habit).port}/"
        result = self.probe("-t", "500ms", "-k", url)
        self.expect(result, 1, f"not ready  {url}  response: no answer within -t 500ms  <time>\n")
        self.within(result, 0.5, 0.6)


@timed
class Secrets(ProbeTest):
    def test_secret_that_looks_like_its_mask(self):
        url = f"http://127.0.0.1:{world.value('peer.repeats-content')}/"
        result = self.probe("-t", "1s", "--data", "***", "--expect-body", "no", url)
        self.expect(result, 1, f"not ready  {url}  expect: wanted \"no\" in the body, got \"***POST\"  <time>\n")
        self.within(result, 0, 0.5)
