"""`{hashed-roots}`: a folder as SSL_CERT_DIR wants it, with our authority."""
from __future__ import annotations

import pathlib
import subprocess

from ..process import program, scratch
from ..world import server


def _hashed_roots() -> pathlib.Path:
    path = scratch.folder("roots")
    (path / "ca.pem").write_bytes(server("ca").ca.read_bytes())
    subprocess.run([program("openssl"), "rehash", path], check=True)
    return path


STATES = {"": _hashed_roots}
