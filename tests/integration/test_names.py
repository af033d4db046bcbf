"""Host names: who is asked about which, and whose answer counts. `support/zone.py` has the names."""
import re
import subprocess

from common import ProbeTest, timed
from support.namespaces import OURS, SILENT, Namespace
from support.process import program, scratch
from support.zone import HOSTS, RESOLV_CONF


class Zone(ProbeTest):
    @classmethod
    def setUpClass(cls):
        cls.log = scratch.folder("dns") / "queries"
        cls.namespace = Namespace(resolv_conf=RESOLV_CONF, hosts=HOSTS)
        cls.namespace.serve_names("zone", str(cls.log))

    def look_up(self, host: str, seconds: str = "2s"):
        """What `-v` says that the name is, the queries in their order, and the result."""
        self.log.write_text("")
        result = self.probe("-v", "-t", seconds, f"http://{host}:8080/", prefix=self.namespace.prefix)
        found = re.search(rf"  resolve: {re.escape(host)} is (\S.*)  \+", result.stderr)
        queries = [line.split()[0] for line in self.log.read_text().splitlines()]
        return found and found[1].split(", "), list(dict.fromkeys(queries)), result


@timed
class Names(Zone):
    def finds(self, host: str, addresses: list[str], asked: list[str]) -> None:
        found, queries, result = self.look_up(host)
        self.assertEqual(found and sorted(found), sorted(addresses), result.output)
        self.assertEqual(queries, asked)

    def finds_none(self, host: str, complaint: str, asked: list[str]) -> None:
        found, queries, result = self.look_up(host)
        self.assertIsNone(found, result.output)
        self.assertIn(f"  resolve: {complaint}  ", result.stdout)
        self.assertEqual(queries, asked)

    def test_one_name_of_the_search_list_decides_for_both_families(self):
        self.finds("split", [OURS], ["split.first.test"])
        self.finds("split6", ["::1"], ["split6.first.test"])
        self.finds("half-failing", [OURS], ["half-failing.first.test"])

    def test_a_name_without_an_address_and_one_whose_server_fails_are_passed_over(self):
        for host in ("empty", "failing"):
            with self.subTest(host):
                self.finds(host, [OURS], [f"{host}.first.test", f"{host}.second.test"])

    def test_a_server_that_refuses_or_is_silent_ends_the_search(self):
        self.finds_none("refusing", 'the name server refused to answer about "refusing" (REFUSED)', ["refusing.first.test"])
        self.finds_none("silent", 'no answer from the name server about "silent" within -t 2s', ["silent.first.test"])

    def test_dots_decide_whether_the_name_itself_comes_first(self):
        self.finds("one.dot", [SILENT], ["one.dot.first.test"])
        self.finds("two.dots.here", [OURS], ["two.dots.here"])
        self.finds("two.dots.only", [OURS], ["two.dots.only", "two.dots.only.first.test", "two.dots.only.second.test"])
        self.finds("bare", [OURS], ["bare.first.test", "bare.second.test", "bare"])
        self.finds("one.dot.", [OURS], ["one.dot"])
        self.finds_none("nowhere", 'no such name "nowhere"', ["nowhere.first.test", "nowhere.second.test", "nowhere"])

    def test_what_is_in_etc_hosts_is_asked_nowhere_else(self):
        for host, addresses in (("pinned.test", ["127.0.0.1"]), ("pinned-alias", ["127.0.0.1"]), ("Pinned6.Test", ["::1"]),
                                ("both.test", [OURS, "::1", "127.0.0.2"])):
            with self.subTest(host):
                self.finds(host, addresses, [])
        for host in ("comment.test", "broken.test"):
            with self.subTest(host):
                self.finds(host, [OURS], [f"{host}.first.test", f"{host}.second.test", host])

    def test_glibc_finds_the_same(self):
        for host in ("split", "split6", "empty", "failing", "half-failing", "refusing", "one.dot", "two.dots.here",
                     "two.dots.only", "bare", "one.dot.", "nowhere", "pinned.test", "pinned-alias", "pinned6.test",
                     "comment.test", "broken.test", "truncated.x.test."):
            with self.subTest(host):
                done = subprocess.run([*self.namespace.prefix, program("getent"), "ahosts", host], capture_output=True, text=True)
                theirs = {line.split()[0] for line in done.stdout.splitlines()}
                self.assertEqual(set(self.look_up(host)[0] or ()), theirs)

    def test_a_large_etc_hosts(self):
        """10 MB, the name at its end."""
        hosts = "".join(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255} host-{n}.test\n" for n in range(350_000))
        namespace = Namespace(resolv_conf=RESOLV_CONF, hosts=hosts + "127.0.0.1 last.test\n")
        namespace.serve_names("zone")
        result = self.probe("-t", "20s", "http://last.test:8080/", prefix=namespace.prefix)
        self.expect(result, 0, "ready      http://last.test:8080/  200 OK  <time>\n")
        self.within(result, 0, 0.5)


