"""The binary under test, and what every test module asks of it."""
from __future__ import annotations

import os
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from support.probe import Probe, Result, matches

PROBE = Probe(os.environ["PROBE_BINARY"], os.environ.get("PROBE_FLAVOUR", "full"),
              float(os.environ.get("PROBE_SLOWNESS", "1")))


class ProbeTest(unittest.TestCase):
    """A fixture that cannot be had here (`support.process.Missing`) skips the test; in CI that is a failure."""

    def probe(self, *args, **options) -> Result:
        return PROBE.run(*args, **options)

    def begin(self, *args, **options):
        """Runs probe in the background; `.result()` waits for it."""
        return BACKGROUND.submit(PROBE.run, *args, **options)

    def expect(self, result: Result, status: int, stdout: str) -> None:
        self.assertTrue(matches(stdout, result.stdout), f"expected:\n{stdout}\ngot:\n{result.output}")
        self.assertEqual(result.status, status, result.output)

    def within(self, result: Result, low: float, high: float) -> None:
        self.assertGreaterEqual(result.seconds, low, result.output)
        self.assertLessEqual(result.seconds, high * PROBE.slowness, result.output)


BACKGROUND = ThreadPoolExecutor(16)


def later(seconds: float, action) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def static_only(test):
    return unittest.skipUnless(PROBE.is_static(), "not for a binary with shared libraries")(test)


def full_only(test):
    return unittest.skipUnless(PROBE.flavour == "full", "not for the build without TLS")(test)
