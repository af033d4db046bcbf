"""Scripted peers that misbehave, one function per habit. Each gets a connection and may take for ever over it."""
from __future__ import annotations

import pathlib
import socket
import ssl
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


def says(answer: bytes, *, then_wait: bool = False, then_end: bool = False, pause: float = 0):
    """Reads something, sends `answer` (in single bytes if there is a pause), closes or waits for the client to. `then_end`: ends
    its own side first, so that no reset overtakes what it has said."""
    def habit(connection: socket.socket, peer: Peer) -> None:
        peer.requests.append(connection.recv(65536))
        for piece in ([answer[i:i + 1] for i in range(len(answer))] if pause else [answer]):
            connection.sendall(piece)
            time.sleep(pause)
        if then_end:
            connection.shutdown(socket.SHUT_WR)
        if then_wait or then_end:
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


def silent(connection: socket.socket, _peer: Peer) -> None:
    until_closed(connection)


def tls(authority: Authority, habit):
    """The same habit after a handshake. It ends the stream, as far as it does, without close_notify."""
    return after_handshake(tls_context(authority, authority.folder / "peer.pem"), habit)


def tls_context(authority: Authority, certificate: pathlib.Path, *, ciphers: str = "") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if ciphers:
        context.set_ciphers(ciphers)
    context.load_cert_chain(certificate, authority.key(certificate))
    return context


def after_handshake(context: ssl.SSLContext, habit):
    def wrapped(connection: socket.socket, peer: Peer) -> None:
        with context.wrap_socket(connection, server_side=True) as stream:
            habit(stream, peer)
    return wrapped


def exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise OSError("the client went away")
        data += chunk
    return data
