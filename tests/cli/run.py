#!/usr/bin/env python3
"""Runs the command-line cases of `cases/*.toml` against a probe binary. README.md beside this file has the format."""
from __future__ import annotations

import argparse
import difflib
import os
import pathlib
import re
import shlex
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support import entries, world  # noqa: E402
from support.probe import Probe, Result, matches, pattern  # noqa: E402
from support.process import Missing, run_to_the_end, scratch  # noqa: E402
from support.timing import in_time  # noqa: E402

PLACEHOLDER = re.compile(r"(?<!\$)\{([a-z][a-z0-9._-]*)\}")
HANG_SECONDS = 3.0  # more than this is too long for any case


class BadCase(Exception):
    """The case itself is wrong: nothing asserted, an unknown key or placeholder."""


class Late(Exception):
    """Something is wrong that a busy machine may have done."""


@dataclass
class Case:
    file: str
    name: str
    args: str
    status: int | None = None
    stdout: str = ""
    stderr: str = ""
    env: dict = field(default_factory=dict)
    stdin: str = ""
    files: dict = field(default_factory=dict)
    namespace: str = ""
    absent: list = field(default_factory=list)
    min_seconds: float = 0
    max_seconds: float | None = None
    flavours: list = field(default_factory=lambda: ["full", "lite"])

    @property
    def timed(self) -> bool:
        return self.max_seconds is not None

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def load(path: pathlib.Path) -> list[Case]:
    document = tomllib.loads(path.read_text())
    rows = document.get("case", [])
    # A usage error needs one line: what is typed = what `probe: ` says.
    rows += [{"args": args, "status": 64, "stderr": f"probe: {said}\n"}
             for args, said in document.get("errors", {}).items()]
    cases = []
    for row in rows:
        row = {"name": row.get("args")} | document.get("defaults", {}) | row
        try:
            cases.append(Case(path.stem, **row))
        except TypeError as error:
            raise BadCase(f"{path.name}: {row.get('name')}: {error}") from None
    return cases


def fill(text: str) -> str:
    def replacement(match: re.Match) -> str:
        try:
            return str(world.value(match[1]))
        except KeyError:
            raise BadCase(f"unknown placeholder {match[0]}") from None
    return PLACEHOLDER.sub(replacement, text)


def execute(case: Case, probe: Probe) -> Result:
    if case.status is None:
        raise BadCase("asserts no status")
    folder = scratch.folder("case")
    for name, content in case.files.items():
        (folder / name).write_text(fill(content))
    prefix = ()
    if case.namespace:
        prefix = world.server(f"ns.{case.namespace}").prefix
    env = {name: fill(text) for name, text in case.env.items()}
    return probe.run(*map(fill, shlex.split(case.args)), env=env, prefix=prefix, stdin=case.stdin, cwd=folder)


def difference(name: str, expected: str, actual: str) -> list[str]:
    """A diff in which a line that a pattern of the expectation matches counts as equal."""
    wanted = expected.splitlines(keepends=True)
    patterns = [(line, pattern(line)) for line in wanted if "<lines>" not in line]
    got = [next((line for line, known in patterns if known.fullmatch(text)), text)
           for text in actual.splitlines(keepends=True)]
    lines = [line for line in difflib.ndiff(wanted, got) if not line.startswith("?")]
    return [f"    {name}:"] + [f"      {line if line.endswith(chr(10)) else line + '⏎missing'}".rstrip("\n")
                               for line in lines]


def complaints(case: Case, result: Result, probe: Probe) -> list[str]:
    found = []
    if result.status != case.status:
        found.append(f"    status: expected {case.status}, got {result.status}")
    for name in ("stdout", "stderr"):
        expected, actual = fill(getattr(case, name)), getattr(result, name)
        if not matches(expected, actual):
            found += difference(name, expected, actual)
    found += [f"    {secret!r} is in the output:\n{result.output}" for secret in case.absent if secret in result.output]
    if result.seconds < case.min_seconds:
        return found + [f"    took {result.seconds:.2f} s, expected at least {case.min_seconds:g} s"]
    most = case.max_seconds if case.timed else HANG_SECONDS
    late = not probe.was_in_time(result.seconds, most)
    if late:
        found.append(f"    took {result.seconds:.3f} s, expected at most {most:g} s and {probe.overhead:.3f} s to start and end")
    if late or (found and case.timed):  # a deadline may have come before what is expected of a quiet machine
        raise Late(found)
    return found


def check(case: Case, probe: Probe) -> tuple[str, list[str]]:
    """The verdict and what there is to say about it."""
    try:
        found = complaints(case, execute(case, probe), probe)
    except Missing as reason:
        return ("failed" if os.environ.get("CI") == "true" else "skipped"), [f"    skipped: {reason}"]
    except Late as late:
        return "late", late.args[0]
    except Exception as error:
        return "failed", [f"    {type(error).__name__}: {error}"]
    return ("failed" if found else "passed"), found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", required=True, help="the binary to test")
    parser.add_argument("--flavour", choices=("full", "lite"), default="full", help="lite: built without TLS")
    parser.add_argument("--file", action="append", default=[], help="only this file of cases (a name without .toml)")
    parser.add_argument("-k", default="", help="only cases whose name or arguments contain this")
    parser.add_argument("-j", type=int, default=4, help="cases run at once")
    entries.add_options(parser)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    files = sorted((HERE / "cases").glob("*.toml"))
    unknown = set(options.file) - {path.stem for path in files}
    if unknown:
        sys.exit(f"no such file of cases: {', '.join(sorted(unknown))}")
    cases = [case for path in files if not options.file or path.stem in options.file for case in load(path)
             if options.flavour in case.flavours and (options.k in case.name or options.k in case.args)]
    if options.list:
        entries.list_entries({path.stem: {case.timed for case in cases if case.file == path.stem} for path in files})
        return 0
    return run([case for case in cases if entries.chosen(options, case.timed)], options)


def run(cases: list[Case], options: argparse.Namespace) -> int:
    probe = Probe(options.probe, options.flavour)
    pool = ThreadPoolExecutor(options.j)
    try:
        verdicts = list(pool.map(lambda case: check(case, probe), cases))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    count = {"passed": 0, "failed": 0, "skipped": 0}
    for case, first in zip(cases, verdicts):
        # Now without the others.
        verdict, said = in_time(lambda: check(case, probe), lambda verdict: verdict[0] != "late", first)
        count["failed" if verdict == "late" else verdict] += 1
        if said:
            print(f"{verdict.upper()} {case}\n    probe {case.args}", *said, sep="\n", flush=True)
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    run_to_the_end(main)
