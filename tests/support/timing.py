"""How time is judged, for all tests.

Whatever else a machine does only ever adds time. So a lower bound holds in every run, and an upper bound that a correct
program meets is met by one of a few runs, while a defect fails them all. Bounds follow from what is promised, such as
"a deadline is kept to within 100 ms"; what starting and ending the binary takes by itself is measured (`Probe.overhead`).
Tests that have upper bounds say so (`max_seconds`, `@timed`), and ctest runs them while nothing else runs.
"""
from __future__ import annotations

TRIES = 5


def in_time(run, is_in_time, first=None):
    """The result of `run()`, again up to `TRIES` times in all until it is in time; `first` is one that is there already."""
    result = run() if first is None else first
    for _ in range(TRIES - 1):
        if is_in_time(result):
            break
        result = run()
    return result
