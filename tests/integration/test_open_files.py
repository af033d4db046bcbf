"""Few open files are trouble of this system: targets wait for their turn, and nobody is called absent."""
import json
import os
import resource
import socket

from common import ProbeTest, without_sanitizers
from support.peers import OK, Peer, http
from support.process import scratch


def limit(soft: int, hard: int | None = None):
    def set_limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard or soft))
    return {"preexec_fn": set_limit, "close_fds": True}


class OpenFiles(ProbeTest):
    def setUp(self):
        self.port = Peer(http(OK + b"Content-Length: 0\r\n\r\n")).port

    def urls(self, count: int) -> list[str]:
        return [f"http://127.0.0.1:{self.port}/{number}" for number in range(count)]

    def test_a_thousand_targets(self):
        result = self.probe("-t", "60s", "--attempt-timeout", "60s", *self.urls(1000), **limit(64))
        self.assertEqual(result.status, 0, result.output[-500:])
        self.assertEqual(result.stdout.count("ready      "), 1000)

    def test_the_soft_limit_is_raised_and_given_back(self):
        result = self.probe("wait", "-t", "60s", *self.urls(150), "--", "/bin/sh", "-c", "ulimit -Sn", **limit(40, 4096))
        self.assertEqual(result.stdout.splitlines()[-1], "40", result.output[-500:])
        self.assertEqual(result.status, 0)

    def test_who_does_not_get_a_turn(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            urls = [f"http://127.0.0.1:{silent.getsockname()[1]}/{number}" for number in range(60)]
            result = self.probe("-t", "500ms", "-o", "json", *urls, **limit(64))
        results = [json.loads(line) for line in result.stdout.splitlines()]
        late = [one for one in results if one["attempts"] == 0]
        self.assertGreaterEqual(len(results) - len(late), 16)
        self.assertGreaterEqual(len(late), 30)
        for one in late:
            self.assertEqual((one["stage"], one["reason"]), ("run", "timeout"))
            self.assertIn("not started", one["detail"])

    @without_sanitizers
    def test_none_is_left(self):
        """Standard streams, epoll and eventfd take them all."""
        url = self.urls(1)[0]
        for count in (3, 4, 5):
            with self.subTest(count):
                result = self.probe("-t", "1s", "-o", "json", url, **limit(64), prefix=("prlimit", f"--nofile={count}"),
                                    env={"PATH": os.environ["PATH"]})
                if result.status == 127:
                    continue  # the loader of a binary with shared libraries needs some, too
                failure = json.loads(result.stdout)
                self.assertEqual((result.status, failure["stage"], failure["reason"]), (1, "run", "local"))

    def test_not(self):
        """Neither a lack of descriptors nor a full queue means that nobody is there."""
        result = self.probe("-t", "1s", "--not", self.urls(1)[0], prefix=("prlimit", "--nofile=5"),
                            env={"PATH": os.environ["PATH"]})
        self.assertEqual(result.status, 1, result.output)
        path = str(scratch.folder("queue") / "app.sock")
        with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as waiting:
            listener.bind(path)
            listener.listen(0)
            waiting.connect(path)
            result = self.probe("-t", "1s", "--not", f"unix://{path}")
        self.expect(result, 1, f"not ready  unix://{path}  connect: the socket's queue is full ({path})  <time>\n")

    def test_elapsed_is_that_of_the_attempt_whose_words_are_shown(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            result = self.probe("-t", "700ms", "-n", "9", "-i", "1ms", "--attempt-timeout", "500ms", "-o", "json",
                                f"http://127.0.0.1:{silent.getsockname()[1]}/")
        failure = json.loads(result.stdout)
        self.assertEqual(failure["detail"], "no answer within --attempt-timeout 500ms")
        self.assertGreaterEqual(failure["elapsed_ms"], 500)
        self.assertEqual(failure["attempts"], 2)
