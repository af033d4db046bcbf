"""A program on a pseudo-terminal, and what its user sees there."""
from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time

from .process import program

TOKEN = re.compile("\x1b\\[([0-9;]*)([A-Za-z])|(.)", re.S)


class Screen:
    """What becomes of the output: `lines`, on a screen that is never full. Fails at a sequence that it does not know."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.lines = [""]
        self.row = self.column = 0

    def feed(self, text: str) -> None:
        for _, command, character in TOKEN.findall(text):
            if command == "J":
                del self.lines[self.row + 1:]
                self.lines[self.row] = self.lines[self.row][:self.column]
            elif command:
                assert command == "m", f"unknown sequence ESC [ {command}"
            elif character == "\r":
                self.column = 0
            elif character == "\n":
                self._down()
            else:
                if self.column == self.columns:
                    self._down()
                    self.column = 0
                line = self.lines[self.row].ljust(self.column)
                self.lines[self.row] = line[:self.column] + character + line[self.column + 1:]
                self.column += 1

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip("\n")


class Terminal:
    """Runs the program in a session of its own, with this as its controlling terminal and as all its streams."""

    def __init__(self, argv: list[str], *, columns: int = 80, env: dict | None = None, cwd=None) -> None:
        self.ours, theirs = os.openpty()
        self.resize(columns)
        self.screen = Screen(columns)
        self.output = ""  # as it came
        self.popen = subprocess.Popen([program("setsid"), "--ctty", *map(str, argv)], stdin=theirs, stdout=theirs,
                                      stderr=theirs, env=env or {}, cwd=cwd)
        os.close(theirs)

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def watch(self, seconds: float) -> str:
        """Reads what comes in that time, or until the program has ended; shows it on the screen and returns it."""
        text = self.read(seconds)
        self.output += text
        self.screen.feed(text)
        return text

    def until(self, pattern: str, since: int = 0, seconds: float = 30) -> None:
        """Watches until the pattern is found in what came after the first `since` characters of the output."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.output[since:]):
            assert time.monotonic() < end, f"no {pattern!r} in {self.output[since:]!r}"
            self.watch(0.02)

    def read(self, seconds: float) -> str:
        data = b""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.ours], [], [], left)[0]:
            try:
                chunk = os.read(self.ours, 65536)
            except OSError:  # the end, as Linux tells it
                break
            data += chunk
        return data.decode()

    def end(self, seconds: float = 30) -> int:
        """Waits for the program; its status, less than 0 for a signal."""
        try:
            self.watch(seconds)
            return self.popen.wait(seconds)
        finally:
            if self.popen.poll() is None:
                self.popen.kill()
                self.popen.wait()
            os.close(self.ours)
