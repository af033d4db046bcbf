"""How ctest runs a file of cases or tests: what measures time in an entry of its own, alone (`tests/entries.cmake.in`)."""
from __future__ import annotations

import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--timed", action="store_true", help="only what has an upper bound on time")
    parser.add_argument("--untimed", action="store_true", help="only what has none")
    parser.add_argument("--list", action="store_true", help="name the entries for ctest, with the options of each")


def chosen(options: argparse.Namespace, timed: bool) -> bool:
    return timed if options.timed else not (options.untimed and timed)


def list_entries(files: dict[str, set[bool]]) -> None:
    """One line per entry: its name, its file, its options. `files` tells which kinds, timed or not, each file has."""
    for file, kinds in files.items():
        if False in kinds:
            print(f"{file} {file} --untimed")
        if True in kinds:
            print(f"{file}{'.timed' if False in kinds else ''} {file} --timed")
