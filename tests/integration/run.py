#!/usr/bin/env python3
"""Runs the integration tests, `test_*.py` beside this file, against a probe binary."""
from __future__ import annotations

import argparse
import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from support.process import run_to_the_end  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", default=os.environ.get("PROBE_BINARY"), help="the binary to test [$PROBE_BINARY]")
    parser.add_argument("--flavour", choices=("full", "lite"), default="full", help="lite: built without TLS")
    parser.add_argument("--slow", action="store_true", help="allow three times as long (sanitizers)")
    parser.add_argument("-k", action="append", help="only tests whose name contains this")
    parser.add_argument("-v", action="store_true", help="name each test")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if not options.probe:
        sys.exit("give --probe PATH or set PROBE_BINARY")
    os.environ |= {"PROBE_BINARY": options.probe, "PROBE_FLAVOUR": options.flavour,
                   "PROBE_SLOWNESS": "3" if options.slow else "1"}
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{part}*" for part in options.k] if options.k else None
    suite = loader.discover(str(HERE), top_level_dir=str(HERE))
    result = unittest.TextTestRunner(verbosity=2 if options.v else 1).run(suite)
    unwanted = [reason for _, reason in result.skipped if not reason.startswith("not for")]
    if os.environ.get("CI") == "true" and unwanted:
        print("skipped, which is a failure in CI:", *unwanted, sep="\n  ")
        return 1
    return 0 if result.wasSuccessful() and result.testsRun else 1


if __name__ == "__main__":
    run_to_the_end(main)
