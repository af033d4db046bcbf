"""A name server with a habit, and a web server on port 8080 of the same namespace: `python3 -m support.dns HABIT`."""
from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections import Counter

from .namespaces import OURS, SILENT
from .peers import OK, Peer, http

A, AAAA = 1, 28
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
ADDRESS = {A: b"\x7f\0\0\1", AAAA: b"\0" * 15 + b"\1"}


def question(query: bytes) -> tuple[bytes, int]:
    """The question section of a query and the type it asks for."""
    end = 12
    while query[end]:
        end += 1 + query[end]
    return query[12:end + 5], struct.unpack("!H", query[end + 1:end + 3])[0]


def reply(query: bytes, code: int, addresses: list[bytes]) -> bytes:
    section, kind = question(query)
    head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(addresses), 0, 0)
    records = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 1, len(address)) + address for address in addresses)
    return head + section + records


class Habits:
    """What is answered to a query, or None for silence."""

    def __init__(self) -> None:
        self.asked: Counter[bytes] = Counter()

    def silent(self, _query: bytes) -> bytes | None:
        return None

    def nxdomain(self, query: bytes) -> bytes | None:
        return reply(query, NXDOMAIN, [])

    def servfail(self, query: bytes) -> bytes | None:
        return reply(query, SERVFAIL, [])

    def address(self, query: bytes) -> bytes | None:
        """Both families; the web server listens on IPv4 only."""
        return reply(query, NOERROR, [ADDRESS[question(query)[1]]])

    def ipv4(self, query: bytes) -> bytes | None:
        kind = question(query)[1]
        return reply(query, NOERROR, [ADDRESS[A]] if kind == A else [])

    def late(self, query: bytes) -> bytes | None:
        """No such name at three attempts, at every fourth an address."""
        asked, _ = question(query)
        self.asked[asked] += 1
        return self.ipv4(query) if self.asked[asked] % 4 == 0 else self.nxdomain(query)

    def no_ipv6_answer(self, query: bytes) -> bytes | None:
        """Answers for IPv4, says nothing for IPv6."""
        return self.ipv4(query) if question(query)[1] == A else None

    def blackhole(self, query: bytes) -> bytes | None:
        """A first address that never answers, then one that does; both look equally near (RFC 6724)."""
        addresses = [socket.inet_aton(SILENT), socket.inet_aton(OURS)]
        return reply(query, NOERROR, addresses if question(query)[1] == A else [])

    def slow_ipv4(self, query: bytes) -> bytes | None:
        """The address at which nobody listens comes first, the other one later."""
        if question(query)[1] == A:
            time.sleep(0.3)
        return self.address(query)

    def garbage(self, query: bytes) -> bytes | None:
        return query[:2] + b"\x81\x80" + b"\xff" * 40


def respond(server: socket.socket, client, answer, query: bytes) -> None:
    data = answer(query)
    if data is not None:
        server.sendto(data, client)


def main(habit: str) -> None:
    answer = getattr(Habits(), habit)
    Peer(http(OK + b"Content-Length: 0\r\n\r\n"), host="0.0.0.0", port=8080)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        print("listening", flush=True)
        while True:
            query, client = server.recvfrom(4096)
            threading.Thread(target=respond, args=(server, client, answer, query), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1])
