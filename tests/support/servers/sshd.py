"""`{sshd}`: OpenSSH on 127.0.0.1, of which only the banner is wanted."""
from __future__ import annotations

import os
import pathlib
import subprocess

from ..process import Process, accepts, free_port, program, scratch, until

PACKAGES = "openssh-server"


class Sshd:
    def __init__(self) -> None:
        folder = scratch.folder("sshd")
        self.port = free_port()
        key = folder / "key"
        subprocess.run([program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.process = Process([program("sshd"), "-D", "-f", "/dev/null", "-h", str(key), "-p", str(self.port),
                                "-o", "ListenAddress=127.0.0.1", "-o", "PidFile=none"])
        until(lambda: accepts(self.port), "sshd", self.process)


STATES = {"": Sshd}
