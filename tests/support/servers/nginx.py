"""`{nginx}`, `{nginx.expired}`: one nginx with a port for each thing that a check may meet; the ports are in `ports`, by name."""
from __future__ import annotations

import base64
import hashlib
import os
import pathlib

from ..certificates import Authority
from ..process import Process, accepts, free_port, program, scratch, until
from ..world import server

PACKAGES = "nginx-light"

CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log info;
{user}
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  default_type text/plain;
  {servers}
}}
"""
LOCATIONS = """
  location / {{ return 200 "ok\\n"; }}
  location = /health {{ default_type application/json; return 200 '{{"status":"healthy"}}'; }}
  location ~ ^/(?<code>204|400|401|403|404|410|429|500|502|503|504)$ {{ {codes} }}
  location ~ ^/(?<code>301|302|307|308)$ {{ {redirects} }}
  location = /chunked {{ root {folder}; sub_filter x y; sub_filter_types *; }}
  location = /big {{ root {folder}; }}
  location = /auth {{ auth_basic "here"; auth_basic_user_file {folder}/users; try_files /none @ok; }}
  location = /agent {{ if ($http_user_agent !~ ^probe/) {{ return 403; }} return 204; }}
  location = /host {{ if ($http_host != "example.test:8080") {{ return 421; }} return 204; }}
  location = /token {{ if ($http_x_token != "token-secret") {{ return 401; }} return 204; }}
  location = /bearer {{ if ($http_authorization != "Bearer token-secret") {{ return 401; }} return 204; }}
  location = /to-tls {{ return 302 https://127.0.0.1:{tls}/; }}
  location = /loop {{ return 302 /loop; }}
  location = /head {{ if ($request_method != HEAD) {{ return 405; }} return 200 "ok"; }}
  location = /post {{ if ($request_method != POST) {{ return 405; }} return 204; }}
  location = /query {{ if ($args != "a=1&b=%20x") {{ return 400; }} return 204; }}
  location @ok {{ return 204; }}
"""

ANY_CIPHERS = "ALL:@SECLEVEL=0"  # serves what this OpenSSL would refuse
WEAK = f"ssl_ciphers {ANY_CIPHERS};"


def _signed_by_intermediate(authority: Authority, name: str, *, chain: bool, **options) -> pathlib.Path:
    authority.intermediate(f"{name}-authority", **options)
    return authority.issue(name, signer=f"{name}-authority", chain=chain)


def _signed_by_leaf(authority: Authority) -> pathlib.Path:
    authority.issue("leaf", subject="Leaf")
    return authority.issue("by-leaf", signer="leaf", chain=True)


# Ports with TLS: how each gets its certificate, and what else its configuration says.
TLS = {
    "tls": (lambda authority: authority.issue("server"), ""),
    "expired": (lambda authority: authority.issue_valid("expired", start="20200101", end="20200201"), ""),
    "not-yet-valid": (lambda authority: authority.issue_valid("not-yet-valid", start="20990101", end="20990201"), ""),
    "selfsigned": (lambda authority: authority.self_signed("selfsigned"), ""),
    "wrongname": (lambda authority: authority.issue("wrongname", subject="other.test", names="DNS:other.test"), ""),
    "weak-key": (lambda authority: authority.issue("weak-key", rsa_bits=1024), WEAK),
    "weak-authority": (lambda authority: _signed_by_intermediate(authority, "weak-authority", chain=True, rsa_bits=1024),
                       WEAK),
    "sha1": (lambda authority: authority.issue("sha1", digest="sha1"), WEAK),
    "for-clients": (lambda authority: authority.issue("for-clients", extensions="extendedKeyUsage=clientAuth"), ""),
    "by-leaf": (_signed_by_leaf, ""),
    "intermediate": (lambda authority: _signed_by_intermediate(authority, "intermediate", chain=True), ""),
    "no-intermediate": (lambda authority: _signed_by_intermediate(authority, "no-intermediate", chain=False), ""),
    "wildcard": (lambda authority: authority.issue("wildcard", names="DNS:*.wild.localhost"), ""),
    "part-wildcard": (lambda authority: authority.issue("part-wildcard", names="DNS:a*.wild.localhost"), ""),
    "common-name": (lambda authority: authority.issue("common-name", names=""), ""),
    "dotted": (lambda authority: authority.issue("dotted", names="DNS:localhost."), ""),
    # GeneralNames with the one dNSName "localhost\0.evil".
    "nul": (lambda authority: authority.issue("nul", names="DER:30:10:82:0e:6c:6f:63:61:6c:68:6f:73:74:00:2e:65:76:69"), ""),
    "address-as-name": (lambda authority: authority.issue("address-as-name", names="DNS:127.0.0.1,DNS:::1"), ""),
    "mtls": (lambda authority: authority.issue("mtls"), "ssl_client_certificate {ca}; ssl_verify_client on;"),
    "tls12": (lambda authority: authority.issue("tls12"), "ssl_protocols TLSv1.2;"),
    "tls13": (lambda authority: authority.issue("tls13"), "ssl_protocols TLSv1.3;"),
    "tls11": (lambda authority: authority.issue("tls11"), "ssl_protocols TLSv1.1; " + WEAK),
}


class Nginx:
    def __init__(self, authority: Authority) -> None:
        self.folder = scratch.folder("nginx")
        self.socket = self.folder / "nginx.sock"
        self.ports: dict[str, int] = {}
        self.process: Process | None = None
        (self.folder / "chunked").write_text("x" * 5000)
        (self.folder / "big").write_text("b" * 3_000_000)
        salted = base64.b64encode(hashlib.sha1(b"secret" + b"salt").digest() + b"salt").decode()
        (self.folder / "users").write_text(f"app:{{SSHA}}{salted}\n")
        self.ports["tls"] = free_port()
        self.certificates = {name: make(authority) for name, (make, _) in TLS.items()}
        self.servers = [self._server("http", ""), self._unix()] + [
            self._tls(name, authority, self.certificates[name], extra.format(ca=authority.ca))
            for name, (_, extra) in TLS.items()]

    def _locations(self) -> str:
        codes = "".join(f"if ($code = {code}) {{ return {code}; }} "
                        for code in (204, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504))
        redirects = "".join(f"if ($code = {code}) {{ return {code} /; }} " for code in (301, 302, 307, 308))
        return LOCATIONS.format(folder=self.folder, codes=codes, redirects=redirects, tls=self.ports["tls"])

    def _server(self, name: str, extra: str, suffix: str = "") -> str:
        port = self.ports.setdefault(name, free_port())
        return (f"server {{ listen 127.0.0.1:{port}{suffix}; listen [::1]:{port}{suffix}; server_name localhost; {extra}"
                f"{self._locations()} }}\n")

    def _tls(self, name: str, authority: Authority, certificate, extra: str) -> str:
        return self._server(name, f"ssl_certificate {certificate}; ssl_certificate_key {authority.key(certificate)}; "
                                  f"{extra}", " ssl")

    def _unix(self) -> str:
        return f"server {{ listen unix:{self.socket}; {self._locations()} }}\n"

    def part(self, name: str) -> int | pathlib.Path:
        return self.socket if name == "socket" else self.ports[name or "http"]

    def launch(self) -> "Nginx":
        """Starts the server without waiting for it."""
        user = "user root;" if os.geteuid() == 0 else ""
        config = self.folder / "nginx.conf"
        config.write_text(CONFIG.format(folder=self.folder, user=user, servers="".join(self.servers)))
        self.socket.unlink(missing_ok=True)
        self.process = Process([program("nginx"), "-c", str(config), "-e", str(self.folder / "error.log")])
        return self

    def start(self) -> "Nginx":
        self.launch()
        until(lambda: accepts(self.ports["tls11"]), f"nginx, see {self.folder}/error.log", self.process)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.stop()


STATES = {"": lambda: Nginx(server("ca")).start()}
