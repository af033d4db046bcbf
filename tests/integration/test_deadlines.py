"""One second is one second, whatever the peer does."""
import itertools
from concurrent.futures import ThreadPoolExecutor

from common import PROBE, ProbeTest, timed
from support import world
from support.peers import OK, Peer, http, silent
from support.probe import Result
from support.servers.peer import ENDLESS, pairs

# Says "come in" before it goes on for ever: that is all that a check without a user asks.
ACCEPTS_ANYONE = ("pg-notices", "mysql-drips-columns")  # let in who names no user, which is all that is asked then
# Which third of the pairs of a peer and another protocol a build checks.
SHARES = {"dev": 0, "asan": 1, "release": 2, "release-lite": 0}


@timed
class Deadlines(ProbeTest):
    def test_every_peer_and_protocol(self):
        """At most 1.1 s; an endless peer is never ready. Our builds share the work; another binary has all of it."""
        share = SHARES.get(PROBE.path.parent.name)
        runs = [(name, url, url.format(world.value(f"peer.{name}")))
                for name, url in pairs(tls=PROBE.flavour == "full", share=share)]
        for (name, url, _), result in zip(runs, self.a_second_each([url for *_, url in runs])):
            with self.subTest(peer=name, url=url):
                self.assertIn(result.status, (0, 1), result.output)
                self.assertEqual(len(result.stdout.splitlines()), 1, result.output)
                self.assertEqual(result.stderr, "")
                if name in ENDLESS and not (name in ACCEPTS_ANYONE and "@" not in url):
                    self.assertEqual(result.status, 1, result.output)
                self.within(result, 0, 1.1)

    def a_second_each(self, urls: list[str]) -> list[Result]:
        """The checks are late together, when there are many on few processors: those are done again in less company."""
        with ThreadPoolExecutor(24) as many, ThreadPoolExecutor(4) as few:
            results = list(many.map(lambda url: self.probe("-t", "1s", url), urls))
            again = {number: few.submit(result.again) for number, result in enumerate(results)
                     if not PROBE.was_in_time(result.seconds, 1.1)}
            for number, result in again.items():
                results[number] = result.result()
        return results

    def test_targets_are_checked_at_the_same_time(self):
        port = world.value("peer.silent")
        result = self.probe("-t", "1s", *[f"http://127.0.0.1:{port}/{number}" for number in range(3)])
        self.within(result, 1, 1.1)
        line = f"not ready  http://127.0.0.1:{port}/%d  response: no answer within -t 1s  <time>\n"
        self.expect(result, 1, "".join(line % number for number in range(3)))

    def test_many_targets_at_once(self):
        port = world.value("nginx")
        result = self.probe(*[f"http://127.0.0.1:{port}/204?{number}" for number in range(200)])
        self.assertEqual(result.status, 0, result.output[:500])
        self.assertEqual([line.split("?")[1].split()[0] for line in result.stdout.splitlines()],
                         [str(number) for number in range(200)])

    def test_an_attempt_per_peer_is_bounded_while_the_run_goes_on(self):
        """A peer that is silent twice and answers then is noticed: a hung attempt does not use up the run."""
        habits = itertools.cycle([silent, silent, http(OK + b"Content-Length: 0\r\n\r\n")])
        peer = Peer(lambda connection, peer: next(habits)(connection, peer))
        result = self.probe("-t", "10s", "-n", "50", "-i", "50ms", "--attempt-timeout", "300ms",
                            f"http://127.0.0.1:{peer.port}/")
        self.expect(result, 0, f"ready      http://127.0.0.1:{peer.port}/  200 OK  <time>  (<any> attempts, <time>)\n")
        self.within(result, 0.72, 0.88)  # two attempts, pauses of 50 and 100 ms ± 20 %, 100 ms
