"""probe wait: what is told and when, what the command finds when it is started, what waiting costs."""
import os
import signal
import statistics
import subprocess
import sys

from common import BACKGROUND, PROBE, ProbeTest, timed
from support import waiting, world
from support.peers import OK, Peer, http
from support.process import free_port, need_root, program, scratch
from support.timing import in_time

STATE = """
import os
print(sorted(int(fd) for fd in os.listdir('/proc/self/fd'))[:-1], os.getcwd(), sorted(os.environ.items()))
print([line.strip() for line in open('/proc/self/status') if line.startswith(('SigP', 'SigB', 'SigI', 'SigC', 'ShdP'))])
"""


class HandOver(ProbeTest):
    def test_the_command_finds_everything_as_it_was(self):
        """Descriptors, signal mask and dispositions, environment and directory; with SIGPIPE ignored, and not."""
        command = [sys.executable, "-S", "-E", "-c", STATE]
        waiting = [PROBE.path, "wait", "-q", f"tcp://127.0.0.1:{world.value('nginx')}", "--", *command]
        for restore in (True, False):
            with self.subTest(restore_signals=restore):
                run = {"stdout": subprocess.PIPE, "env": {"A": "b"}, "restore_signals": restore, "text": True, "check": True}
                self.assertEqual(subprocess.run(waiting, **run).stdout, subprocess.run(command, **run).stdout)

    def test_same_process(self):
        process = subprocess.Popen([PROBE.path, "wait", "-q", f"http://127.0.0.1:{world.value('nginx')}/204", "--",
                                    program("sh"), "-c", "echo $$"], stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.communicate()[0], f"{process.pid}\n")

    def test_as_pid_1_a_signal_reaches_the_command(self):
        need_root()
        process = subprocess.Popen([program("unshare"), "--pid", "--fork", "--kill-child", "--mount-proc", PROBE.path, "wait",
                                    "-q", f"tcp://127.0.0.1:{world.value('nginx')}", "--", program("sh"), "-c",
                                    "trap 'exit 9' TERM; echo $$; while :; do sleep 0.02; done"],
                                   stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "1\n")
        children = open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()
        os.kill(int(children[0]), signal.SIGTERM)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, 9)


class Targets(ProbeTest):
    def test_one_that_never_comes_one_that_comes_late_and_one_that_is_there(self):
        closed, late, there = world.value("closed"), free_port(), world.value("nginx")
        marker = scratch.folder("wait") / "ran"
        running = self.start("wait", "-t", "3s", f"tcp://127.0.0.1:{closed}", f"http://127.0.0.1:{late}/",
                             f"tcp://127.0.0.1:{there}", "--", program("touch"), str(marker))
        running.says("ready  ", times=3)
        Peer(http(OK + b"Content-Length: 0\r\n\r\n"), port=late)
        result = running.result()
        lines = result.stdout.splitlines(True)
        # The first three come at the same time.
        result.stdout = "".join(sorted(lines[:3]) + lines[3:])
        self.expect(result, 1, f"""\
not ready  http://127.0.0.1:{late}/  connect: connection refused (127.0.0.1:{late})  <time>
not ready  tcp://127.0.0.1:{closed}  connect: connection refused (127.0.0.1:{closed})  <time>
ready      tcp://127.0.0.1:{there}  connected  <time>
ready      http://127.0.0.1:{late}/  200 OK  <time>  (<any> attempts, <time>)
not ready  tcp://127.0.0.1:{closed}  connect: connection refused (127.0.0.1:{closed})  <time>  (<any> attempts, <time>)
""")
        self.assertGreater(result.seconds, 2.9)  # the last attempt begins then
        self.assertFalse(marker.exists())


@timed
class Cost(ProbeTest):
    def test_a_server_that_comes_late_is_noticed_soon(self):
        """At random moments of the first seconds; `bench/run --wait` measures the same without company."""
        def delays() -> tuple[float, float]:
            runs = [BACKGROUND.submit(waiting.delay, PROBE.path, moment) for moment in waiting.moments(20)]
            seconds = [run.result() for run in runs]
            return statistics.mean(seconds), max(seconds)

        def soon(found: tuple[float, float]) -> bool:
            return PROBE.was_in_time(found[0], 0.15) and PROBE.was_in_time(found[1], 0.5)

        found = in_time(delays, soon)
        self.assertTrue(soon(found), f"mean and longest delay: {found}")

    def test_a_long_wait_costs_hardly_any_cpu(self):
        self.at_most(lambda: waiting.cpu(PROBE.path, 4), 0.1)

    def test_a_server_that_comes_just_before_the_deadline_is_noticed(self):
        """After the second attempt, at 1.8 s at the latest, the third one would come behind the deadline."""
        port = free_port()
        running = self.start("wait", "-v", "-t", "2300ms", "-i", "1500ms", f"tcp://127.0.0.1:{port}")
        running.says(" failed: ", times=2)
        Peer(lambda *_: None, port=port)
        self.expect(running.result(), 0, "<lines>ready      <any>  connected  <time>  (3 attempts, <time>)\n")
