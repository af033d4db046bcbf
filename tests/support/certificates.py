"""A certificate authority and the certificates that tests need, made at run time with openssl."""
from __future__ import annotations

import pathlib
import subprocess

from .process import program, scratch

NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"


class Authority:
    """`ca.pem`, and pairs `NAME.pem` / `NAME.key` signed by it."""

    def __init__(self) -> None:
        self.folder = scratch.folder("certificates")
        self.ca = self.folder / "ca.pem"
        self._key("ca")
        self._openssl("req", "-x509", "-new", "-key", "ca.key", "-subj", "/CN=Test CA", "-days", "2", "-out", "ca.pem",
                      "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run([program("openssl"), *arguments], cwd=self.folder, check=True, capture_output=True)

    def _key(self, name: str) -> None:
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key")

    def issue(self, name: str, *, subject: str = "localhost", names: str = NAMES, days: int = 2) -> pathlib.Path:
        """Signs NAME.pem. Negative `days`: it expired that long ago."""
        self._key(name)
        self._openssl("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={subject}", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        return self.folder / f"{name}.pem"

    def self_signed(self, name: str) -> pathlib.Path:
        self._key(name)
        self._openssl("req", "-x509", "-new", "-key", f"{name}.key", "-subj", "/CN=localhost", "-days", "2",
                      "-addext", f"subjectAltName={NAMES}", "-out", f"{name}.pem")
        return self.folder / f"{name}.pem"

    def key(self, certificate: pathlib.Path) -> pathlib.Path:
        return certificate.with_suffix(".key")
