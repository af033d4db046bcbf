"""MySQL servers that misbehave. They speak first."""
from __future__ import annotations

import itertools
import socket
import time

from ..peers import exactly, until_closed

CHECKS = ("mysql://app:secret@127.0.0.1:{}?ssl-mode=disabled", "mysql://127.0.0.1:{}?ssl-mode=disabled")
TLS_CHECKS = ("mysql://app:secret@127.0.0.1:{}",)

OFFERS_TLS = 0x800
OK = b"\0\0\0\2\0\0\0"
END = b"\xfe\0\0\2\0"


def packet(sequence: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes([sequence % 256]) + payload


def greeting(plugin: bytes = b"caching_sha2_password", flags: int = 0) -> bytes:
    low, high = (0xf7ff | flags).to_bytes(2, "little"), b"\xff\xdf"
    return packet(0, b"\x0a9.7.4\0\1\0\0\0" b"12345678\0" + low + b"\xff\2\0" + high + b"\x15" + b"\0" * 10 +
                  b"abcdefghijkl\0" + plugin + b"\0")


def error(code: int, text: bytes) -> bytes:
    return b"\xff" + code.to_bytes(2, "little") + text


def greets(first: bytes, *payloads: bytes, out_of_order: int = 0):
    """Sends `first`, then a packet for each one that comes, then waits."""
    def habit(connection: socket.socket, peer) -> None:
        connection.sendall(first)
        for payload in payloads:
            header = exactly(connection, 4)
            peer.requests.append(exactly(connection, int.from_bytes(header[:3], "little")))
            connection.sendall(packet(header[3] + 1 + out_of_order, payload))
        until_closed(connection)
    return habit


def closes(first: bytes):
    def habit(connection: socket.socket, peer) -> None:
        connection.sendall(first)
        peer.requests.append(connection.recv(65536))
    return habit


def drips(first: bytes, more: bytes, pause: float):
    def habit(connection: socket.socket, peer) -> None:
        connection.sendall(first)
        for byte in itertools.cycle(more):
            connection.sendall(bytes([byte]))
            time.sleep(pause)
    return habit


def endless_rows(connection: socket.socket, peer) -> None:
    connection.sendall(greeting())
    exactly(connection, int.from_bytes(exactly(connection, 4)[:3], "little"))
    connection.sendall(packet(2, OK))
    exactly(connection, int.from_bytes(exactly(connection, 4)[:3], "little"))
    connection.sendall(packet(1, b"\1") + packet(2, b"\3def") + packet(3, END))
    for sequence in itertools.count(4):
        connection.sendall(packet(sequence, b"\xfd\x60\xea\0" + b"1" * 60000))


def switch(plugin: bytes) -> bytes:
    return b"\xfe" + plugin + b"\0abcdefghijklmnopqrst\0"


ENDLESS = {
    "mysql-silent-after-greeting": greets(greeting()),
    "mysql-drips-greeting": drips(greeting()[:40], b"x", 0.1),
    "mysql-drips-columns": drips(greeting() + packet(2, OK), b"\1", 0.1),
}
ODD = {
    "mysql-shutdown": greets(greeting(), error(1053, b"#08S01Server shutdown in progress")),
    "mysql-repeats": greets(greeting(b"mysql_native_password"), error(1045, b"#28000Denied: secret")),
    "mysql-huge-greeting": greets(b"\xff\xff\xff\0\x0a" + b"x" * 60000),
    "mysql-short-greeting": greets(packet(0, b"\x0a8.0\0short"), error(1045, b"#28000no")),
    "mysql-wrong-sequence": greets(greeting(), OK, out_of_order=1),
    "mysql-switches": greets(greeting(), *[switch(b"mysql_native_password")] * 40),
    "mysql-gssapi": greets(greeting(), switch(b"auth_gssapi_client"), error(1045, b"#28000no")),
    "mysql-clear": greets(greeting(), switch(b"mysql_clear_password")),
    "mysql-old": greets(greeting(), b"\xfe"),
    "mysql-bad-key": greets(greeting(), b"\1\4", b"\1-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"),
    "mysql-asks-file": greets(greeting(), OK, b"\xfb/etc/passwd"),
    "mysql-many-columns": greets(greeting(), OK, b"\xfe" + b"\xff" * 8),
    "mysql-empty-packet": greets(greeting(), b""),
    "mysql-closes": closes(greeting()),
    "mysql-no-tls": greets(greeting(), error(1045, b"#28000no")),
    "mysql-broken-tls": greets(greeting(flags=OFFERS_TLS), b"no handshake"),
    "mysql-data-before-tls": greets(greeting(flags=OFFERS_TLS) + packet(2, OK)),
    "mysql-rows": endless_rows,
}
