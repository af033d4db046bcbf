"""`{grpc}`: a server of gRPC with a health service on 127.0.0.1; as `{grpc.unix.socket}` on a Unix socket, as `{grpc.tls}` in
TLS, as `{grpc.none}` without that service."""
from __future__ import annotations

import os
import pathlib
import subprocess

from ..process import Missing, Process, accepts, free_port, scratch, until
from ..world import server

PACKAGES = "python3-grpcio"

PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's packages
PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "grpc_server.py"


class Grpc:
    def __init__(self, *words: str, unix: bool = False) -> None:
        if subprocess.run([PYTHON, "-I", "-c", "import grpc"], stderr=subprocess.DEVNULL).returncode != 0:
            raise Missing("python3-grpcio is not installed")
        self.port = free_port()
        self.socket = scratch.folder("grpc") / "grpc.sock"
        address = f"unix:{self.socket}" if unix else f"127.0.0.1:{self.port}"
        self.process = Process([PYTHON, "-I", str(PROGRAM), address, *words], env={**os.environ, "GRPC_VERBOSITY": "NONE"})
        until(lambda: self.socket.exists() if unix else accepts(self.port), "the gRPC server", self.process)
        if unix:
            self.socket.chmod(0o666)


def in_tls() -> Grpc:
    authority = server("ca")
    certificate = authority.issue("grpc")
    return Grpc(str(certificate), str(authority.key(certificate)))


STATES = {"": Grpc, "unix": lambda: Grpc(unix=True), "tls": in_tls, "none": lambda: Grpc("none")}
