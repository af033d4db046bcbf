"""What every fixture shares: a scratch directory, free ports, and servers that never outlive the run."""
from __future__ import annotations

import atexit
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

START_SECONDS = 30
EPOLL_WAIT = {"x86_64": ("232", "281"), "aarch64": ("22",)}[os.uname().machine]  # epoll_wait, epoll_pwait


class Missing(unittest.SkipTest):
    """A test cannot run here: a program is not installed, or we are not root."""


def program(name: str, *folders: str) -> str:
    path = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", *folders)))
    if path is None:
        raise Missing(f"{name} is not installed")
    return path


def need_root() -> None:
    if os.geteuid() != 0:
        raise Missing("needs root")


class Scratch:
    """One directory per run, readable by every user (servers run under their own), removed at the end."""

    def __init__(self) -> None:
        self._root: pathlib.Path | None = None
        self._lock = threading.Lock()
        self._count = 0

    def folder(self, name: str) -> pathlib.Path:
        with self._lock:
            if self._root is None:
                self._root = pathlib.Path(tempfile.mkdtemp(prefix="probe-"))
                self._root.chmod(0o755)
            self._count += 1
            path = self._root / f"{name}{self._count}"
            path.mkdir()
            return path

    def remove(self) -> None:
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)


scratch = Scratch()

# Ports below the ephemeral range; the UDP socket of the same number, kept for the whole run, tells other runs of
# these tests that a port is taken, also while its TCP server is stopped.
_reservations: list[socket.socket] = []


def free_port() -> int:
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        reservation = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            reservation.bind(("127.0.0.1", port))
            for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
                with socket.socket(family) as tcp:
                    # A child forked just now holds this socket until it executes its program, beyond `close`: with this
                    # option the server's bind does not mind, while a listener on the port still shows.
                    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    if family == socket.AF_INET6:
                        tcp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    tcp.bind((address, port))
        except OSError:
            reservation.close()
            continue
        _reservations.append(reservation)
        return port


# Children die with the *thread* that started them (PR_SET_PDEATHSIG), so one thread that lives as long as the run
# starts them all: even after SIGKILL no server is left.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


class Process:
    """A program that runs until `stop`. `stop_signal` also reaches it when this process dies. `prefix` is run as we are, such as a
    namespace's, and only what it starts as `user`."""

    running: list["Process"] = []

    def __init__(self, argv: list[str], *, user: str | None = None, stop_signal: str = "KILL",
                 prefix: tuple[str, ...] = (), **popen) -> None:
        wrapper = [program("setpriv"), "--pdeathsig", stop_signal]
        if user is not None:
            wrapper += ["--reuid", user, "--regid", user, "--clear-groups"]
        self.signal = getattr(signal, "SIG" + stop_signal)
        popen.setdefault("stdin", subprocess.DEVNULL)
        self.popen = _spawner.submit(subprocess.Popen, [*prefix, *wrapper, "--", *argv], **popen).result()
        Process.running.append(self)

    @property
    def pid(self) -> int:
        return self.popen.pid

    def send(self, number: int) -> None:
        if self.popen.poll() is None:
            self.popen.send_signal(number)

    def stop(self) -> None:
        self.send(self.signal)
        try:
            self.popen.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        if self in Process.running:
            Process.running.remove(self)


def until(ready, what: str, process: Process | subprocess.Popen | None = None, seconds: float = START_SECONDS):
    """Polls `ready()` until it returns something true, and returns that."""
    popen = getattr(process, "popen", process)
    end = time.monotonic() + seconds
    while True:
        ended = popen is not None and popen.poll() is not None
        value = ready()
        if value:
            return value
        if ended:
            raise RuntimeError(f"{what}: ended with status {popen.returncode}")
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.01)


def stop_as_it_waits(pid: int) -> None:
    """SIGSTOP, while the process is in epoll_wait(2), the one call in which probe waits."""
    def stopped() -> bool:
        os.kill(pid, signal.SIGSTOP)
        folder = pathlib.Path(f"/proc/{pid}")
        until(lambda: (folder / "stat").read_text().rpartition(")")[2].split()[0] == "T", "the process to stop")
        if (folder / "syscall").read_text().split()[0] in EPOLL_WAIT:
            return True
        os.kill(pid, signal.SIGCONT)
        return False
    until(stopped, "the process to wait")


def until_it_waits(pid: int, name: str = "probe") -> None:
    """Until the process runs the program of that name and is blocked in epoll_wait(2), the one call in which probe waits."""
    def waits() -> bool:
        folder = pathlib.Path(f"/proc/{pid}")
        try:
            if (folder / "comm").read_text().rstrip() != name:
                return False
            return (folder / "syscall").read_text().split()[0] in EPOLL_WAIT
        except PermissionError:  # a process that may not be dumped, and we are not root
            return (folder / "stat").read_text().rpartition(")")[2].split()[0] == "S"
    until(waits, f"{name} to wait")


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    try:
        socket.create_connection((host, port), 1).close()
        return True
    except OSError:
        return False


def listens(pid: int, port: int) -> bool:
    """Whether somebody in the network namespace of that process listens on the port, on an IPv4 address."""
    lines = pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in lines)


def stop_everything() -> None:
    for process in list(reversed(Process.running)):
        process.stop()
    scratch.remove()


def run_to_the_end(main) -> None:
    """Exits with what `main` returns. SIGTERM and SIGHUP end the run as Ctrl-C does; `atexit` then stops the servers."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # a shell starts what runs in the background with it ignored
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted")


atexit.register(stop_everything)
