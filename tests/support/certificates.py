"""A certificate authority and the certificates that tests need, made at run time with openssl."""
from __future__ import annotations

import datetime
import functools
import pathlib
import shutil
import subprocess

from .kept import kept
from .process import program, scratch

NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"


def once_a_day(make):
    """Keeps the NAME.pem and NAME.key that the method makes for all runs of today."""
    @functools.wraps(make)
    def method(self, name: str, **how) -> pathlib.Path:
        def copy(folder: pathlib.Path) -> None:
            make(self, name, **how)
            for path in (self.folder / f"{name}.pem", self.folder / f"{name}.key"):
                shutil.copy(path, folder)

        authority = self.ca.read_text() if self.ca.exists() else ""
        files = kept("certificate", datetime.date.today(), pathlib.Path(__file__).read_text(), authority, make.__name__, name,
                     how, make=copy)
        shutil.copytree(files, self.folder, dirs_exist_ok=True)
        return self.folder / f"{name}.pem"
    return method


class Authority:
    """`ca.pem`, and pairs `NAME.pem` / `NAME.key` signed by it."""

    def __init__(self) -> None:
        self.folder = scratch.folder("certificates")
        self.ca = self.folder / "ca.pem"
        self._root("ca")

    @once_a_day
    def _root(self, name: str) -> None:
        self._key(name)
        self._openssl("req", "-x509", "-new", "-key", f"{name}.key", "-subj", "/CN=Test CA", "-days", "2", "-out",
                      f"{name}.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run([program("openssl"), *arguments], cwd=self.folder, check=True, capture_output=True)

    def _key(self, name: str) -> None:
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")

    @once_a_day
    def issue(self, name: str, *, subject: str = "localhost", names: str = NAMES, days: int = 2) -> None:
        """Signs NAME.pem. Negative `days`: it expired that long ago."""
        self._key(name)
        self._openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    @once_a_day
    def self_signed(self, name: str) -> None:
        self._key(name)
        self._openssl("req", "-x509", "-new", "-key", f"{name}.key", "-subj", "/CN=localhost", "-days", "2",
                      "-addext", f"subjectAltName={NAMES}", "-out", f"{name}.pem")

    def key(self, certificate: pathlib.Path) -> pathlib.Path:
        return certificate.with_suffix(".key")
