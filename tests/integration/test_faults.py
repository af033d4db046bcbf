"""Every system call of a check fails, once, in turn, with each error that it can have: strace injects it."""
import collections
import os
import re
from concurrent.futures import ThreadPoolExecutor

from common import PROBE, ProbeTest, full_only, timed
from support import world
from support.process import program, scratch

DESCRIPTORS = ("EMFILE", "ENFILE", "ENOMEM")
MEMORY = ("ENOMEM",)
# What is not here cannot fail (getpid), fails only by a mistake of ours (timerfd_settime), or is not ours to survive.
ERRORS = {
    "socket": DESCRIPTORS + ("ENOBUFS", "EACCES"), "epoll_create1": DESCRIPTORS, "eventfd2": DESCRIPTORS,
    "timerfd_create": DESCRIPTORS, "epoll_ctl": ("ENOMEM", "ENOSPC"), "epoll_wait": ("EINTR",), "epoll_pwait": ("EINTR",),
    "connect": ("EAGAIN", "EADDRNOTAVAIL", "EINTR", "ENETUNREACH", "ETIMEDOUT"), "bind": ("ENOMEM", "EADDRINUSE"),
    "sendto": ("ENOBUFS", "EAGAIN", "EINTR"), "recvfrom": ("ENOMEM", "EAGAIN", "EINTR"),
    "getsockopt": ("ENOBUFS",), "setsockopt": ("ENOBUFS",), "getsockname": ("ENOBUFS",), "getpeername": ("ENOBUFS",),
    "fcntl": ("ENOMEM",), "open": DESCRIPTORS + ("ENOENT", "EACCES"), "openat": DESCRIPTORS + ("ENOENT", "EACCES"),
    "read": ("EIO", "EINTR"), "readv": ("EIO", "EINTR"), "close": ("EINTR",), "access": MEMORY, "stat": MEMORY,
    "fstat": MEMORY, "newfstatat": MEMORY, "mmap": MEMORY, "brk": MEMORY, "mremap": MEMORY, "munmap": MEMORY,
    "mprotect": MEMORY, "madvise": MEMORY, "getrandom": ("EINTR", "ENOSYS"), "poll": ("EINTR", "ENOMEM"),
    "prlimit64": ("EPERM",), "prctl": ("EPERM",), "rt_sigaction": ("EPERM",),
    "write": ("EAGAIN", "EINTR", "EIO", "ENOSPC", "EPIPE"), "writev": ("EAGAIN", "EINTR", "EIO", "ENOSPC", "EPIPE"),
}
# The trouble is ours, whatever is said about it: never "nobody there", and with a retry, no trouble at all.
OURS = ("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "ENOSPC", "EAGAIN", "EINTR")
# A call that comes more often: so many of its first and last occurrences.
FIRST, LAST = 6, 2
TIMEOUT = 3
# The first call of `main`; before it, the dynamic loader or the C library is at work.
MAIN = "poll([{fd=0,"
# AddressSanitizer ends the process where it gets no memory.
SANITIZED = b"__asan_init" in PROBE.path.read_bytes()
NOT_SANITIZED = ("mmap", "brk", "mremap", "munmap", "mprotect", "madvise", "prctl")
# brk(2) fails by returning the end of the heap, unmoved. A negative result is an address to glibc: malloc takes memory that
# is not there ("corrupted top size").
BRK_FAILS = "retval=0"


@timed
class Faults(ProbeTest):
    def strace(self, options: tuple, args: tuple, prefix: tuple = ()):
        trace = scratch.folder("faults") / "trace"
        prefix = (*prefix, "env", "ASAN_OPTIONS=detect_leaks=0", program("strace"), "-qq", "-o", trace, *options)
        result = self.probe(*args, prefix=prefix, env={"PATH": os.environ["PATH"]})
        return result, trace.read_text().splitlines()

    def calls(self, args: tuple, prefix: tuple) -> list[tuple[str, int]]:
        """The name of each call of `main`, and the how-manieth of that name it is."""
        result, lines = self.strace((), args, prefix)
        self.assertIn(result.status, (0, 1), result.output)
        start = next(number for number, line in enumerate(lines) if line.startswith(MAIN))
        count, found = collections.Counter(), collections.defaultdict(list)
        for number, line in enumerate(lines):
            name = re.match(r"\w*", line)[0]
            if name == "execve" and number > start:
                break
            count[name] += 1
            if "EPOLL_CTL_MOD" in line or "EPOLL_CTL_DEL" in line:
                continue  # for which the kernel needs nothing
            left_out = NOT_SANITIZED if SANITIZED else ()
            if number >= start and name not in left_out:
                found[name].append(count[name])
        return [(name, when) for name, whens in found.items()
                for when in (whens if len(whens) <= FIRST + LAST else whens[:FIRST] + whens[-LAST:])]

    def faults(self, what: str, *args: str, prefix: tuple = (), inverted: bool = False, retried: bool = False) -> None:
        if retried:
            # libpq keeps a failed `send` for itself, and the attempt waits for an answer.
            args = (args[0], "-t", f"{TIMEOUT}s", "--attempt-timeout", "1s", "-i", "10ms", *args[1:])
        else:
            args = ("-t", f"{TIMEOUT}s", *args)
        runs = [(name, error, when) for name, when in self.calls(args, prefix) for error in ERRORS.get(name, ())]

        def inject(fault):
            name, error, when = fault
            result = BRK_FAILS if name == "brk" else f"error={error}"
            return self.strace(("-e", f"inject={name}:{result}:when={when}"), args, prefix)

        with ThreadPoolExecutor(4) as pool:
            done = list(zip(runs, pool.map(inject, runs)))
        # The calls of two runs differ a little.
        done = [(fault, result) for fault, (result, lines) in done if any("(INJECTED)" in line for line in lines)]
        for fault, result in done:
            with self.subTest(check=what, fault=fault):
                self.well_taken(fault, result, inverted, retried)
        print(f"{what}: {len(done)} faults", flush=True)
        self.assertGreater(len(done), 20)

    def well_taken(self, fault: tuple, result, inverted: bool, retried: bool) -> None:
        name, error, _ = fault
        said = f"status {result.status}: {result.output}"
        self.assertIn(result.status, (0, 1, 64), said)
        self.assertNotIn("internal error", said)
        self.within(result, 0, TIMEOUT + 0.3)
        if name in ("write", "writev"):
            return
        self.assertGreaterEqual(len(result.output.splitlines()), 1, said)
        if error in OURS:
            self.ours(result, said, inverted, retried, name)

    def ours(self, result, said: str, inverted: bool, retried: bool, name: str) -> None:
        if inverted:
            self.assertNotIn("nobody there", said)
        elif retried:
            # Memory may have been for the command line.
            self.assertIn(result.status, (0, 1, 64) if name in ("mmap", "brk", "mremap") else (0,), said)
        else:
            self.assertEqual(len(result.output.splitlines()), 1, said)

    def test_tcp(self):
        self.faults("tcp", f"tcp://127.0.0.1:{world.value('nginx')}")

    def test_not(self):
        self.faults("tcp --not", "--not", f"tcp://127.0.0.1:{world.value('nginx')}", inverted=True)
        self.faults("unix --not", "--not", f"unix://{world.value('nginx.socket')}", inverted=True)

    def test_file(self):
        # What a system call that fails says of a file is the file's: EIO, EACCES.
        self.faults("file", f"file://{world.value('ca')}")
        self.faults("file, read", "--max-age", "10h", "--expect-body", "BEGIN CERTIFICATE", f"file://{world.value('ca')}")

    def test_unix(self):
        self.faults("unix", f"unix://{world.value('nginx.socket')}")

    def test_http(self):
        self.faults("http", f"http://127.0.0.1:{world.value('nginx')}/health")

    def test_localhost(self):
        self.faults("http, localhost", f"http://localhost:{world.value('nginx')}/health")

    def test_expectations(self):
        self.faults("http, expectations", "--expect-json", "/status=healthy", "--expect-regex", "h.*y",
                    f"http://127.0.0.1:{world.value('nginx')}/health")

    def test_redis(self):
        self.faults("redis", f"redis://127.0.0.1:{world.value('redis')}")

    def test_postgres(self):
        self.faults("postgres", f"postgres://app:secret@127.0.0.1:{world.value('pg')}/app")

    def test_postgres_without_a_user(self):
        self.faults("postgres, no user", f"postgres://127.0.0.1:{world.value('pg')}")

    def test_names(self):
        self.faults("http, name", "http://host.example:1/", prefix=world.server("ns.address").prefix)

    def test_wait(self):
        self.faults("wait", "wait", f"http://127.0.0.1:{world.value('nginx')}/health", "--", PROBE.path, "--version",
                    retried=True)

    def test_grpc(self):
        self.faults("grpc", f"grpc://127.0.0.1:{world.value('grpc')}")

    def test_wait_for_redis(self):
        self.faults("wait, redis", "wait", f"redis://127.0.0.1:{world.value('redis')}", "--", PROBE.path, "--version",
                    retried=True)

    def test_wait_for_postgres(self):
        self.faults("wait, postgres", "wait", f"postgres://app:secret@127.0.0.1:{world.value('pg')}/app", "--", PROBE.path,
                    "--version", retried=True)

    @full_only
    def test_https(self):
        self.faults("https", "--cacert", str(world.value("ca")), f"https://127.0.0.1:{world.value('nginx.tls')}/health")

    @full_only
    def test_postgres_with_tls(self):
        self.faults("postgres, TLS", f"postgres://app:secret@127.0.0.1:{world.value('pg-tls')}/app?sslmode=require")


