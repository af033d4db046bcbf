"""Scripted peers that misbehave, one function per habit. Each gets a connection and may take for ever over it."""
from __future__ import annotations

import socket
import ssl
import struct
import threading
import time

from .certificates import Authority
from .process import free_port, until

OK = b"HTTP/1.1 200 OK\r\n"


class Peer:
    """Runs `habit(connection)` in a thread for each connection; keeps what it received in `requests`."""

    def __init__(self, habit, *, host: str = "127.0.0.1", port: int | None = None) -> None:
        self.habit = habit
        self.port = port or free_port()
        self.requests: list[bytes] = []
        self.listener = socket.create_server((host, self.port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                self.habit(connection, self)
            except OSError:
                pass  # the client went away

    def request(self, number: int = 0) -> bytes:
        """What it received so far, or will receive, as that one."""
        until(lambda: len(self.requests) > number, "a request")
        return self.requests[number]

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def read_request(connection: socket.socket, peer: Peer) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            break
        data += chunk
    peer.requests.append(data)
    return data


def until_closed(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def reset(connection: socket.socket, _peer: Peer) -> None:
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def says(answer: bytes, *, then_wait: bool = False, pause: float = 0):
    """Reads something, sends `answer` (in single bytes if there is a pause), closes or waits for the client to."""
    def habit(connection: socket.socket, peer: Peer) -> None:
        peer.requests.append(connection.recv(65536))
        for piece in ([answer[i:i + 1] for i in range(len(answer))] if pause else [answer]):
            connection.sendall(piece)
            time.sleep(pause)
        if then_wait:
            until_closed(connection)
    return habit


def keeps_saying(start: bytes, more: bytes, pause: float = 0):
    """Sends `start`, then `more` for ever."""
    def habit(connection: socket.socket, peer: Peer) -> None:
        peer.requests.append(connection.recv(65536))
        connection.sendall(start)
        while True:
            time.sleep(pause)
            connection.sendall(more)
    return habit


def http(answer: bytes, *, then_wait: bool = False):
    """Reads a request's head, sends `answer`."""
    def habit(connection: socket.socket, peer: Peer) -> None:
        read_request(connection, peer)
        connection.sendall(answer)
        if then_wait:
            until_closed(connection)
    return habit


def repeats_content(connection: socket.socket, peer: Peer) -> None:
    """Answers with the request's content and its method."""
    head, _, content = read_request(connection, peer).partition(b"\r\n\r\n")
    length = sum(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:"))
    while len(content) < length:
        content += connection.recv(65536)
    connection.sendall(OK + b"\r\n" + content + head.partition(b" ")[0])


def silent(connection: socket.socket, _peer: Peer) -> None:
    until_closed(connection)


def echo(connection: socket.socket, _peer: Peer) -> None:
    while data := connection.recv(65536):
        connection.sendall(data)


def deaf(_connection: socket.socket, _peer: Peer) -> None:
    """Neither reads nor writes."""
    time.sleep(3600)


def closes(_connection: socket.socket, _peer: Peer) -> None:
    pass


def drips_redis_pong(connection: socket.socket, peer: Peer) -> None:
    says(b"+PONG\r\n", pause=0.02, then_wait=True)(connection, peer)


def sqlstate(severity: str, code: str, message: str) -> bytes:
    """A Postgres ErrorResponse."""
    fields = b"".join(kind + value.encode() + b"\0" for kind, value in
                      ((b"S", severity), (b"V", severity), (b"C", code), (b"M", message))) + b"\0"
    return b"E" + struct.pack("!i", len(fields) + 4) + fields


def postgres_login(*rest: bytes) -> bytes:
    """AuthenticationOk, ReadyForQuery, then `rest`."""
    return b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I" + b"".join(rest)


def tls(authority: Authority, habit):
    """The same habit after a handshake. It ends the stream, as far as it does, without close_notify."""
    certificate = authority.folder / "peer.pem"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, authority.key(certificate))

    def wrapped(connection: socket.socket, peer: Peer) -> None:
        with context.wrap_socket(connection, server_side=True) as stream:
            habit(stream, peer)
    return wrapped


def ends_properly(answer: bytes):
    """Within TLS: `answer`, then close_notify."""
    def habit(stream: ssl.SSLSocket, peer: Peer) -> None:
        read_request(stream, peer)
        stream.sendall(answer)
        stream.unwrap()
    return habit


def postgres_in_front_of(port: int):
    """Agrees to TLS as a Postgres server does, and leaves the handshake to the server on that port."""
    def forward(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other direction has ended it

    def habit(connection: socket.socket, _peer: Peer) -> None:
        connection.recv(8)
        connection.sendall(b"S")
        with socket.create_connection(("127.0.0.1", port)) as server:
            threading.Thread(target=forward, args=(server, connection), daemon=True).start()
            forward(connection, server)
    return habit


def exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise OSError("the client went away")
        data += chunk
    return data


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


# Habits by name. Those in ENDLESS never give a complete answer: only a deadline (or a limit) ends the check.
ENDLESS = {
    "silent": silent,
    "deaf": deaf,
    "drip-headers": keeps_saying(OK, b"a", 0.1),
    "drip-status": keeps_saying(b"HTTP/1.", b"1", 0.1),
    "endless-header": keeps_saying(OK + b"X-Long: ", b"a" * 60000),
    "endless-headers": keeps_saying(OK, b"X-Header: value\r\n" * 4000),
    "endless-100": keeps_saying(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
    "redis-endless-bulk": keeps_saying(b"$2000000000\r\n", b"x" * 60000),
    "redis-huge-array": keeps_saying(b"*2000000000\r\n", b":1\r\n" * 10000),
    "redis-nested": keeps_saying(b"", b"*1\r\n" * 10000),
    "redis-endless-line": keeps_saying(b"+", b"x" * 60000),
    "redis-drip": keeps_saying(b"", b"+", 0.1),
    "pg-huge-message": keeps_saying(b"R\x7f\xff\xff\xff", b"x" * 60000),
    "pg-notices": endless_notices,
    # A TLS record full of HelloRequest messages, which a client in a handshake is to ignore.
    "hello-requests": keeps_saying(b"", (b"\x16\x03\x03\x40\x00" + bytes(16384)) * 16),
    "pg-drip": keeps_saying(b"R\0\0\0\x08", b"", 0.1),
}
ODD = {
    "closes": closes,
    "reset": reset,
    "echo": echo,
    "garbage": says(b"\x15\x03\x01\x00\x02\x02\x46 garbage \xff\xfe\r\n\r\n"),
    "ssh": says(b"SSH-2.0-OpenSSH_9.2p1\r\n", then_wait=True),
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
    "redis-drips-pong": drips_redis_pong,
    "redis-error": says(b"-ERR \x1b[31mred\x07 alert\r\n", then_wait=True),
    "redis-not-pong": says(b"+PING\r\n", then_wait=True),
    "redis-bulk-pong": says(b"$4\r\nPONG\r\n", then_wait=True),
    "redis-array": says(b"*2\r\n+PONG\r\n+PONG\r\n", then_wait=True),
    "redis-bad-type": says(b"?PONG\r\n", then_wait=True),
    "redis-negative": says(b"$-7\r\n", then_wait=True),
    "redis-half": says(b"+PON"),
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
IN_TLS = {
    "until-close": http(OK + b"\r\nall that there is"),
    "until-close-notify": ends_properly(OK + b"\r\nall that there is"),
    "length": http(OK + b"Content-Length: 2\r\n\r\nok"),
    "chunked": http(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    "half-head": http(OK + b"Content-Le"),
    "redis-half": says(b"+PON"),
}
