"""How soon `probe wait` notices, and what waiting costs: for the tests and for bench/run."""
from __future__ import annotations

import os
import random
import socket
import subprocess
import time

from .process import free_port

FIRST_SECONDS = 3.0


def delay(probe: str, moment: float) -> float:
    """Seconds from when a port opens, `moment` seconds into a wait for it, to the end of the wait."""
    port = free_port()
    process = subprocess.Popen([probe, "wait", "-q", "-t", "20s", f"tcp://127.0.0.1:{port}"])
    time.sleep(moment)
    with socket.create_server(("127.0.0.1", port)):
        opened = time.monotonic()
        status = process.wait()
        seconds = time.monotonic() - opened
    if status != 0:
        raise RuntimeError(f"probe wait: status {status}")
    return seconds


def moments(count: int) -> list[float]:
    """Random ones of the first seconds."""
    return [random.uniform(0.05, FIRST_SECONDS) for _ in range(count)]


def cpu(probe: str, seconds: int) -> float:
    """Seconds of user and system time of a wait for a port that never opens."""
    process = subprocess.Popen([probe, "wait", "-q", "-t", f"{seconds}s", f"tcp://127.0.0.1:{free_port()}"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 1:
        raise RuntimeError(f"probe wait: status {process.returncode}")
    return usage.ru_utime + usage.ru_stime
