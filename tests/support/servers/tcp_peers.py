"""Peers that speak no protocol, or one of none that is checked."""
from __future__ import annotations

import socket
import struct
import time

from ..peers import Peer, keeps_saying, says, silent


def reset(connection: socket.socket, _peer: Peer) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def echo(connection: socket.socket, _peer: Peer) -> None:
    while data := connection.recv(65536):
        connection.sendall(data)


def deaf(_connection: socket.socket, _peer: Peer) -> None:
    """Neither reads nor writes."""
    time.sleep(3600)


def closes(_connection: socket.socket, _peer: Peer) -> None:
    pass


def greets(*pieces: bytes, closes: bool = False, answers: dict[bytes, bytes] | None = None):
    """Speaks first, a piece at a time, and then answers the lines that it knows."""
    def habit(connection: socket.socket, _peer: Peer) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)
        while not closes and (line := connection.recv(65536)):
            connection.sendall((answers or {}).get(line, b"500 what? " + line))
    return habit


def babbles(connection: socket.socket, _peer: Peer) -> None:
    """For ever, without a line's end."""
    while True:
        connection.sendall(b"x" * 16384)


def drips(connection: socket.socket, _peer: Peer) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(0.0005)


ENDLESS = {
    "silent": silent,
    "deaf": deaf,
    # A TLS record full of HelloRequest messages, which a client in a handshake is to ignore.
    "hello-requests": keeps_saying(b"", (b"\x16\x03\x03\x40\x00" + bytes(16384)) * 16),
}
ENDLESS |= {"babbles": babbles, "drips": drips}
ODD = {
    "smtp": greets(b"2", b"20 mx.test ESM", b"TP\r\n", answers={b"EHLO probe\r\n": b"250-mx.test\r\n250 HELP\r\n"}),
    "busy-smtp": greets(b"421 too many connections\r\n", closes=True),
    "zookeeper": greets(answers={b"srvr": b"Zookeeper version: 3.8.0\nMode: standalone\n"}),
    "sshd": greets(b"SSH-2.0-OpenSSH_9.2p1\r\n"),
    "tls-alert": says(b"\x15\x03\x01\x00\x02\x02\x46", then_wait=True),
    "closes": closes,
    "reset": reset,
    "echo": echo,
    "garbage": says(b"\x15\x03\x01\x00\x02\x02\x46 garbage \xff\xfe\r\n\r\n"),
    "ssh": says(b"SSH-2.0-OpenSSH_9.2p1\r\n", then_wait=True),
}

CHECKS = ("tcp://127.0.0.1:{}#data=hello%0D%0A&expect-regex=^no-peer-says-(this|that)+$",)
TLS_CHECKS = ("tls://127.0.0.1:{}", "tls://127.0.0.1:{}#insecure&data=x&expect-body=no-peer-says-this")
