"""The binary under test, and what every test module asks of it."""
from __future__ import annotations

import os
import unittest
from concurrent.futures import ThreadPoolExecutor

from support.probe import Probe, Result, Running, matches
from support.timing import in_time

PROBE = Probe(os.environ["PROBE_BINARY"], os.environ.get("PROBE_FLAVOUR", "full"))


class ProbeTest(unittest.TestCase):
    """A fixture that cannot be had here (`support.process.Missing`) skips the test; in CI that is a failure."""

    def probe(self, *args, **options) -> Result:
        return PROBE.run(*args, **options)

    def begin(self, *args, **options):
        """Runs probe in the background; `.result()` waits for it."""
        return BACKGROUND.submit(PROBE.run, *args, **options)

    def start(self, *args, **options) -> Running:
        """Runs probe beside the test, which waits for what it prints and then for its `.result()`."""
        running = PROBE.start(*args, **options)
        self.addCleanup(running.kill)
        return running

    def expect(self, result: Result, status: int, stdout: str) -> None:
        self.assertTrue(matches(stdout, result.stdout), f"expected:\n{stdout}\ngot:\n{result.output}")
        self.assertEqual(result.status, status, result.output)

    def within(self, result: Result, low: float, high: float) -> None:
        """It took from `low` to `high` seconds, beside what starting the binary takes. See `support/timing.py`."""
        def run() -> Result:
            again = result.again()
            self.assertGreaterEqual(again.seconds, low, again.output)
            return again

        self.assertGreaterEqual(result.seconds, low, result.output)
        last = in_time(run, lambda result: PROBE.was_in_time(result.seconds, high), result)
        self.assertTrue(PROBE.was_in_time(last.seconds, high), f"{last.seconds} s, wanted {high} s at most: {last.output}")

    def at_most(self, measure, high: float) -> None:
        """The same for what `measure()` returns."""
        seconds = in_time(measure, lambda seconds: PROBE.was_in_time(seconds, high))
        self.assertTrue(PROBE.was_in_time(seconds, high), f"{seconds} s, wanted {high} s at most")


BACKGROUND = ThreadPoolExecutor(16)


def how_many(name: str, usual: int) -> int:
    """How often a test repeats what it shows. `$PROBE_NAME` makes it more, and then `tell` prints the numbers."""
    return int(os.environ.get(f"PROBE_{name}", usual))


def tell(name: str, text: str) -> None:
    if f"PROBE_{name}" in os.environ:
        print(text, flush=True)


def timed(test):
    """For a test or a class with an upper bound on time: ctest runs it while nothing else runs."""
    test.timed = True
    return test


def static_only(test):
    return unittest.skipUnless(PROBE.is_static(), "not for a binary with shared libraries")(test)


def full_only(test):
    return unittest.skipUnless(PROBE.flavour == "full", "not for the build without TLS")(test)


def without_sanitizers(test):
    """Their runtime keeps what is freed, and opens files of its own."""
    return unittest.skipIf(b"__asan_init" in PROBE.path.read_bytes(), "not for sanitizers")(test)
