"""As the first process of a container, which signals without a handler do not reach."""
import os
import pathlib
import signal
import subprocess
import time

from common import PROBE, ProbeTest, timed
from support import world
from support.namespaces import SILENT
from support.process import need_root, program, until, until_it_waits

STATUS = {signal.SIGTERM: 143, signal.SIGINT: 130}


@timed
class FirstProcess(ProbeTest):
    def setUp(self):
        need_root()
        self.silent = world.value("peer.silent")
        self.names = world.server("ns.silent").prefix

    def seconds_to_the_end(self, number: int, prefix: tuple, *args: str) -> float:
        """Between a signal in the middle of a wait and the end of it."""
        namespace = (program("unshare"), "--pid", "--fork", "--kill-child", "--")
        process = subprocess.Popen([*prefix, *namespace, PROBE.path, "wait", "-q", "-t", "30s", *args])
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        first = int(until(lambda: children.read_text().split(), "first process")[0])
        until_it_waits(first)
        began = time.monotonic()
        os.kill(first, number)
        status = process.wait(10)
        seconds = time.monotonic() - began
        self.assertEqual(status, STATUS[number])
        return seconds

    def ends_at_once(self, url: str, stage: str, prefix: tuple = ()) -> None:
        """`stage` is where a wait for `url` hangs."""
        hangs = self.probe("wait", "-t", "400ms", url, prefix=prefix)
        self.assertRegex(hangs.stdout, rf"\Anot ready  \S+  {stage}: .* within 400ms")
        self.is_ended_at_once(url, prefix=prefix)

    def is_ended_at_once(self, *args: str, prefix: tuple = ()) -> None:
        for number in STATUS:
            with self.subTest(signal=number):
                self.at_most(lambda: self.seconds_to_the_end(number, prefix, *args), 0.1)

    def test_in_a_name_lookup(self):
        self.ends_at_once("http://name.test/", "resolve", prefix=self.names)

    def test_while_connecting(self):
        self.ends_at_once(f"tcp://{SILENT}:80", "connect", prefix=self.names)

    def test_in_a_tls_handshake(self):
        if PROBE.flavour != "full":
            self.skipTest("not for the build without TLS")
        self.ends_at_once(f"https://127.0.0.1:{self.silent}/", "tls")

    def test_in_a_postgres_login(self):
        self.ends_at_once(f"postgres://app:secret@127.0.0.1:{self.silent}?sslmode=disable", "login")

    def test_in_a_postgres_query(self):
        self.ends_at_once(f"postgres://app:secret@127.0.0.1:{world.value('peer.pg-hung-query')}?sslmode=disable", "query")

    def test_before_a_redis_reply(self):
        self.ends_at_once(f"redis://127.0.0.1:{self.silent}", "query")

    def test_before_an_http_response(self):
        self.ends_at_once(f"http://127.0.0.1:{self.silent}/", "response")

    def test_in_a_pause(self):
        self.is_ended_at_once("-i", "20s", f"tcp://127.0.0.1:{world.value('closed')}")
