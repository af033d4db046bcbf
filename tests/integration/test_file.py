"""file://: who may read it, and files that change while they are looked at."""
import os
import pathlib
import threading
import time

from common import ProbeTest
from support.process import scratch


def as_nobody() -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


class Files(ProbeTest):
    def setUp(self):
        self.folder = scratch.folder("changing")
        for parent in (self.folder, *self.folder.parents):
            if parent != pathlib.Path("/") and parent.stat().st_uid == os.getuid() and not parent.stat().st_mode & 1:
                parent.chmod(parent.stat().st_mode | 0o55)

    def test_permission_matters_only_to_read(self):
        file = self.folder / "secret"
        file.write_text("ok")
        file.chmod(0)
        how = {"preexec_fn": as_nobody} if os.getuid() == 0 else {}
        self.expect(self.probe(f"file://{file}", "--max-age", "1h", **how), 0, f"ready      file://{file}  there  <time>\n")
        self.expect(self.probe(f"file://{file}", "--expect-body", "ok", **how), 1,
                    f"not ready  file://{file}  open: permission denied  <time>\n")
        closed = self.folder / "closed"
        closed.mkdir(mode=0o700)
        self.expect(self.probe("--not", f"file://{closed}/app", **how), 1 if how else 0,
                    f"not ready  file://{closed}/app  open: permission denied  <time>\n" if how else
                    f"ready      file://{closed}/app  gone: no such file  <time>\n")

    def test_one_that_changes(self):
        """Grows, shrinks, is replaced by a FIFO or a directory and goes away: each is said, and nothing hangs."""
        file = self.folder / "changes"
        done = threading.Event()

        def change() -> None:
            while not done.is_set():
                with file.open("wb") as out:
                    out.write(b"x" * 3_000_000)
                    out.truncate(1000)
                file.unlink()
                os.mkfifo(file)
                file.unlink()
                file.mkdir()
                file.rmdir()

        changing = threading.Thread(target=change)
        changing.start()
        try:
            for _ in range(100):
                result = self.probe("-t", "1s", "--expect-body", "y", f"file://{file}")
                self.assertEqual(result.status, 1, result.output)
                self.assertRegex(result.stdout, r"open: (no such file|not a file but a (FIFO|directory))|expect: wanted \"y\"")
                self.assertLess(result.seconds, 1)
        finally:
            done.set()
            changing.join()

    def test_wait_for_one(self):
        file = self.folder / "late"
        threading.Timer(0.3, lambda: file.write_text("state=done\n")).start()
        began = time.monotonic()
        result = self.probe("wait", "-q", "-t", "10s", "--expect-regex", "^state=done$", f"file://{file}")
        self.assertEqual((result.status, result.output), (0, ""))
        self.assertGreater(time.monotonic() - began, 0.25)
