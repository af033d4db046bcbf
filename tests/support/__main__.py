"""Starts servers by hand, until Ctrl-C: `PYTHONPATH=tests python3 -m support mysql.full redis.socket`."""
from __future__ import annotations

import signal
import sys

from . import world
from .process import run_to_the_end


def main() -> int:
    for name in sys.argv[1:]:
        print(name, world.value(name), flush=True)
    signal.pause()
    return 0


run_to_the_end(main)