@timed
class LyingServer(Zone):
    """Whatever it says, the answer comes in time and is one about the name that was asked for."""

    def test_aliases_of_each_other(self):
        self.assertIsNone(self.look_up("loop.x.test.")[0])

    def test_an_address_of_another_name(self):
        found = self.look_up("other.x.test.")[0]
        ours = "c-ares 1.18" in self.probe("--version").stdout
        self.assertIn(found, (None,) if ours else (None, ["::1", "127.0.0.1"]))  # 1.34 no longer looks at that name

    def test_truncated_over_udp_is_asked_again_over_tcp(self):
        self.assertEqual(self.look_up("truncated.x.test.")[0], ["127.1.0.0"])

    def test_64_kib_of_addresses(self):
        found, _, result = self.look_up("huge.x.test.")
        self.assertEqual(len(found or ()), 48, result.output)
        self.within(result, 0, 1)

    def test_an_answer_from_another_address(self):
        found, _, result = self.look_up("forged.x.test.", "700ms")
        self.assertIsNone(found, result.output)

    def test_a_lookup_that_fails_is_within_the_deadline(self):
        for host in ("loop", "other", "forged", "mute"):
            with self.subTest(host):
                self.within(self.look_up(f"{host}.x.test.", "300ms")[2], 0, 0.5)


@timed
class SeveralHosts(Zone):
    """Of one Postgres target."""

    def test_a_name_that_stays_silent_leaves_time_for_the_others(self):
        url = "postgres://app@mute.x.test.,127.0.0.1:1/app"
        result = self.probe("-t", "1s", url, prefix=self.namespace.prefix)
        self.expect(result, 1, f"not ready  {url}  connect: connection refused (127.0.0.1:1)  <time>\n")
        self.within(result, 0.5, 0.8)

    def test_names_are_looked_up_at_the_same_time(self):
        url = "postgres://app@late.x.test.:1,late.x.test.:2,late.x.test.:3/app"
        result = self.probe("-t", "2s", url, prefix=self.namespace.prefix)
        self.assertIn("  connect: connection refused", result.stdout)
        self.within(result, 0.4, 0.7)

    def test_silent_addresses_are_tried_twice_and_not_more(self):
        hosts = ",".join(f"{SILENT}:{port}" for port in range(1, 4))
        result = self.probe("-t", "2s", f"postgres://app@{hosts}/app",
                            prefix=(*self.namespace.prefix, program("strace"), "-qq", "-e", "trace=connect", "-e", "signal=none"))
        self.assertIn("  connect: no answer within", result.stdout)
        ports = re.findall(r"connect\(.*sin_port=htons\((\d+)\)", result.stderr)
        self.assertEqual(ports, ["1", "2", "3", "1", "2", "3"], result.stderr)
        self.within(result, 2, 2.4)
