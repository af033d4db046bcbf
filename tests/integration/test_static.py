"""A static binary runs where there is nothing else, and opens nothing that it does not need."""
import shutil

from common import PROBE, ProbeTest, full_only, static_only, timed
from support import world
from support.process import need_root, program, scratch

NOBODY = ("--userspec=+12345:+12345",)


@static_only
class EmptyRoot(ProbeTest):
    """Nothing but the binary: no /etc, /dev, /proc, /tmp; a user that no file names, without capabilities."""

    def setUp(self):
        need_root()
        self.root = scratch.folder("root")
        shutil.copy(PROBE.path, self.root / "probe")
        self.root.chmod(0o555)
        self.prefix = (program("setpriv"), "--bounding-set=-all,+sys_chroot,+setuid,+setgid", program("chroot"), *NOBODY,
                       self.root)

    def inside(self, *args: str, env: dict | None = None):
        return self.probe(*args, env=env, prefix=self.prefix, path="/probe")

    def test_http(self):
        url = f"http://127.0.0.1:{world.value('nginx')}/health"
        self.expect(self.inside(url), 0, f"ready      {url}  200 OK  <time>\n")

    def test_http_of_localhost(self):
        url = f"http://localhost:{world.value('nginx')}/health"
        self.expect(self.inside(url), 0, f"ready      {url}  200 OK  <time>\n")

    def test_postgres_login(self):
        port = world.value("pg")
        self.expect(self.inside(f"postgres://app:secret@127.0.0.1:{port}/app"), 0,
                    f"ready      postgres://app@127.0.0.1:{port}/app  PostgreSQL {world.value('pg.version')}  <time>\n")

    def test_postgres_without_user(self):
        url = f"postgres://127.0.0.1:{world.value('pg')}"
        self.expect(self.inside(url), 0, f"ready      {url}  accepting connections  <time>\n")

    def test_redis(self):
        port = world.value("redis-password")
        self.expect(self.inside(f"redis://:secret@127.0.0.1:{port}"), 0,
                    f"ready      redis://127.0.0.1:{port}  PONG  <time>\n")

    @timed
    def test_a_name_without_resolv_conf(self):
        result = self.inside("-t", "1s", "http://name.invalid/")
        self.expect(result, 1, "not ready  http://name.invalid/  resolve: <any>  <time>\n")
        self.within(result, 0, 1.1)

    @full_only
    def test_built_in_roots(self):
        """Verified without a file of authorities, so a private authority is unknown."""
        url = f"https://127.0.0.1:{world.value('nginx.tls')}/"
        self.expect(self.inside(url), 1, f"not ready  {url}  tls: <any>  <time>\n")
        self.expect(self.inside("-k", url), 0, f"ready      {url}  200 OK  <time>\n")

    def test_help(self):
        self.assertEqual(self.inside("--help").status, 0)


@static_only
class Opens(ProbeTest):
    def calls(self, which: str, *args: str) -> list[str]:
        """The system calls of that kind, without the exec that starts the binary."""
        trace = scratch.folder("strace") / "trace"
        result = self.probe(*args, prefix=(program("strace"), "-f", "-e", f"trace={which}", "-e", "signal=none", "-qq",
                                           "-o", trace))
        self.assertEqual(result.status, 0, result.output)
        return [line for line in trace.read_text().splitlines() if "execve(" not in line]

    def test_http_of_an_address_opens_no_file(self):
        self.assertEqual(self.calls("%file", f"http://127.0.0.1:{world.value('nginx')}/204"), [])

    def test_http_of_localhost_opens_no_file(self):
        self.assertEqual(self.calls("%file", f"http://localhost:{world.value('nginx')}/204"), [])

    def test_redis_opens_no_file(self):
        self.assertEqual(self.calls("%file", f"redis://127.0.0.1:{world.value('redis')}"), [])

    def test_tcp_opens_no_file(self):
        self.assertEqual(self.calls("%file", f"tcp://127.0.0.1:{world.value('nginx')}"), [])

    def test_postgres_reads_no_user_database(self):
        opened = self.calls("%file", f"postgres://app:secret@127.0.0.1:{world.value('pg')}/app")
        self.assertEqual([line for line in opened if "/etc/" in line or "/root" in line], [])

    def test_no_thread_and_no_process(self):
        for target in (f"http://127.0.0.1:{world.value('nginx')}/204", f"redis://127.0.0.1:{world.value('redis')}",
                       f"postgres://app:secret@127.0.0.1:{world.value('pg')}/app"):
            with self.subTest(target):
                self.assertEqual(self.calls("clone,clone3,fork,vfork", target), [])


@static_only
class Licences(ProbeTest):
    def test_each_library_inside_is_named(self):
        text = self.probe("--licenses").stdout
        names = ["PostgreSQL", "hiredis", "llhttp", "c-ares", "Asio", "musl", "libc++"]
        for name in names + (["OpenSSL"] if PROBE.flavour == "full" else []):
            self.assertIn(name.lower(), text.lower())
