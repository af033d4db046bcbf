"""The live line of probe wait: there while it waits on a terminal, gone when it ends, and nowhere else."""
import os
import re
import signal
import subprocess
import time

from common import PROBE, ProbeTest, later
from support import world
from support.peers import Peer
from support.process import free_port, program
from support.terminal import Terminal

DRAWN = re.compile(r"\r(waiting (\d+\.\d)s for [^\r\n]*)\x1b\[J\r")


class LiveLine(ProbeTest):
    def waiting(self, *args: str, columns: int = 200, env: dict | None = None) -> Terminal:
        kept = {name: text for name, text in os.environ.items() if name.endswith("SAN_OPTIONS")}
        return Terminal([PROBE.path, "wait", *args], columns=columns, env=kept | (env or {}))

    def setUp(self):
        self.closed = f"tcp://127.0.0.1:{world.value('closed')}"
        self.silent = f"http://127.0.0.1:{world.value('peer.silent')}/"

    def test_it_shows_the_time_and_the_targets_in_one_line_and_is_gone_at_the_end(self):
        terminal = self.waiting("-t", "2s", self.closed, self.silent, columns=50)
        self.assertEqual(terminal.end(), 1)
        lines, times = zip(*DRAWN.findall(terminal.output))
        self.assertGreater(len(set(times)), 5, times)
        self.assertEqual(list(times), sorted(times))
        self.assertLess(float(times[0]), 0.2 * PROBE.slowness)
        self.assertGreater(float(times[-1]), 1.5)
        whole = f"waiting {times[0]}s for 2 of 2: {self.closed}, {self.silent}"
        self.assertEqual(lines[0], whole[:48] + "…")
        self.assertEqual({len(line) for line in lines}, {49})
        self.assertNotIn("waiting", terminal.screen.text)
        self.assertEqual(terminal.screen.text.count("ready"), 3, terminal.screen.text)
        self.assertTrue(terminal.screen.text.startswith("not ready"), terminal.screen.text)

    def test_who_is_ready_is_no_longer_named(self):
        terminal = self.waiting("-t", "1s", self.closed, f"tcp://127.0.0.1:{world.value('nginx')}")
        terminal.end()
        self.assertIn(f"s for 1 of 2: {self.closed}\x1b[J", terminal.output)
        self.assertNotIn("2 of 2", terminal.output)

    def test_it_follows_the_width(self):
        terminal = self.waiting("-t", "20s", self.closed, self.silent, columns=30)
        for columns in (30, 60, 12, 4, 2):
            terminal.resize(columns)
            terminal.watch(0.3)  # what was drawn for the width before
            drawn = re.findall(r"\r([^\r\n]*)\x1b\[J\r", terminal.watch(0.5))
            with self.subTest(columns):
                self.assertTrue(drawn)
                self.assertEqual({len(line) for line in drawn}, {columns - 1}, drawn)
        terminal.type("\x03")
        terminal.end()

    def test_it_is_gone_before_the_command_starts(self):
        port = free_port()
        later(0.6, lambda: Peer(lambda *_: None, port=port))
        terminal = self.waiting("-t", "20s", f"tcp://127.0.0.1:{port}", "--", program("sh"), "-c", "echo started; exit 7")
        self.assertEqual(terminal.end(), 7)
        self.assertTrue(DRAWN.search(terminal.output))
        self.assertRegex(terminal.screen.text, r"\Anot ready  [^\n]*\nready  [^\n]*\nstarted\Z")

    def test_a_signal_leaves_nothing_of_it(self):
        for number, send in ((signal.SIGINT, lambda terminal: terminal.type("\x03")),
                             (signal.SIGTERM, lambda terminal: terminal.popen.send_signal(signal.SIGTERM))):
            with self.subTest(number):
                terminal = self.waiting("-t", "20s", self.closed)
                terminal.watch(0.6 * PROBE.slowness)
                self.assertIn("waiting", terminal.screen.text)
                send(terminal)
                self.assertEqual(terminal.end(), -number)
                self.assertRegex(terminal.screen.text, r"\Anot ready  [^\n]*\n?\Z")

    def test_a_stopped_terminal_delays_neither_the_wait_nor_its_end(self):
        port = free_port()
        connected = []
        terminal = self.waiting("-t", "20s", f"tcp://127.0.0.1:{port}")
        terminal.watch(0.5 * PROBE.slowness)
        terminal.type("\x13")  # Ctrl-S
        time.sleep(0.3)
        Peer(lambda *_: connected.append(time.monotonic()), port=port)
        time.sleep(0.5 * PROBE.slowness)
        self.assertTrue(connected)
        terminal.popen.send_signal(signal.SIGTERM)
        began = time.monotonic()
        terminal.popen.wait(10)
        self.assertLess(time.monotonic() - began, 0.1 * PROBE.slowness)
        terminal.end()

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
