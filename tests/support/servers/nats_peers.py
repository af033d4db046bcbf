"""Peers that break NATS. They speak first."""
from __future__ import annotations

import time

from ..peers import until_closed

INFO = b'INFO {"version":"2.9.10"} \r\n'


def begins(*pieces: bytes, then_wait: bool = True, pause: float = 0, for_ever: bytes = b""):
    """Sends them, then waits, closes, or says the same for ever."""
    def habit(connection, _peer) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)
        while for_ever:
            connection.sendall(for_ever)
            time.sleep(pause)
        if then_wait:
            until_closed(connection)
    return habit


CHECKS = ("nats://app:secret@127.0.0.1:{}",)
TLS_CHECKS = ("nats+tls://app:secret@127.0.0.1:{}",)
ENDLESS = {
    "nats-pings": begins(INFO, for_ever=b"PING\r\n" * 1000),
    "nats-informs": begins(for_ever=INFO * 100),
    "nats-endless-info": begins(b'INFO {"a":"', for_ever=b"x" * 60000),
    "nats-drips": begins(b"INFO {", for_ever=b" ", pause=0.05),
}
ODD = {
    "nats-lame-duck": begins(b'INFO {"ldm":true,"version":"2.9.10"}\r\n'),
    "nats-turns-lame": begins(INFO, b'INFO {"version":"2.9.10","ldm":true}\r\n'),
    "nats-nested": begins(b'INFO {"a":' + b"[" * 10000 + b"]" * 10000 + b"}\r\n"),
    "nats-no-json": begins(b"INFO hello\r\n"),
    "nats-closes": begins(INFO, then_wait=False),
    "nats-half": begins(b"INFO {", then_wait=False),
    "nats-starting": begins(b"-ERR 'maximum connections exceeded'\r\n", then_wait=False),
    "nats-colours": begins(INFO, b"-ERR '\x1b[31mred'\r\n"),
    "nats-early-tls": begins(b'INFO {"tls_required":true}\r\n' + b"PONG\r\n"),
}
