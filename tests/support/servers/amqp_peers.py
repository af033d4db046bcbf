"""Peers that break AMQP 0-9-1."""
from __future__ import annotations

from ..peers import keeps_saying, says


def method(number: int, arguments: bytes = b"", of_class: int = 10) -> bytes:
    payload = of_class.to_bytes(2, "big") + number.to_bytes(2, "big") + arguments
    return b"\1\0\0" + len(payload).to_bytes(4, "big") + payload + b"\xce"


def sized(text: bytes, width: int = 4) -> bytes:
    return len(text).to_bytes(width, "big") + text


def nested(levels: int) -> bytes:
    table = b""
    for _ in range(levels):
        table = b"\1xF" + sized(table)
    return table


def start(properties: bytes = b"", mechanisms: bytes = b"PLAIN") -> bytes:
    return method(10, b"\0\x09" + sized(properties) + sized(mechanisms) + sized(b"en_US"))


def closing(code: int, text: bytes) -> bytes:
    return method(50, code.to_bytes(2, "big") + sized(text[:255], 1) + bytes(4))


TUNE = method(30, b"\x07\xff\0\2\0\0\0\x3c")
OPEN_OK = method(41, b"\0")
HEARTBEAT = b"\x08\0\0\0\0\0\0\xce"

CHECKS = ("amqp://app:secret@127.0.0.1:{}",)
TLS_CHECKS = ("amqps://app:secret@127.0.0.1:{}",)
ENDLESS = {
    "amqp-heartbeats": keeps_saying(start() + TUNE, HEARTBEAT * 1000),
    "amqp-drips": keeps_saying(start(), HEARTBEAT, 0.05),
    "amqp-blocked": keeps_saying(start() + TUNE + OPEN_OK, method(60, b"\3mem") * 100),
    "amqp-endless-frame": keeps_saying(b"\1\0\0\0\0\xff\xff", b"x" * 60000),
}
ODD = {
    "amqp-1-0": says(b"AMQP\3\1\0\0"),
    "amqp-huge-frame": says(b"\1\0\0\0\2\0\1" + b"x" * 1000, then_wait=True),
    "amqp-no-end": says(b"\1\0\0\0\0\0\4\0\x0a\0\x0a?", then_wait=True),
    "amqp-nested": says(start(nested(8000)), then_wait=True),
    "amqp-short-table": says(start(b"\x09versionS\xff\xff\xff\xff"), then_wait=True),
    "amqp-no-plain": says(start(mechanisms=b"EXTERNAL"), then_wait=True),
    "amqp-closes": says(start(), then_end=True),
    "amqp-opens-first": says(OPEN_OK, then_wait=True),
    "amqp-down": says(start() + TUNE + closing(541, b"INTERNAL_ERROR - vhost '/' is down"), then_wait=True),
    "amqp-colours": says(start() + closing(403, b"\x1b[31mred\r\n"), then_wait=True),
    "amqp-good-bye-not-answered": says(start() + TUNE + OPEN_OK, then_wait=True),
}
