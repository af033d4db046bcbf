"""Runs the program under test in an environment that holds nothing but what a test asks for."""
from __future__ import annotations

import functools
import os
import pathlib
import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .process import until
from .timing import TRIES

HANG_SECONDS = 60
WILDCARDS = {"<time>": r"(?:\d+\.\dms|\d+\.\d\ds|\d+m\d\ds)", "<number>": r"\d+\.\d+", "<any>": ".*?",
             # Of a peer that closes at once: what comes first is a matter of time.
             "<gone>": "connection (?:closed without (?:an answer|a reply to PING)|(?:closed|reset) by the server"
                       "(?: during the handshake)?)",
             # libpq 15's words for a login's message that cannot be one, and those of its later versions.
             "<invalid>": "(?:expected authentication request from server, but received R|received invalid authentication request)",
             "<lines>": "(?s:.*)"}


@dataclass
class Result:
    status: int
    stdout: str
    stderr: str
    seconds: float
    again: Callable[[], Result] | None  # runs the same once more

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


def decode(output: bytes | None) -> str:
    return (output or b"").decode(errors="backslashreplace")


class Running:
    """A program that is running, and what it has printed so far."""

    def __init__(self, argv: list[str], **popen) -> None:
        self.started = time.monotonic()
        self.popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **popen)
        self.printed = {"stdout": b"", "stderr": b""}
        self._readers = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in self.printed]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str) -> None:
        with getattr(self.popen, name) as stream:
            while chunk := os.read(stream.fileno(), 65536):
                self.printed[name] += chunk

    @property
    def pid(self) -> int:
        return self.popen.pid

    def says(self, text: str, times: int = 1) -> None:
        """Waits until it has printed that, so often."""
        def count() -> int:
            return max(printed.count(text.encode()) for printed in self.printed.values())

        until(lambda: count() >= times or not any(reader.is_alive() for reader in self._readers), repr(text))
        if count() < times:
            raise RuntimeError(f"ended without saying {text!r}: {self.printed['stdout']}")

    def result(self) -> Result:
        """Waits for its end."""
        status = self.end()
        return Result(status, *map(decode, self.printed.values()), time.monotonic() - self.started, None)

    def end(self) -> int:
        """Waits for its end; the exit status as `subprocess` has it."""
        try:
            status = self.popen.wait(HANG_SECONDS)
        finally:
            self.kill()
        return status

    def kill(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        for reader in self._readers:
            reader.join()


class Probe:
    """The binary under test."""

    def __init__(self, path: str | os.PathLike, flavour: str = "full") -> None:
        self.path = pathlib.Path(path).resolve(strict=True)
        self.flavour = flavour

    def argv(self, *args: str, prefix: tuple = (), path: str | None = None) -> list[str]:
        return [*map(str, prefix), path or str(self.path), *map(str, args)]

    def run(self, *args: str, env: dict | None = None, prefix: tuple = (), path: str | None = None, stdin: str = "",
            cwd=None, **popen) -> Result:
        """Of our environment only sanitizer options pass through. `path`: the binary as `prefix` sees it."""
        argv = self.argv(*args, prefix=prefix, path=path)

        def once() -> Result:
            start = time.monotonic()
            streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | popen
            done = subprocess.run(argv, env=environment(env), cwd=cwd or "/", input=stdin.encode(), timeout=HANG_SECONDS,
                                  **streams)
            seconds = time.monotonic() - start
            return Result(done.returncode, decode(done.stdout), decode(done.stderr), seconds, once)
        return once()

    def start(self, *args: str, env: dict | None = None, prefix: tuple = (), cwd=None) -> Running:
        return Running(self.argv(*args, prefix=prefix), env=environment(env), cwd=cwd or "/")

    @functools.cached_property
    def overhead(self) -> float:
        """Seconds that starting and ending it takes, which are much with sanitizers and next to nothing else."""
        return min(self.run("--version").seconds for _ in range(TRIES))

    def was_in_time(self, seconds: float, most: float) -> bool:
        """Whether a run that took `seconds` took at most that many beside starting and ending."""
        return seconds <= most or seconds <= most + self.overhead

    def is_static(self) -> bool:
        """Whether the ELF file names no interpreter, so that it runs in an empty root."""
        return b"/ld-" not in self.path.read_bytes()[:4096]


def environment(wanted: dict | None) -> dict:
    return {name: text for name, text in os.environ.items() if name.endswith("SAN_OPTIONS")} | (wanted or {})


def pattern(expected: str) -> re.Pattern:
    """The text with its wildcards: an elapsed time, a decimal number, the ways a connection ends, anything on one line, anything at all."""
    pieces = re.split(f"({'|'.join(WILDCARDS)})", expected)
    return re.compile("".join(WILDCARDS.get(piece) or re.escape(piece) for piece in pieces))


def matches(expected: str, actual: str) -> bool:
    return pattern(expected).fullmatch(actual) is not None
