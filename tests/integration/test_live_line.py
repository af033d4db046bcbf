"""The live line of probe wait: there while it waits on a terminal, gone when it ends, and nowhere else."""
import os
import re
import signal
import subprocess
import time

from common import PROBE, ProbeTest, timed
from support import world
from support.peers import Peer
from support.process import free_port, program, until
from support.terminal import Terminal
from support.timing import in_time

DRAWN = re.compile(r"\r(waiting (\d+\.\d)s for [^\r\n]*)\x1b\[J\r")


def wakes(pid: int) -> int:
    """How often the process has waited so far."""
    return int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", open(f"/proc/{pid}/status").read(), re.M)[1])


class LiveLine(ProbeTest):
    def waiting(self, *args: str, columns: int = 200, env: dict | None = None) -> Terminal:
        kept = {name: text for name, text in os.environ.items() if name.endswith("SAN_OPTIONS")}
        return Terminal([PROBE.path, "wait", *args], columns=columns, env=kept | (env or {}))

    def setUp(self):
        self.closed = f"tcp://127.0.0.1:{world.value('closed')}"
        self.silent = f"http://127.0.0.1:{world.value('peer.silent')}/"

    @timed
    def test_it_shows_the_time_and_the_targets_in_one_line_and_is_gone_at_the_end(self):
        def watched() -> Terminal:
            terminal = self.waiting("-t", "2s", self.closed, self.silent, columns=50)
            self.assertEqual(terminal.end(), 1)
            return terminal

        terminal = in_time(watched, lambda terminal: float(DRAWN.findall(terminal.output)[0][1]) < 0.2)
        lines, times = zip(*DRAWN.findall(terminal.output))
        self.assertGreater(len(set(times)), 5, times)
        self.assertEqual(list(times), sorted(times))
        self.assertLess(float(times[0]), 0.2)
        self.assertGreater(float(times[-1]), 1.5)
        whole = f"waiting {times[0]}s for 2 of 2: {self.closed}, {self.silent}"
        self.assertEqual(lines[0], whole[:48] + "…")
        self.assertEqual({len(line) for line in lines}, {49})
        self.assertNotIn("waiting", terminal.screen.text)
        self.assertEqual(terminal.screen.text.count("ready"), 3, terminal.screen.text)
        self.assertTrue(terminal.screen.text.startswith("not ready"), terminal.screen.text)

    def test_who_is_ready_is_no_longer_named(self):
        there = f"tcp://127.0.0.1:{world.value('nginx')}"
        terminal = self.waiting("-t", "1s", self.closed, there)
        terminal.end()
        _, told, rest = terminal.output.partition(f"  {there}  connected")
        self.assertTrue(told, terminal.output)
        self.assertIn(f"s for 1 of 2: {self.closed}\x1b[J", rest)
        self.assertNotIn("2 of 2", rest)

    def test_it_follows_the_width(self):
        terminal = self.waiting("-t", "20s", self.closed, self.silent, columns=30)
        for columns in (30, 60, 12, 4, 2):
            terminal.resize(columns)
            with self.subTest(columns):
                before = len(terminal.output)
                terminal.until(rf"\r[^\r\n]{{{columns - 1}}}\x1b\[J\r", before)  # and not for the width before
                before = len(terminal.output)
                terminal.until(r"(\r[^\r\n]*\x1b\[J\r[^\r]*){3}", before)
                drawn = re.findall(r"\r([^\r\n]*)\x1b\[J\r", terminal.output[before:])
                self.assertEqual({len(line) for line in drawn}, {columns - 1}, drawn)
        terminal.type("\x03")
        terminal.end()

    def test_it_is_gone_before_the_command_starts(self):
        port = free_port()
        terminal = self.waiting("-t", "20s", f"tcp://127.0.0.1:{port}", "--", program("sh"), "-c", "echo started; exit 7")
        terminal.until(DRAWN.pattern)
        Peer(lambda *_: None, port=port)
        self.assertEqual(terminal.end(), 7)
        self.assertTrue(DRAWN.search(terminal.output))
        self.assertRegex(terminal.screen.text, r"\Anot ready  [^\n]*\nready  [^\n]*\nstarted\Z")

    def test_a_signal_leaves_nothing_of_it(self):
        for number, send in ((signal.SIGINT, lambda terminal: terminal.type("\x03")),
                             (signal.SIGTERM, lambda terminal: terminal.popen.send_signal(signal.SIGTERM))):
            with self.subTest(number):
                terminal = self.waiting("-t", "20s", self.closed)
                terminal.until(DRAWN.pattern)
                self.assertIn("waiting", terminal.screen.text)
                send(terminal)
                self.assertEqual(terminal.end(), -number)
                self.assertRegex(terminal.screen.text, r"\Anot ready  [^\n]*\n?\Z")

    @timed
    def test_a_stopped_terminal_delays_neither_the_wait_nor_its_end(self):
        self.at_most(self.seconds_of_the_end_on_a_stopped_terminal, 0.1)

    def seconds_of_the_end_on_a_stopped_terminal(self) -> float:
        port = free_port()
        connected = []
        terminal = self.waiting("-t", "20s", f"tcp://127.0.0.1:{port}")
        terminal.until(DRAWN.pattern)
        terminal.type("\x13")  # Ctrl-S
        before = wakes(terminal.popen.pid)
        until(lambda: wakes(terminal.popen.pid) > before + 5, "it goes on ticking")
        Peer(lambda *_: connected.append(True), port=port)
        until(lambda: connected, "an attempt")
        terminal.popen.send_signal(signal.SIGTERM)
        began = time.monotonic()
        terminal.popen.wait(10)
        seconds = time.monotonic() - began
        terminal.end()
        return seconds

    def test_verbose_lines_on_the_same_terminal_stay_whole(self):
        terminal = self.waiting("-v", "-t", "2s", "-i", "300ms", self.closed)
        terminal.end()
        self.assertGreater(len(DRAWN.findall(terminal.output)), 5)
        for line in terminal.screen.text.splitlines():
            self.assertRegex(line, rf"\A(not ready  |\* ){re.escape(self.closed)}  [^\x1b]*\Z")
            self.assertEqual(line.count(self.closed), 1)

    def test_nothing_of_it_where_it_does_not_belong(self):
        for args, env in ((["-q"], {}), (["-o", "json"], {}), ([], {"TERM": "dumb"})):
            with self.subTest(args=args, env=env):
                terminal = self.waiting("-t", "800ms", *args, self.closed, env=env)
                terminal.end()
                self.assertNotIn("waiting", terminal.output)
                self.assertNotIn("\x1b[J", terminal.output)

    def test_nothing_of_it_in_a_pipe(self):
        """Also while standard error is a terminal."""
        ours, theirs = os.openpty()
        done = subprocess.run([PROBE.path, "wait", "-v", "-t", "800ms", self.closed], stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout.decode(), r"\A(not ready  [^\n\r\x1b]*\n){2}\Z")
        self.assertNotIn(b"\x1b", os.read(ours, 65536))
        os.close(ours)
