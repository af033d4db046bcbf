"""Measures the commands and prints the tables. Run bench/run, which prepares what is measured here.

usage: compare.py RUNS all|markdown
"""
from __future__ import annotations

import glob
import os
import pathlib
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.certificates import Authority  # noqa: E402
from support.process import Missing, program, run_to_the_end  # noqa: E402
from support.servers.mysql import Mysql  # noqa: E402
from support.servers.nginx import Nginx  # noqa: E402
from support.servers.pg import Postgres  # noqa: E402
from support.servers.rabbitmq import Rabbitmq  # noqa: E402
from support.servers.redis import Redis  # noqa: E402

MEASURE = str(ROOT / "build/bench/measure")
BUSYBOX = str(ROOT / "build/bench/bin/busybox")
PROBE = {"lite": str(ROOT / "build/release-lite/probe"), "full": str(ROOT / "build/release/probe")}
WARM_UPS = 5
REPEATS = 5  # of what hardly varies
# No proxies, no locale and no settings of whoever runs this.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "MYSQL_PWD": "secret"}


class CannotMeasure(Exception):
    pass


@dataclass
class Row:
    """One command, and what was measured of it. In each table one is the `reference` of the ratios."""
    table: str
    name: str
    argv: list[str]
    reference: bool = False
    walls: list[float] = field(default_factory=list)  # milliseconds
    cpus: list[float] = field(default_factory=list)
    memory: float = 0  # MiB
    calls: int = 0
    size: int = 0
    libraries: int = 0
    every: int = 1  # round in which it is timed: what takes seconds needs few

    @property
    def wall(self) -> float:
        return statistics.median(self.walls)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpus)


def start_servers_and_name_commands() -> list[Row]:
    authority = Authority()
    nginx, postgres, redis = Nginx(authority).start(), Postgres().start(), Redis().start()
    http = f"http://127.0.0.1:{nginx.ports['http']}/"
    https = f"https://127.0.0.1:{nginx.ports['tls']}/"
    login = f"postgres://app:secret@127.0.0.1:{postgres.port}/app"
    nobody = f"postgres://127.0.0.1:{postgres.port}"
    # As it is out of the box, with TLS; both programs are the server's own, by the loader that it comes with. As `app`, whose
    # password is in a variable for all of them.
    mysql = Mysql.with_tls().start()
    rabbitmq = Rabbitmq().start()
    tcp = ["--host=127.0.0.1", f"--port={mysql.port}", "--user=app"]
    # What Debian has under these names in /usr/bin is a Perl script that looks for the real one.
    postgres_bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]

    def probe(table: str, what: str, *arguments: str, flavours=("lite", "full")) -> list[Row]:
        return [Row(table, f"**probe**{what}, {flavour}", [PROBE[flavour], *arguments]) for flavour in flavours]

    return [
        *probe("HTTP", "", http),
        Row("HTTP", "busybox wget --spider", [BUSYBOX, "wget", "--spider", "-q", http], reference=True),
        Row("HTTP", "wget --spider", [program("wget"), "-q", "--spider", http]),
        Row("HTTP", "curl -f", [program("curl"), "-fsS", "-o", "/dev/null", http]),
        *probe("HTTPS", "", "--cacert", str(authority.ca), https, flavours=("full",)),
        Row("HTTPS", "curl -f",
            [program("curl"), "-fsS", "--cacert", str(authority.ca), "-o", "/dev/null", https], reference=True),
        *probe("Postgres", " (login, query)", login),
        Row("Postgres", "psql -c 'select 1' (login, query)", [f"{postgres_bin}/psql", "-c", "select 1", login]),
        *probe("Postgres", " (no login)", nobody),
        Row("Postgres", "pg_isready (no login)",
            [f"{postgres_bin}/pg_isready", "-h", "127.0.0.1", "-p", str(postgres.port)], reference=True),
        *probe("MySQL", " (login, query)", f"mysql://app@127.0.0.1:{mysql.port}"),
        Row("MySQL", "mysql -e 'select 1' (login, query)", [*mysql.client_argv, *tcp, "-e", "select 1"], reference=True),
        Row("MySQL", "mysqladmin ping (login)", [*mysql.admin_argv, *tcp, "ping"]),
        *probe("Redis", "", f"redis://127.0.0.1:{redis.port}"),
        Row("Redis", "redis-cli ping", [program("redis-cli"), "-p", str(redis.port), "ping"], reference=True),
        *probe("AMQP", " (login, virtual host)", f"amqp://app:secret@127.0.0.1:{rabbitmq.port}"),
        Row("AMQP", "rabbitmq-diagnostics ping", rabbitmq.diagnostics_argv("ping"), reference=True, every=50),
        *probe("Start-up alone", " --version", "--version"),
        Row("Start-up alone", "busybox true", [BUSYBOX, "true"], reference=True),
    ]


