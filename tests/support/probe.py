"""Runs the program under test in an environment that holds nothing but what a test asks for."""
from __future__ import annotations

import os
import pathlib
import re
import subprocess
import time
from dataclasses import dataclass

HANG_SECONDS = 60
WILDCARDS = {"<time>": r"(?:\d+\.\dms|\d+\.\d\ds|\d+m\d\ds)", "<number>": r"\d+\.\d+", "<any>": ".*?",
             "<lines>": "(?s:.*)"}


@dataclass
class Result:
    status: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def decode(output: bytes | None) -> str:
    return (output or b"").decode(errors="backslashreplace")


class Probe:
    """The binary. `slowness` multiplies every bound on time (sanitizers, busy machines)."""

    def __init__(self, path: str | os.PathLike, flavour: str = "full", slowness: float = 1) -> None:
        self.path = pathlib.Path(path).resolve(strict=True)
        self.flavour = flavour
        self.slowness = slowness

    def run(self, *args: str, env: dict | None = None, prefix: tuple = (), path: str | None = None, stdin: str = "",
            cwd=None, **popen) -> Result:
        """Of our environment only sanitizer options pass through. `path`: the binary as `prefix` sees it."""
        kept = {name: text for name, text in os.environ.items() if name.endswith("SAN_OPTIONS")}
        start = time.monotonic()
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | popen
        done = subprocess.run([*map(str, prefix), path or str(self.path), *map(str, args)], env=kept | (env or {}),
                              cwd=cwd or "/", input=stdin.encode(), timeout=HANG_SECONDS, **streams)
        seconds = time.monotonic() - start
        return Result(done.returncode, decode(done.stdout), decode(done.stderr), seconds)

    def is_static(self) -> bool:
        """Whether the ELF file names no interpreter, so that it runs in an empty root."""
        return b"/ld-" not in self.path.read_bytes()[:4096]


def pattern(expected: str) -> re.Pattern:
    """The text with its wildcards: an elapsed time, a decimal number, anything on one line, anything at all."""
    pieces = re.split(f"({'|'.join(WILDCARDS)})", expected)
    return re.compile("".join(WILDCARDS.get(piece) or re.escape(piece) for piece in pieces))


def matches(expected: str, actual: str) -> bool:
    return pattern(expected).fullmatch(actual) is not None
