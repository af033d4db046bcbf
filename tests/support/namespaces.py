"""Network and mount namespaces of our own: a name server that we script, and addresses that are not loopback."""
from __future__ import annotations

import os
import pathlib
import subprocess
import sys

from .process import Process, need_root, program, scratch, until

# In the namespace only (RFC 2544): ours but not 127.0.0.1, and beside it one where nothing ever answers.
OURS = "198.18.0.1"
SILENT = "198.18.0.99"


class Namespace:
    """`prefix` runs a command line inside, where loopback is up and `/etc/resolv.conf` and `/etc/hosts` are ours."""

    def __init__(self, *, resolv_conf: str = "nameserver 127.0.0.1\n", hosts: str = "") -> None:
        need_root()
        folder = scratch.folder("namespace")
        (folder / "resolv.conf").write_text(resolv_conf)
        (folder / "hosts").write_text("127.0.0.1 localhost from-hosts.test\n" + hosts)
        setup = f"""set -e
            ip link set lo up
            ip address add {OURS}/32 dev lo
            ip link add sink type dummy || ip link add sink type ifb
            ip link set sink up
            ip route add {SILENT} dev sink
            mount --bind {folder}/resolv.conf /etc/resolv.conf
            mount --bind {folder}/hosts /etc/hosts
            touch {folder}/up
            exec sleep 86400"""
        self.holder = Process([program("unshare"), "--net", "--mount", "--propagation", "private", "sh", "-c", setup],
                              stderr=(folder / "errors").open("wb"))
        until((folder / "up").exists, f"namespace, see {folder}/errors", self.holder)
        self.prefix = (program("nsenter"), "--target", str(self.holder.pid), "--net", "--mount", "--")

    def serve_names(self, habit: str, *arguments: str) -> Process:
        """A name server on port 53 with one of the habits of `dns.py`."""
        tests = pathlib.Path(__file__).resolve().parent.parent
        server = Process([*self.prefix, sys.executable, "-m", "support.dns", habit, *arguments],
                         env=os.environ | {"PYTHONPATH": str(tests)}, stdout=subprocess.PIPE)
        server.popen.stdout.readline()  # it prints a line once it listens
        return server
