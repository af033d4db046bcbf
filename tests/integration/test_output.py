"""Output for programs and for terminals."""
import json
import os
import pty
import subprocess

from common import PROBE, ProbeTest
from support import world
from support.servers.peer import ODD, checks


class Json(ProbeTest):
    def test_one_valid_object_per_line_whatever_a_peer_says(self):
        targets = [url.format(world.value(f"peer.{name}")) for name in ODD if "drip-body" not in name
                   for url in checks(tls=False)]
        result = self.probe("-o", "json", "-t", "1s", *targets)
        rows = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(len(rows), len(targets))
        for row in rows:
            with self.subTest(row["target"]):
                self.assertGreaterEqual(set(row), {"target", "ready", "detail", "attempts", "elapsed_ms"})
                self.assertEqual({"stage", "reason"} <= set(row), not row["ready"])
                self.assertTrue(row["detail"].isprintable(), row)

    def test_the_time_of_a_check_that_its_deadline_ends(self):
        result = self.probe("-o", "json", "-t", "200ms", f"redis://127.0.0.1:{world.value('peer.silent')}")
        row = json.loads(result.stdout)
        self.assertGreaterEqual(row["total_ms"], 200)
        self.assertLessEqual(row["elapsed_ms"], row["total_ms"])
        self.assertLessEqual(row["total_ms"], result.seconds * 1000)

    def test_json_of_a_target_that_is_no_ascii(self):
        url = f"http://127.0.0.1:{world.value('nginx')}/\"ä\\\x7f"
        result = self.probe("-o", "json", url.replace("\x7f", "%7f"))
        self.assertEqual(json.loads(result.stdout)["target"], url.replace("\x7f", "%7f"))

    def test_bytes_that_are_no_utf8_stay_valid_json(self):
        result = self.probe("-o", "json", f"http://127.0.0.1:{world.value('nginx')}/\udcff")
        json.loads(result.stdout)


class Terminal(ProbeTest):
    def on_a_terminal(self, *args: str, env: dict | None = None) -> str:
        ours, theirs = pty.openpty()
        subprocess.run([PROBE.path, *args], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL,
                       env={"TERM": "xterm"} | (env or {}))
        os.close(theirs)
        output = b""
        try:
            while chunk := os.read(ours, 4096):
                output += chunk
        except OSError:  # the end, as Linux tells it
            pass
        os.close(ours)
        return output.decode()

    def test_colour(self):
        url = f"http://127.0.0.1:{world.value('nginx')}/204"
        self.assertIn("\x1b[", self.on_a_terminal(url))
        self.assertTrue(self.on_a_terminal(url).startswith("\x1b[32mready\x1b[0m      http://"), self.on_a_terminal(url))
        self.assertTrue(self.on_a_terminal(f"tcp://127.0.0.1:{world.value('closed')}").startswith("\x1b[31mnot ready"))

    def test_no_color(self):
        url = f"http://127.0.0.1:{world.value('nginx')}/204"
        self.assertNotIn("\x1b[", self.on_a_terminal(url, env={"NO_COLOR": "1"}))
        for term in ("dumb", ""):
            self.assertNotIn("\x1b[", self.on_a_terminal(url, env={"TERM": term}))
        self.assertNotIn("\x1b[", self.on_a_terminal("-o", "json", url))
