"""Peers that break HTTP/2 or gRPC."""

from ..peers import keeps_saying, says

CHECKS = ("grpc://127.0.0.1:{}/shop.v1.Cart",)
TLS_CHECKS = ("grpcs://127.0.0.1:{}",)
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, END_HEADERS = 1, 4


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def field(name: bytes, value: bytes) -> bytes:
    """Of fewer than 127 bytes each, or a value of up to 16 KiB."""
    size = bytes((len(value),)) if len(value) < 127 else bytes((127, (len(value) - 127) & 127 | 128, (len(value) - 127) >> 7))
    return b"\0" + bytes((len(name),)) + name + size + value


START = frame(SETTINGS)
HEADER = START + frame(HEADERS, END_HEADERS, 1, b"\x88" + field(b"content-type", b"application/grpc"))
SERVING = frame(DATA, 0, 1, b"\0\0\0\0\2\x08\1")


def trailers(status: bytes, message: bytes = b"") -> bytes:
    return frame(HEADERS, END_STREAM | END_HEADERS, 1, field(b"grpc-status", status) + field(b"grpc-message", message))


def refuses(message: bytes) -> bytes:
    """An answer of trailers alone."""
    return START + frame(HEADERS, END_STREAM | END_HEADERS, 1, b"\x88" + field(b"grpc-status", b"16") + field(b"grpc-message", message))


ENDLESS = {
    "grpc-continuation": keeps_saying(START + frame(HEADERS, 0, 1), frame(CONTINUATION, 0, 1) * 1000),
    "grpc-data": keeps_saying(HEADER, frame(DATA, 0, 1, b"x" * 1000)),
    "grpc-drips": keeps_saying(START, frame(PING, payload=b"12345678"), pause=0.02),
    "grpc-empty-data": keeps_saying(HEADER, frame(DATA, 0, 1) * 1000),
    "grpc-interim": keeps_saying(START, frame(HEADERS, END_HEADERS, 1, field(b":status", b"103")) * 100),
    "grpc-no-end": keeps_saying(HEADER + SERVING, b"", pause=0.1),
    "grpc-pings": keeps_saying(START, frame(PING, payload=b"12345678") * 1000),
    "grpc-settings": keeps_saying(START, START * 1000),
    "grpc-unknown": keeps_saying(START, frame(200, 255, 7, b"x" * 1000)),
}
ODD = {
    "grpc-abort": says(HEADER + trailers(b"13", b"50%25 broken%0a%"), then_wait=True),
    "grpc-bomb": says(START + frame(HEADERS, END_HEADERS, 1, b"\x88\x40\x01a\x7f\x80\x1e" + b"a" * 3967 + b"\xbe" * 12000), then_wait=True),
    "grpc-closes": says(HEADER + SERVING, then_end=True),
    "grpc-goaway": says(START + frame(GOAWAY, payload=bytes(4) + b"\0\0\0\x0b" + b"too_many_pings"), then_wait=True),
    "grpc-html": says(START + frame(HEADERS, END_HEADERS, 1, b"\x88" + field(b"content-type", b"text/html")) +
                      frame(DATA, END_STREAM, 1, b"<html>"), then_wait=True),
    "grpc-http1": says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", then_wait=True),
    "grpc-large-frame": says(START + b"\xff\xff\xff\0\0\0\0\0\1", then_wait=True),
    "grpc-leaves": says(START + frame(GOAWAY, payload=b"\x7f\xff\xff\xff\0\0\0\0"), then_end=True),
    "grpc-not-found-alone": says(START + frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x8d"), then_wait=True),
    "grpc-reset": says(START + frame(RST_STREAM, 0, 1, b"\0\0\0\7"), then_wait=True),
    "grpc-tls-alert": says(b"\x15\x03\x01\0\2\2\x46"),
}
IN_TLS = {"grpc-no-alpn": says(HEADER + SERVING + trailers(b"0"), then_wait=True)}
