"""A name server with a habit, and in the same namespace a web server on port 8080, a silent server on 6379 and one on
5432 that closes every connection: `python3 -m support.dns HABIT [LOG]`.

LOG is a file that gets a line for each query: the name and the type.
"""
from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from collections import Counter

from .namespaces import OURS, SILENT
from .peers import OK, Peer, http, silent
from .zone import ZONE

A, CNAME, AAAA = 1, 5, 28
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
TRUNCATED = 0x200
TYPES = {A: "A", AAAA: "AAAA"}
ADDRESS = {A: b"\x7f\0\0\1", AAAA: b"\0" * 15 + b"\1"}


def question(query: bytes) -> tuple[bytes, int]:
    """The question section of a query and the type it asks for."""
    end = 12
    while query[end]:
        end += 1 + query[end]
    return query[12:end + 5], struct.unpack("!H", query[end + 1:end + 3])[0]


def wire(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def asked(query: bytes) -> str:
    """The name of a query."""
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    return ".".join(labels)


def record(owner: bytes, kind: int, data: bytes) -> bytes:
    return owner + struct.pack("!HHIH", kind, 1, 1, len(data)) + data


def reply(query: bytes, code: int, addresses: list[bytes], records: list[bytes] | None = None) -> bytes:
    """An answer; `records` take the place of those made of `addresses`."""
    section, kind = question(query)
    if records is None:
        records = [record(b"\xc0\x0c", kind, address) for address in addresses]
    return query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0) + section + b"".join(records)


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

    def zone(self, query: bytes) -> bytes | None:
        """What `zone.py` says about the name."""
        kind = question(query)[1]
        said = ZONE.get(asked(query).lower(), {}).get(TYPES.get(kind, ""), "nxdomain")
        if isinstance(said, list):
            family = socket.AF_INET if kind == A else socket.AF_INET6
            return reply(query, NOERROR, [socket.inet_pton(family, address) for address in said])
        return getattr(Lies, said)(query)


class Lies:
    """Answers that are none, or wrong; see `zone.py`."""

    @staticmethod
    def nxdomain(query: bytes) -> bytes | None:
        return reply(query, NXDOMAIN, [])

    @staticmethod
    def servfail(query: bytes) -> bytes | None:
        return reply(query, SERVFAIL, [])

    @staticmethod
    def refused(query: bytes) -> bytes | None:
        return reply(query, REFUSED, [])

    @staticmethod
    def silent(_query: bytes) -> bytes | None:
        return None

    @staticmethod
    def loop(query: bytes) -> bytes | None:
        """Aliases of each other, and behind them an address of neither."""
        one, two = wire(asked(query)), wire("again.x.test")
        return reply(query, NOERROR, [], [record(one, CNAME, two), record(two, CNAME, one)] * 5)

    @staticmethod
    def other(query: bytes) -> bytes | None:
        kind = question(query)[1]
        return reply(query, NOERROR, [], [record(wire("elsewhere.x.test"), kind, ADDRESS[kind])])

    @staticmethod
    def truncated(query: bytes) -> bytes | None:
        return reply(query, NOERROR | TRUNCATED, [])

    huge = truncated

    @staticmethod
    def forged(query: bytes) -> bytes | None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((OURS, 53))
            stranger.sendto(reply(query, NOERROR, [socket.inet_aton(OURS)]), Lies.client)
        return None

    @staticmethod
    def late(query: bytes) -> bytes | None:
        time.sleep(0.4)
        return reply(query, NOERROR, [socket.inet_aton(OURS)])


def over_tcp(query: bytes) -> bytes:
    """One address, or as many as a message holds."""
    count = 0 if question(query)[1] == AAAA else 4090 if asked(query).startswith("huge") else 1
    addresses = [bytes([127, 1, number >> 8, number & 255]) for number in range(count)]
    return reply(query, NOERROR, addresses)


def respond(server: socket.socket, client, answer, query: bytes) -> None:
    Lies.client = client
    data = answer(query)
    if data is not None:
        server.sendto(data, client)


def serve_tcp(connection: socket.socket, _peer: Peer) -> None:
    while head := connection.recv(2, socket.MSG_WAITALL):
        data = over_tcp(connection.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL))
        connection.sendall(struct.pack("!H", len(data)) + data)


def main(habit: str, log: str = "/dev/null") -> None:
    answer = getattr(Habits(), habit)
    Peer(serve_tcp, port=53)
    Peer(silent, port=6379)
    Peer(lambda *_: None, port=5432)
    Peer(http(OK + b"Content-Length: 0\r\n\r\n"), host="0.0.0.0", port=8080)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, open(log, "a", buffering=1) as lines:
        server.bind(("127.0.0.1", 53))
        print("listening", flush=True)
        while True:
            query, client = server.recvfrom(4096)
            print(asked(query), TYPES.get(question(query)[1]), file=lines)
            threading.Thread(target=respond, args=(server, client, answer, query), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
