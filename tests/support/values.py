"""What a case can name that is no server: ports, folders, files, addresses."""
from __future__ import annotations

import os
import pathlib
import socket
import time

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


def _files() -> pathlib.Path:
    """One of each kind: what is there, and what only looks so."""
    folder = scratch.folder("files")
    (folder / "alive").write_text("ok 42\nworker-1\n")
    (folder / "state.json").write_text('{"status": "ok", "jobs": [1, 2]}')
    (folder / "word").write_text("hunter2-hunter2\n")
    (folder / "leak").write_text("the word is hunter2-hunter2")
    (folder / "a b%20@c").touch()
    (folder / "empty").touch()
    (folder / "folder").mkdir()
    for name, age in (("old", 7500), ("future", -86400)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    for name, seconds in (("ancient", -2**40), ("far", 2**40)):
        (folder / name).touch()
        os.utime(folder / name, (seconds, seconds))
    (folder / "link").symlink_to("alive")
    (folder / "dangling").symlink_to("nothing")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "fifo")
    os.truncate(os.open(folder / "sparse", os.O_CREAT | os.O_WRONLY), 10 * 2**30)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
    return folder


VALUES = {
    "address": lambda: OURS,
    "silent-address": lambda: SILENT,
    "closed": free_port,
    "tmp": lambda: scratch.folder("tmp"),
    "stale-socket": _stale_socket,
    "pgpass": _pgpass,
    "files": _files,
}
