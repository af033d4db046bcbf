"""As the first process of a container, which signals without a handler do not reach."""
import os
import pathlib
import signal
import subprocess
import sys
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

    def test_every_signal_that_ends_a_process(self):
        """SIGQUIT and SIGHUP are the stop signals of some images; SIGPIPE alone is ignored."""
        spared = {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGCONT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU,
                  signal.SIGURG, signal.SIGWINCH, signal.SIGPIPE}
        if b"__asan" in PROBE.path.read_bytes():  # a sanitizer has handlers of its own
            spared |= {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGTRAP}
        # 32 to 34 are the C library's own.
        numbers = [number for number in range(1, 65) if number not in spared and not 32 <= number <= 34]
        command = [program("unshare"), "--pid", "--fork", "--kill-child", "--", PROBE.path, "wait", "-q", "-t", "30s", "-i", "20s",
                   f"tcp://127.0.0.1:{world.value('closed')}"]
        waits = {number: subprocess.Popen(command) for number in numbers}
        first = {}
        for number, process in waits.items():
            children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
            first[number] = int(until(lambda: children.read_text().split(), "first process")[0])
        for number in numbers:
            until_it_waits(first[number])
            os.kill(first[number], number)
        for number, process in waits.items():
            with self.subTest(signal=number):
                try:
                    self.assertEqual(process.wait(10), 128 + number)
                finally:
                    process.kill()

    def test_the_command_finds_signals_as_they_were(self):
        arrange = ("import os, signal, sys; signal.signal(signal.SIGUSR1, signal.SIG_IGN); signal.signal(signal.SIGQUIT, signal.SIG_IGN);"
                   "signal.signal(signal.SIGPIPE, signal.{}); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP, 40]);"
                   "os.execv(sys.argv[1], sys.argv[1:])")
        show = [program("grep"), "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status"]
        mounted = [program("unshare"), "--mount-proc", "--pid", "--fork", "--kill-child", "--", sys.executable, "-c"]
        for pipe in ("SIG_DFL", "SIG_IGN"):
            with self.subTest(pipe):
                wait = [str(PROBE.path), "wait", "-q", f"tcp://127.0.0.1:{world.value('nginx')}", "--"]
                expected = subprocess.check_output([*mounted, arrange.format(pipe), *show], text=True)
                self.assertEqual(subprocess.check_output([*mounted, arrange.format(pipe), *wait, *show], text=True), expected)

    def ends_at_once(self, url: str, stage: str, prefix: tuple = ()) -> None:
        """`stage` is where a wait for `url` hangs."""
        hangs = self.probe("wait", "-t", "400ms", url, prefix=prefix)
        self.assertRegex(hangs.stdout, rf"\Anot ready  \S+  {stage}: .* within -t 400ms")
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
