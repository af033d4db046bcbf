"""Web servers that misbehave."""
from __future__ import annotations

import socket
import ssl

from ..peers import OK, Peer, http, keeps_saying, read_request


def repeats_content(connection: socket.socket, peer: Peer) -> None:
    """Answers with the request's content and its method."""
    head, _, content = read_request(connection, peer).partition(b"\r\n\r\n")
    length = sum(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:"))
    while len(content) < length:
        content += connection.recv(65536)
    connection.sendall(OK + b"\r\n" + content + head.partition(b" ")[0])


def ends_properly(answer: bytes):
    """Within TLS: `answer`, then close_notify."""
    def habit(stream: ssl.SSLSocket, peer: Peer) -> None:
        read_request(stream, peer)
        stream.sendall(answer)
        stream.unwrap()
    return habit


CHECKS = ("http://127.0.0.1:{}/",)
TLS_CHECKS = ("https://127.0.0.1:{}/",)
ENDLESS = {
    "drip-headers": keeps_saying(OK, b"a", 0.1),
    "drip-status": keeps_saying(b"HTTP/1.", b"1", 0.1),
    "endless-header": keeps_saying(OK + b"X-Long: ", b"a" * 60000),
    "endless-headers": keeps_saying(OK, b"X-Header: value\r\n" * 4000),
    "endless-100": keeps_saying(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
}
ODD = {
    "drip-body": keeps_saying(OK + b"Content-Length: 1000000\r\n\r\n", b"a", 0.1),
    "endless-body": keeps_saying(OK + b"\r\n", b"a" * 60000),
    "100-continue": http(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n"),
    "103-hints": http(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
    "until-close": http(OK + b"\r\nall that there is"),
    "keep-open": http(OK + b"Content-Length: 2\r\n\r\nok", then_wait=True),
    "truncated": http(OK + b"Content-Length: 100\r\n\r\nshort"),
    "chunked": http(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", then_wait=True),
    "bad-chunk": http(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n"),
    "http10": http(b"HTTP/1.0 200 OK\r\n\r\nhello"),
    "no-reason": http(b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", then_wait=True),
    "odd-reason": http(b"HTTP/1.1 503 \x1b[31mred\x07 \xff\r\nContent-Length: 0\r\n\r\n"),
    "status-999": http(b"HTTP/1.1 999 Beyond\r\nContent-Length: 0\r\n\r\n"),
    "status-2000": http(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
    "half-head": http(OK + b"Content-Le"),
    "bare-lf": http(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", then_wait=True),
    "two-lengths": http(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "control-body": http(OK + b"\r\n\x1b[31mred\x07\xff\n"),
    "nested-json": http(OK + b"\r\n" + b"[" * 900000),
    "repeats-content": repeats_content,
    "switching": http(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", then_wait=True),
}
IN_TLS = {
    "until-close": http(OK + b"\r\nall that there is"),
    "until-close-notify": ends_properly(OK + b"\r\nall that there is"),
    "length": http(OK + b"Content-Length: 2\r\n\r\nok"),
    "chunked": http(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    "half-head": http(OK + b"Content-Le"),
}
