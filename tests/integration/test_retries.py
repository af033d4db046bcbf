"""Servers that come, go and change their mind while we look."""
import signal
import os
import re
import socket

from common import ProbeTest, timed
from support import world
from support.peers import OK, Peer, http
from support.process import free_port, program, scratch
from support.servers import redis
from support.servers.nginx import Nginx
from support.servers.pg import Postgres, version
from support.servers.redis import Redis

PATIENT = ("-v", "-n", "1000", "-t", "30s", "--max-interval", "200ms")


class Retries(ProbeTest):
    def becomes_ready(self, happens, url: str, detail: str) -> None:
        """`happens()` is called when an attempt has failed."""
        running = self.start(*PATIENT, url)
        running.says(" failed: ")
        happens()
        self.expect(running.result(), 0, f"ready      <any>  {detail}  <time>  (<any> attempts, <time>)\n")

    def late(self, server, url: str, detail: str) -> None:
        try:
            self.becomes_ready(server.launch, url, detail)
        finally:
            server.stop()

    def test_http_server_that_starts_late(self):
        server = Nginx(world.server("ca"))
        self.late(server, f"http://127.0.0.1:{server.ports['http']}/health", "200 OK")

    def test_redis_that_starts_late(self):
        server = Redis()
        self.late(server, f"redis://127.0.0.1:{server.port}", "PONG")

    @timed
    def test_not_is_no_matter_of_an_attempt_cut_short(self):
        """The server answers once; then its queue is full, and the last attempt ends with the run, unanswered."""
        with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
            url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
            result = self.probe("-t", "500ms", "-n", "9", "--not", url)
            self.expect(result, 1, f"not ready  {url}  expect: it answers: connected<any>\n")
            # A whole attempt without an answer is another matter.
            result = self.probe("-t", "2s", "--attempt-timeout", "300ms", "-n", "2", "--not", url)
            self.expect(result, 0, f"ready      {url}  nobody there: no answer within --attempt-timeout 300ms  <any>\n")

    def test_socket_that_appears_late(self):
        server = Redis()
        self.late(server, f"unix://{server.socket}", "connected")

    def test_postgres_that_starts_late(self):
        server = Postgres()
        self.late(server, f"postgres://app:secret@127.0.0.1:{server.port}/app", f"PostgreSQL {version()}")

    def test_postgres_that_recovers(self):
        server = Postgres(recovering=True).start()
        self.becomes_ready(server.finish_recovery, f"postgres://app:secret@127.0.0.1:{server.port}/app",
                           f"PostgreSQL {version()}")
        server.stop()

    def test_redis_that_has_loaded(self):
        server = redis.loading()
        self.becomes_ready(lambda: redis.finish_loading(server), f"redis://127.0.0.1:{server.port}", "PONG")
        server.stop()

    def test_http_that_becomes_healthy(self):
        statuses = iter([b"503 Not yet", b"500 Not quite"])
        peer = Peer(lambda connection, peer: http(b"HTTP/1.1 " + next(statuses, b"200 OK") +
                                                  b"\r\nContent-Length: 0\r\n\r\n")(connection, peer))
        result = self.probe(*PATIENT, "-i", "10ms", f"http://127.0.0.1:{peer.port}/")
        self.expect(result, 0, "ready      <any>  200 OK  <time>  (3 attempts, <time>)\n")
        self.assertIn("503 Not yet", result.stderr)
        self.assertIn("500 Not quite", result.stderr)
        self.assertEqual(len(peer.requests), 3)

    def test_successes_have_to_be_in_a_row(self):
        statuses = iter([b"200 OK", b"503 No", b"200 OK", b"200 OK"])
        peer = Peer(lambda connection, peer: http(b"HTTP/1.1 " + next(statuses, b"500 Too many") +
                                                  b"\r\nContent-Length: 0\r\n\r\n")(connection, peer))
        result = self.probe("--successes", "2", "-n", "10", "-i", "1ms", f"http://127.0.0.1:{peer.port}/")
        self.expect(result, 0, "ready      <any>  200 OK  <time>  (4 attempts, <time>)\n")

    def test_successes_that_are_not_reached(self):
        statuses = iter([b"200 OK", b"503 No", b"200 OK"])
        peer = Peer(lambda connection, peer: http(b"HTTP/1.1 " + next(statuses) + b"\r\nContent-Length: 0\r\n\r\n")(
            connection, peer))
        result = self.probe("--successes", "2", "-n", "3", "-i", "1ms", f"http://127.0.0.1:{peer.port}/")
        self.expect(result, 1, "not ready  <any>  expect: ready 1 of 2 times in a row  <time>  (3 attempts, <time>)\n")

    def test_server_that_stops(self):
        server = Redis().start()
        url = f"redis://127.0.0.1:{server.port}"
        self.expect(self.probe(url), 0, f"ready      {url}  PONG  <time>\n")
        server.stop()
        self.expect(self.probe(url), 1,
                    f"not ready  {url}  connect: connection refused (127.0.0.1:{server.port})  <time>\n")

    def test_postgres_that_stops(self):
        server = Postgres().start()
        url = f"postgres://app:secret@127.0.0.1:{server.port}/app"
        name = url.replace(":secret", "")
        self.expect(self.probe(url), 0, f"ready      {name}  PostgreSQL {version()}  <time>\n")
        session = server.session()
        server.begin_shutdown()
        self.expect(self.probe(url), 1,
                    f"not ready  {name}  login: the database system is shutting down (57P03)  <time>\n")
        session.close()
        server.process.popen.wait(10)
        self.expect(self.probe(url), 1,
                    f"not ready  {name}  connect: connection refused (127.0.0.1:{server.port})  <time>\n")

    @timed
    def test_server_that_hangs(self):
        """Stopped, it still has connections accepted by the kernel."""
        server = Redis().start()
        self.addCleanup(server.stop)
        self.addCleanup(server.process.send, signal.SIGCONT)
        server.process.send(signal.SIGSTOP)
        url = f"redis://127.0.0.1:{server.port}"
        result = self.probe("-t", "300ms", url)
        self.expect(result, 1, f"not ready  {url}  query: no reply to PING within -t 300ms  <time>\n")
        self.within(result, 0.3, 0.4)

    def test_pauses_differ_between_runs(self):
        """Jitter: containers that start together do not knock together. The pause is what the kernel is asked for."""
        pauses = [self.pause() for _ in range(5)]
        self.assertGreater(max(pauses) - min(pauses), 0.001)  # they differ by 2 ms or more
        self.assertLessEqual(max(pauses), 0.24)

    def pause(self) -> float:
        """The seconds of a pause of 200 ms ± 20 %."""
        trace = scratch.folder("strace") / "trace"
        # LeakSanitizer does not work under another tracer.
        result = self.probe("-n", "2", "-i", "200ms", f"tcp://127.0.0.1:{free_port()}", prefix=(
            program("strace"), "-e", "trace=timerfd_settime,epoll_wait,epoll_pwait", "-e", "signal=none", "-o", trace),
            env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"})
        self.assertEqual(result.status, 1, result.output)
        self.assertGreater(result.seconds, 0.16)
        calls = trace.read_text()
        asked = [int(seconds) + int(nanoseconds) / 1e9 for seconds, nanoseconds in re.findall(
            r"settime\(.*?it_value=\{tv_sec=(\d+), tv_nsec=(\d+)\}", calls)]  # Asio with a timerfd, and …
        asked += [int(milliseconds) / 1e3 for milliseconds in re.findall(r"\], 128, (\d+)", calls)]  # … without, as in musl
        return max(seconds for seconds in asked if seconds < 1)  # the longer ones are deadlines


class OneTarget(ProbeTest):
    def test_one_late_target_does_not_repeat_the_others(self):
        asked = Peer(http(OK + b"Content-Length: 0\r\n\r\n"))
        late_port = free_port()
        running = self.start(*PATIENT, f"http://127.0.0.1:{asked.port}/", f"http://127.0.0.1:{late_port}/")
        running.says(" failed: ")
        Peer(http(OK + b"Content-Length: 0\r\n\r\n"), port=late_port)
        self.expect(running.result(), 0, f"ready      http://127.0.0.1:{asked.port}/  200 OK  <time>\n"
                               f"ready      http://127.0.0.1:{late_port}/  200 OK  <time>  (<any> attempts, <time>)\n")
        self.assertEqual(len(asked.requests), 1)