def run(argv: list[str]) -> str:
    done = subprocess.run(argv, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotMeasure(f"{' '.join(argv)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def measure(kind: str, row: Row) -> list[int]:
    *numbers, status = map(int, run([MEASURE, kind, *row.argv]).split())
    if status != 0:
        raise CannotMeasure(f"{' '.join(row.argv)}: wait status {status:#x}")
    return numbers


def measure_times(rows: list[Row], runs: int) -> None:
    """All commands in turn, in another order each time: what disturbs the machine disturbs them all alike."""
    order = list(rows)
    shuffle = random.Random(1).shuffle
    for number in range(-WARM_UPS, runs):
        show_progress(f"round {max(number + 1, 0)} of {runs}")
        shuffle(order)
        for row in order:
            if number % row.every != 0:
                continue
            wall, cpu = measure("time", row)
            if number >= 0:
                row.walls.append(wall / 1e6)
                row.cpus.append(cpu / 1e6)


def count_calls(row: Row) -> int:
    """System calls of the program and its children. The fewest of some runs: who has to wait longer asks again."""
    counts = []
    with tempfile.NamedTemporaryFile("r") as log:
        for _ in range(REPEATS):
            run([program("strace"), "-f", "-qq", "-o", log.name, "--", *row.argv])
            counts.append(len(re.findall(r"^\d+ +\w+\(", pathlib.Path(log.name).read_text(), re.M)))
    return min(counts)


def files(argv: list[str]) -> tuple[str, list[str]]:
    """The program, and what tells its libraries: MySQL's is started by a loader of its own."""
    own_loader = argv[1:2] == ["--library-path"]
    return (argv[3], [*argv[:3], "--list", argv[3]]) if own_loader else (argv[0], ["ldd", argv[0]])


def libraries(lister: list[str]) -> int:
    listed = subprocess.run(lister, capture_output=True, text=True, check=False).stdout
    return sum(os.stat(library).st_size for library in set(re.findall(r"(/\S+) \(0x", listed)))


def measure_the_rest(rows: list[Row]) -> None:
    for row in rows:
        show_progress(f"memory and system calls: {row.name}")
        row.memory = statistics.median(measure("memory", row)[0] for _ in range(REPEATS)) / 1024
        row.calls = count_calls(row)
        path, lister = files(row.argv)
        row.size = os.stat(path).st_size
        row.libraries = libraries(lister)


def megabytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} KB"


def mebibytes(size: float) -> str:
    return f"{size:.2f} MiB"


def markdown(header: list[str], lines: list[list[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines)) + "\n"


def comparison(table: str, rows: list[Row]) -> str:
    reference = next(row for row in rows if row.reference)
    return markdown([table, "wall", "ratio", "CPU", "peak memory", "size", "system calls"], [
        [row.name, f"{row.wall:.2f} ms", "1" if row is reference else f"{row.wall / reference.wall:.2f}",
         f"{row.cpu:.2f} ms", mebibytes(row.memory),
         megabytes(row.size) + (f" + {megabytes(row.libraries)} libraries" if row.libraries else ""), str(row.calls)]
        for row in rows])


def budgets(rows: list[Row]) -> str:
    def mine(table: str, flavour: str) -> Row:
        """The first command of that flavour: for Postgres, the one that logs in."""
        return next(row for row in rows if row.table == table and row.argv[0] == PROBE[flavour])

    lines = []

    def budget(what: str, limit: float, value: float, show) -> None:
        verdict = "ok" if value <= limit else f"**{(value / limit - 1) * 100:.1f} % over**"
        lines.append([what, show(limit), show(value), verdict])

    for flavour, size, http, memory in (("lite", 700_000, 0.6, 0.8), ("full", 2_900_000, 0.75, 1.3)):
        budget(f"size, {flavour}", size, mine("HTTP", flavour).size, megabytes)
        budget(f"peak memory, HTTP, {flavour}", memory, mine("HTTP", flavour).memory, mebibytes)
        for table, limit in (("HTTP", http), ("Postgres", 1.0), ("Redis", 0.15), ("AMQP", 0.01)):
            row = mine(table, flavour)
            reference = next(row for row in rows if row.table == table and row.reference)
            budget(f"wall, {table}, {flavour} ÷ {reference.name}", limit, row.wall / reference.wall, "{:.3f}".format)
        row = mine("MySQL", flavour)
        for limit, word in ((0.35, "mysql -e"), (0.6, "mysqladmin")):
            other = next(row for row in rows if row.name.startswith(word))
            for what in ("wall", "cpu", "memory"):
                budget(f"{what}, MySQL, {flavour} ÷ {other.name}", limit, getattr(row, what) / getattr(other, what), "{:.3f}".format)
        lines.append([f"system calls, HTTP, {flavour}", "only ever down", str(mine("HTTP", flavour).calls), ""])
    return markdown(["budget", "at most", "measured", ""], lines)


def surroundings(runs: int) -> str:
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    _, compiler, linked = run([PROBE["full"], "--version"]).splitlines()
    return (f"Medians of {runs} runs on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} × "
            f"{model.group(1) if model else platform.machine()}, Linux {platform.release()}; {compiler}; {linked}.")


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main() -> int:
    runs, tables_only = int(sys.argv[1]), sys.argv[2] == "markdown"
    try:
        rows = start_servers_and_name_commands()
        measure_the_rest(rows)
        measure_times(rows, runs)
    except (CannotMeasure, Missing, OSError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"bench/run: {error}", file=sys.stderr)
        return 1
    finally:
        show_progress("")
    for table in dict.fromkeys(row.table for row in rows):
        print(comparison(table, [row for row in rows if row.table == table]))
    if not tables_only:
        print(budgets(rows))
    print(surroundings(runs))
    return 0


if __name__ == "__main__":
    run_to_the_end(main)
