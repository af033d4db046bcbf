"""What a case can name that is no server: ports, folders, files, addresses."""
from __future__ import annotations

import pathlib
import socket

from .namespaces import OURS, SILENT
from .process import free_port, scratch


def _stale_socket() -> pathlib.Path:
    path = scratch.folder("stale") / "app.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    return path


def _pgpass() -> pathlib.Path:
    path = scratch.folder("pgpass") / "pgpass"
    path.write_text("*:*:*:app:secret\n")
    path.chmod(0o600)
    return path


VALUES = {
    "address": lambda: OURS,
    "silent-address": lambda: SILENT,
    "closed": free_port,
    "tmp": lambda: scratch.folder("tmp"),
    "stale-socket": _stale_socket,
    "pgpass": _pgpass,
}
