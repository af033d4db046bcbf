"""What is slow to make and the same for every run, made once and kept under `build/tests/`."""
from __future__ import annotations

import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import time

from .process import scratch

FOLDER = pathlib.Path(__file__).resolve().parent.parent.parent / "build" / "tests"
DAY_SECONDS = 86400


def kept(name: str, *ingredients: object, make) -> pathlib.Path:
    """The folder of that name which `make(folder)` has filled, in this run or another one with the same ingredients.

    Of runs that go on at once one makes it, and the others wait; it appears under its name when it is complete.
    """
    key = hashlib.sha256(repr((os.geteuid(), *ingredients)).encode()).hexdigest()[:16]
    path = FOLDER / f"{name}-{key}"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _remove_old(name)
            made = scratch.folder(name)  # which every user can reach
            make(made)
            unfinished = FOLDER / f".{name}-{key}"
            shutil.rmtree(unfinished, ignore_errors=True)
            subprocess.run(["cp", "-a", "--sparse=always", str(made), str(unfinished)], check=True)
            unfinished.rename(path)
    return path


def _remove_old(name: str) -> None:
    for path in FOLDER.glob(f"{name}-*"):
        if path.stat().st_mtime < time.time() - 2 * DAY_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
