"""A certificate authority and the certificates that tests need, made at run time with openssl."""
from __future__ import annotations

import datetime
import functools
import os
import pathlib
import shutil
import subprocess
import threading

from .kept import kept
from .process import program, scratch

NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"
# For `openssl ca`, the one command that can set both dates.
CA_CONFIG = """
[ca]
default_ca = this
[this]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = policy
unique_subject = no
rand_serial = yes
[policy]
commonName = supplied
"""
AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign"


def _put(source: str, target: str) -> None:
    """As a whole: a server that is starting may be reading the same file."""
    part = f"{target}.{threading.get_ident()}"
    shutil.copy2(source, part)
    os.replace(part, target)


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
        shutil.copytree(files, self.folder, dirs_exist_ok=True, copy_function=_put)
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
    def issue(self, name: str, *, subject: str = "localhost", names: str = NAMES, rsa_bits: int = 0,
              digest: str = "sha256", extensions: str = "", signer: str = "ca", chain: bool = False) -> None:
        """Signs NAME.pem. `names` may be empty, and any other kind of subjectAltName; `rsa_bits`: not an elliptic
        key; `chain`: NAME.pem has the signer's certificate too."""
        self._request(name, subject, names, extensions, rsa_bits)
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{signer}.pem", "-CAkey", f"{signer}.key",
                      "-CAcreateserial", "-days", "2", f"-{digest}", "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        if chain:
            with (self.folder / f"{name}.pem").open("a") as file:
                file.write((self.folder / f"{signer}.pem").read_text())

    @once_a_day
    def issue_valid(self, name: str, *, start: str, end: str) -> None:
        """Signs NAME.pem, which is valid between two days, such as 20990101."""
        self._request(name, "localhost", NAMES, "", 0)
        (self.folder / "index.txt").touch()
        (self.folder / "ca.cnf").write_text(CA_CONFIG)
        self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                      "-startdate", f"{start}000000Z", "-enddate", f"{end}000000Z", "-extfile", f"{name}.ext",
                      "-in", f"{name}.csr", "-out", f"{name}.pem")

    def _request(self, name: str, subject: str, names: str, extensions: str, rsa_bits: int) -> None:
        kind = [f"rsa:{rsa_bits}"] if rsa_bits else ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        self._openssl("req", "-new", "-newkey", *kind, "-nodes", "-keyout", f"{name}.key", "-subj", f"/CN={subject}",
                      "-out", f"{name}.csr")
        lines = [f"subjectAltName={names}" if names else "", extensions or "basicConstraints=CA:FALSE"]
        (self.folder / f"{name}.ext").write_text("\n".join(lines) + "\n")

    def intermediate(self, name: str, **options) -> pathlib.Path:
        """Another authority, signed by this one."""
        return self.issue(name, subject=name, names="", extensions=AUTHORITY, **options)

    def encrypted_key(self, name: str) -> pathlib.Path:
        """NAME.key once more, as NAME.encrypted.key, which asks for a password."""
        self._openssl("pkey", "-in", f"{name}.key", "-aes256", "-passout", "pass:secret", "-out", f"{name}.encrypted.key")
        return self.folder / f"{name}.encrypted.key"

    @once_a_day
    def self_signed(self, name: str) -> None:
        self._key(name)
        self._openssl("req", "-x509", "-new", "-key", f"{name}.key", "-subj", "/CN=localhost", "-days", "2",
                      "-addext", f"subjectAltName={NAMES}", "-out", f"{name}.pem")

    def part(self, name: str) -> pathlib.Path:
        """What `{ca}` and `{ca.NAME}` stand for in a case."""
        return self.folder / name if name else self.ca

    def key(self, certificate: pathlib.Path) -> pathlib.Path:
        return certificate.with_suffix(".key")
