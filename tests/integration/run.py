#!/usr/bin/env python3
"""Runs the integration tests, `test_*.py` beside this file, against a probe binary."""
from __future__ import annotations

import argparse
import os
import pathlib
import sys
import unittest
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from support import entries  # noqa: E402
from support.process import run_to_the_end  # noqa: E402


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", nargs="*", help="only this one, such as retries for test_retries.py")
    parser.add_argument("--probe", default=os.environ.get("PROBE_BINARY"), help="the binary to test [$PROBE_BINARY]")
    parser.add_argument("--flavour", choices=("full", "lite"), default="full", help="lite: built without TLS")
    parser.add_argument("-k", action="append", help="only tests whose name contains this")
    parser.add_argument("-j", type=int, default=4, help="tests run at once")
    parser.add_argument("-v", action="store_true", help="name each test")
    entries.add_options(parser)
    return parser.parse_args()


def tests_of(suite: unittest.TestSuite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def is_timed(test: unittest.TestCase) -> bool:
    return getattr(test, "timed", False) or getattr(getattr(test, test._testMethodName, None), "timed", False)


def module(test: unittest.TestCase) -> str:
    return type(test).__module__.removeprefix("test_")


def not_for_this_build(test: unittest.TestCase) -> bool:
    """Whether a decorator skips it, or its class."""
    return any(getattr(of, "__unittest_skip__", False)
               for of in (test, getattr(test, test._testMethodName, None)))


def units(tests: list[unittest.TestCase]) -> list[unittest.TestSuite]:
    """What may run at once: each test, but for a class that has something set up for all of its tests."""
    groups = defaultdict(list)
    for number, test in enumerate(tests):
        shares = type(test).setUpClass.__func__ is not unittest.TestCase.setUpClass.__func__
        groups[type(test) if shares else number].append(test)
    return [unittest.TestSuite(group) for group in groups.values()]


def main() -> int:
    options = arguments()
    if not options.probe:
        sys.exit("give --probe PATH or set PROBE_BINARY")
    os.environ |= {"PROBE_BINARY": options.probe, "PROBE_FLAVOUR": options.flavour}
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{part}*" for part in options.k] if options.k else None
    tests = list(tests_of(loader.discover(str(HERE), top_level_dir=str(HERE))))
    if loader.errors:
        sys.exit("\n".join(loader.errors))
    unknown = set(options.module) - {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")}
    if unknown:
        sys.exit(f"no such module of tests: {', '.join(sorted(unknown))}")
    tests = [test for test in tests if not options.module or module(test) in options.module]
    if options.list:
        files = defaultdict(set)
        for test in tests:
            if not not_for_this_build(test):
                files[module(test)].add(is_timed(test))
        entries.list_entries(files)
        return 0
    return run([test for test in tests if entries.chosen(options, is_timed(test))], options)


def run(tests: list[unittest.TestCase], options: argparse.Namespace) -> int:
    def run_unit(unit: unittest.TestSuite) -> unittest.TestResult:
        result = unittest.TestResult()
        unit.run(result)
        return result

    pool = ThreadPoolExecutor(options.j)
    try:
        results = list(pool.map(run_unit, units(tests)))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    bad = [problem for result in results for problem in result.failures + result.errors]
    skipped = [problem for result in results for problem in result.skipped]
    for test, problem in bad:
        print(f"FAILED {test}", problem, sep="\n")
    unwanted = [(test, reason) for test, reason in skipped if not reason.startswith("not for")]
    for test, reason in skipped if options.v else unwanted:
        print(f"skipped {test}: {reason}")
    if options.v:
        print("ran", *tests, sep="\n  ")
    count = sum(result.testsRun for result in results)
    print(f"{count - len(skipped)} tests run, {len(bad)} problems, {len(skipped)} skipped")
    if os.environ.get("CI") == "true" and unwanted:
        print("skipped, which is a failure in CI")
        return 1
    return 0 if count > len(skipped) and not bad else 1


if __name__ == "__main__":
    run_to_the_end(main)
