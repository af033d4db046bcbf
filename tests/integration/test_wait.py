"""probe wait: what the command finds when it is started, and how soon."""
import os
import subprocess
import sys
import time

from common import PROBE, ProbeTest, later
from support import world
from support.peers import Peer
from support.process import free_port, need_root, program

STATE = """
import os
print(sorted(int(fd) for fd in os.listdir('/proc/self/fd'))[:-1], os.getcwd(), sorted(os.environ.items()))
print([line.strip() for line in open('/proc/self/status') if line.startswith('Sig') or line.startswith('Shd')])
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

    def test_as_pid_1_a_signal_ends_the_wait_at_once_and_later_reaches_the_command(self):
        need_root()
        namespace = (program("unshare"), "--pid", "--fork", "--kill-child", "--mount-proc")
        for url, after in ((f"tcp://127.0.0.1:{world.value('closed')}", ""),
                           (f"http://127.0.0.1:{world.value('peer.silent')}/", ""),
                           (f"tcp://127.0.0.1:{world.value('nginx')}", "trap 'exit 9' TERM; echo $$; while :; do sleep 0.05; done")):
            with self.subTest(url):
                command = ["--", program("sh"), "-c", after] if after else []
                process = subprocess.Popen([*namespace, PROBE.path, "wait", url, *command], stdout=subprocess.PIPE, text=True)
                time.sleep(0.5 * PROBE.slowness)
                children = open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()
                subprocess.run([program("kill"), "-TERM", children[0]], check=True)
                began = time.monotonic()
                output, _ = process.communicate()
                self.assertLess(time.monotonic() - began, 0.3 * PROBE.slowness)
                self.assertEqual(process.returncode, 9 if after else 143, output)
                if after:
                    self.assertTrue(output.endswith("\n1\n"), output)


class Detection(ProbeTest):
    def test_a_server_that_comes_late_is_noticed_soon(self):
        delays = []
        for seconds in (0.3, 0.9, 1.7):
            port = free_port()
            result = self.begin("wait", "-t", "10s", f"tcp://127.0.0.1:{port}")
            opened = []
            later(seconds, lambda: opened.append((Peer(lambda *_: None, port=port), time.monotonic()))).join()
            self.assertEqual(result.result().status, 0)
            delays.append(time.monotonic() - opened[0][1])
        self.assertLess(sum(delays) / len(delays), 0.2 * PROBE.slowness, delays)
        self.assertLess(max(delays), 0.4 * PROBE.slowness, delays)

    def test_a_long_wait_costs_hardly_any_cpu(self):
        process = subprocess.Popen([PROBE.path, "wait", "-q", "-t", "5s", f"tcp://127.0.0.1:{world.value('closed')}"])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 1)
        self.assertLess(usage.ru_utime + usage.ru_stime, 0.25 * PROBE.slowness)

    def test_a_server_that_comes_just_before_the_deadline_is_noticed(self):
        port = free_port()
        result = self.begin("wait", "-t", "2s", "-i", "1500ms", f"tcp://127.0.0.1:{port}")
        later(1.7, lambda: Peer(lambda *_: None, port=port))
        self.assertEqual(result.result().status, 0)
