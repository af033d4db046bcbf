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


ENDLESS = {
    "silent": silent,
    "deaf": deaf,
    # A TLS record full of HelloRequest messages, which a client in a handshake is to ignore.
    "hello-requests": keeps_saying(b"", (b"\x16\x03\x03\x40\x00" + bytes(16384)) * 16),
}
ODD = {
    "closes": closes,
    "reset": reset,
    "echo": echo,
    "garbage": says(b"\x15\x03\x01\x00\x02\x02\x46 garbage \xff\xfe\r\n\r\n"),
    "ssh": says(b"SSH-2.0-OpenSSH_9.2p1\r\n", then_wait=True),
}
