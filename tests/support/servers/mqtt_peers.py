"""Peers that break MQTT."""
from __future__ import annotations

from ..peers import keeps_saying, says

CHECKS = ("mqtt://app:secret@127.0.0.1:{}",)
TLS_CHECKS = ("mqtts://127.0.0.1:{}",)
ENDLESS = {
    "mqtt-endless": keeps_saying(b"\x20\xff\xff\3", b"x" * 60000),
    "mqtt-drips": keeps_saying(b"\x20\xff\xff\3", b"\0", 0.05),
}
ODD = {
    "mqtt-long-length": says(b"\x20\x80\x80\x80\x80\1", then_wait=True),
    "mqtt-short": says(b"\x20\1\0", then_wait=True),
    "mqtt-huge": says(b"\x20\xff\xff\xff\x7f", then_wait=True),
    "mqtt-half": says(b"\x20\2\0"),
    "mqtt-published": says(b"\x30\3\0\1a", then_wait=True),
    "mqtt-version": says(b"\x20\2\0\1"),
    "mqtt-unavailable": says(b"\x20\2\0\3"),
    "mqtt-five": says(b"\x20\3\0\x84\0"),
    "mqtt-busy": says(b"\x20\3\0\x89\0"),
}
