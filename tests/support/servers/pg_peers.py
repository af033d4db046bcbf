"""Postgres servers and poolers that misbehave."""
from __future__ import annotations

import socket
import ssl
import struct

from ..peers import Peer, after_handshake, exactly, keeps_saying, says, tls_context, until_closed
from ..world import server
from .nginx import ANY_CIPHERS


def sqlstate(severity: str, code: str, message: str) -> bytes:
    """A Postgres ErrorResponse."""
    fields = b"".join(kind + value.encode() + b"\0" for kind, value in
                      ((b"S", severity), (b"V", severity), (b"C", code), (b"M", message))) + b"\0"
    return b"E" + struct.pack("!i", len(fields) + 4) + fields


def postgres_login(*rest: bytes) -> bytes:
    """AuthenticationOk, ReadyForQuery, then `rest`."""
    return b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I" + b"".join(rest)


def postgres_with_tls(name: str):
    """Agrees to TLS as a Postgres server does, also to its protocol in ALPN, with a certificate of nginx; then it speaks HTTP."""
    context = tls_context(server("ca"), server("nginx").certificates[name], ciphers=ANY_CIPHERS)
    context.set_alpn_protocols(["postgresql"])
    if name == "tls11":
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    talk = after_handshake(context, says(b"HTTP/1.1 400 Bad Request\r\n\r\n"))

    def habit(connection: socket.socket, peer: Peer) -> None:
        connection.recv(8)
        connection.sendall(b"S")
        talk(connection, peer)
    return habit


def scram(rounds: int):
    """A Postgres server that wants so many rounds of SCRAM-SHA-256's hash (RFC 5802), without TLS."""
    def message(connection: socket.socket) -> bytes:
        return exactly(connection, struct.unpack("!i", exactly(connection, 4))[0] - 4)

    def authentication(kind: int, data: bytes) -> bytes:
        return b"R" + struct.pack("!ii", len(data) + 8, kind) + data

    def habit(connection: socket.socket, _peer: Peer) -> None:
        if message(connection)[:4] == b"\x04\xd2\x16\x2f":
            connection.sendall(b"N")
            message(connection)
        connection.sendall(authentication(10, b"SCRAM-SHA-256\0\0"))
        exactly(connection, 1)
        nonce = message(connection).partition(b"r=")[2]
        connection.sendall(authentication(11, b"r=%sxyz,s=c2FsdHNhbHQ=,i=%d" % (nonce, rounds)))
        until_closed(connection)
    return habit


def endless_notices(connection: socket.socket, peer: Peer) -> None:
    """A login with a notice, all in one segment; whoever then says anything gets notices for ever."""
    notice = b"N\0\0\0\x09SX\0\0\0"
    peer.requests.append(connection.recv(65536))
    connection.sendall(postgres_login(notice))
    keeps_saying(b"", notice, 0.01)(connection, peer)


CHECKS = ("postgres://app:secret@127.0.0.1:{}/app", "postgres://127.0.0.1:{}/app?sslmode=disable")
ENDLESS = {
    "pg-huge-message": keeps_saying(b"R\x7f\xff\xff\xff", b"x" * 60000),
    "pg-notices": endless_notices,
    "pg-drip": keeps_saying(b"R\0\0\0\x08", b"", 0.1),
}
ODD = {
    "pg-no-tls": says(b"N", then_wait=True),
    "pg-error": says(sqlstate("FATAL", "57P03", "the database system is \x1b[31mred"), then_wait=True),
    "pgpool-wrong-password": says(sqlstate("ERROR", "XX000", "authentication failed")),
    "pgpool-no-reason": says(sqlstate("FATAL", "XX000", "")),
    "odyssey-lag": says(sqlstate("FATAL", "28000", "odyssey: c1: replication lag too big, connection rejected: app app")),
    "pg-hung-query": says(postgres_login(), then_wait=True),
    "pg-ends-after-login": says(postgres_login()),
    "pg-scram-rounds": scram(2_000_000_000),
    "pg-lines": says(b"Eold\n" + b"".join(b"%d\n" % number for number in range(100_000)) + b"\0", then_wait=True),
    "pg-unknown-auth": says(b"R\0\0\0\x08\0\0\0\x63", then_wait=True),
}
