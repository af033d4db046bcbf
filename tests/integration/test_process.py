"""The process itself: standard streams, signals, what it sends."""
import os
import pathlib
import signal
import subprocess
import time

from common import PROBE, ProbeTest, timed
from support import world
from support.peers import OK, Peer
from support.process import need_root, program, until, until_it_waits


def recording(connection, peer) -> None:
    """Answers a request and keeps everything that comes, up to the end."""
    data = connection.recv(65536)
    connection.sendall(OK + b"Content-Length: 0\r\n\r\n")
    while chunk := connection.recv(65536):
        data += chunk
    peer.requests.append(data)


def only_listening(connection, peer) -> None:
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    peer.requests.append(data)


class Streams(ProbeTest):
    def test_closed_streams_are_not_mistaken_for_the_connection(self):
        for closed in ("<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"):
            with self.subTest(closed):
                peer = Peer(recording)
                shell = (program("sh"), "-c", f'exec "$0" "$@" {closed}')
                result = self.probe("-v", f"http://127.0.0.1:{peer.port}/", prefix=shell)
                self.assertEqual(result.status, 0, result.output)
                self.assertTrue(peer.request().endswith(b"\r\n\r\n"), peer.requests)
                self.assertEqual(peer.request().count(b"\r\n\r\n"), 1, peer.requests)

    def test_nobody_reads_the_output(self):
        """The status tells, also when the reader is gone (SIGPIPE)."""
        for url, status in ((f"http://127.0.0.1:{world.value('nginx')}/204", 0),
                            (f"tcp://127.0.0.1:{world.value('closed')}", 1)):
            read_end, write_end = os.pipe()
            os.close(read_end)
            result = self.probe("-v", url, stdout=write_end, stderr=write_end)
            os.close(write_end)
            self.assertEqual(result.status, status)

    def test_a_full_device(self):
        with open("/dev/full", "wb") as full:
            result = self.probe(f"http://127.0.0.1:{world.value('nginx')}/204", stdout=full)
        self.assertEqual(result.status, 0)

    def test_standard_input_is_left_alone(self):
        read_end, write_end = os.pipe()
        os.write(write_end, b"for somebody else")
        subprocess.run([PROBE.path, f"http://127.0.0.1:{world.value('nginx')}/204"], stdin=read_end, env={},
                       stdout=subprocess.DEVNULL, check=True)
        self.assertEqual(os.read(read_end, 100), b"for somebody else")
        os.close(read_end)
        os.close(write_end)


@timed
class Signals(ProbeTest):
    def interrupted(self, number: int, *prefix: str) -> int:
        """The exit status after a signal, which ends it at once."""
        statuses = set()

        def seconds() -> float:
            status, seconds = self.interrupt(number, *prefix)
            statuses.add(status)
            return seconds

        self.at_most(seconds, 0.1)
        self.assertEqual(len(statuses), 1)
        return statuses.pop()

    def interrupt(self, number: int, *prefix: str) -> tuple[int, float]:
        url = f"http://127.0.0.1:{world.value('peer.silent')}/"
        process = subprocess.Popen([*prefix, PROBE.path, "-t", "20s", url], env={}, stdout=subprocess.PIPE)
        target = process.pid
        if prefix:  # the first process of a namespace is a child of ours
            children = pathlib.Path(f"/proc/{target}/task/{target}/children")
            target = int(until(lambda: children.read_text().split(), "first process")[0])
        until_it_waits(target)
        begun = time.monotonic()
        os.kill(target, number)
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            os.kill(target, signal.SIGKILL)
            process.communicate()
        return process.returncode, time.monotonic() - begun

    def test_sigterm(self):
        self.assertIn(self.interrupted(signal.SIGTERM), (143, -signal.SIGTERM))

    def test_as_the_first_process_of_a_container(self):
        """Which signals without a handler do not reach."""
        need_root()
        status = self.interrupted(signal.SIGTERM, program("unshare"), "--pid", "--fork", "--kill-child", "--")
        self.assertEqual(status, 143)

    def test_sigint(self):
        self.assertIn(self.interrupted(signal.SIGINT), (130, -signal.SIGINT))


class Sent(ProbeTest):
    """What goes over the wire, byte by byte."""

    def received(self, habit, *args: str) -> bytes:
        peer = Peer(habit)
        self.probe("-t", "1s", *[word.replace("PORT", str(peer.port)) for word in args])
        return peer.request().replace(str(peer.port).encode(), b"PORT")

    def test_get(self):
        head, _, version = self.received(recording, "http://127.0.0.1:PORT/a?b=c").partition(b"User-Agent: probe/")
        self.assertEqual(head, b"GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n")
        self.assertRegex(version, rb"^[0-9.]+[a-z0-9.+-]*\r\nAccept: \*/\*\r\nConnection: close\r\n\r\n$")

    def test_headers_of_the_user(self):
        request = self.received(recording, "-H", "Accept: text/plain", "-H", "user-agent:", "-H", "X-A:  b ",
                                "-H", "X-A: c", "http://u:p@localhost:PORT/")
        self.assertEqual(request.split(b"\r\n"), [
            b"GET / HTTP/1.1", b"Host: localhost:PORT", b"Authorization: Basic dTpw", b"Connection: close",
            b"Accept: text/plain", b"X-A: b", b"X-A: c", b"", b""])

    def test_bytes_beyond_ascii_are_percent_encoded(self):
        request = self.received(recording, "http://127.0.0.1:PORT/ä?ö=%20")
        self.assertTrue(request.startswith(b"GET /%C3%A4?%C3%B6=%20 HTTP/1.1\r\n"), request)

    def test_redis_sends_all_at_once(self):
        request = self.received(only_listening, "redis://app:secret@127.0.0.1:PORT/2")
        self.assertEqual(request, b"*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$6\r\nsecret\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n"
                                  b"*1\r\n$4\r\nPING\r\n")

    def test_tcp_sends_nothing(self):
        self.assertEqual(self.received(only_listening, "tcp://127.0.0.1:PORT"), b"")
