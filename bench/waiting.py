"""Measures `probe wait`. Run bench/run --wait, which builds what is measured here."""
from __future__ import annotations

import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import waiting  # noqa: E402
from support.process import run_to_the_end  # noqa: E402

SECONDS = 30
MOMENTS = 40


def main() -> int:
    for flavour, folder in (("lite", "release-lite"), ("full", "release")):
        probe = str(ROOT / "build" / folder / "probe")
        delays = [waiting.delay(probe, moment) * 1000 for moment in waiting.moments(MOMENTS)]
        print(f"{flavour}: a port that opens at one of {MOMENTS} random moments within {waiting.FIRST_SECONDS:g} s is noticed "
              f"after {statistics.mean(delays):.0f} ms on average, {max(delays):.0f} ms at the most; waiting {SECONDS} s for "
              f"one that does not takes {waiting.cpu(probe, SECONDS) * 1000:.0f} ms of CPU time", flush=True)
    return 0


if __name__ == "__main__":
    run_to_the_end(main)
