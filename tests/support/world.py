"""Every server that a case can name, found by its name and started when it is first named, once per run.

`{redis}` in a case is what `servers/redis.py` has in its table STATES under "", and `{redis.acl}`, or `{redis-acl}`, what it has
under "acl": functions that start a server, or make anything else, and return it. In the text its `port` takes the place
of the name, or another attribute: `{redis.socket}`, `{redis-acl.socket}`. A fixture with a method `part` decides for
itself: `{ca.client.pem}`. What has no `port` stands for itself.

So a new server is a new file. A line `PACKAGES = "..."` in it names its Debian packages, for `scripts/test`, and
`UNSTABLE = "..."` those that only Debian unstable has, for `scripts/unstable`.
"""
from __future__ import annotations

import importlib
import pathlib
import threading
from concurrent.futures import Future
from urllib.parse import quote

from .values import VALUES

SERVERS = pathlib.Path(__file__).resolve().parent / "servers"

_started: dict[tuple[str, str], Future] = {}
_lock = threading.Lock()


def modules(pattern: str) -> list:
    """Those of `servers/` whose names match, such as `*_peers`."""
    return [_module(path.stem) for path in sorted(SERVERS.glob(f"{pattern}.py"))]


def _module(name: str):
    return importlib.import_module(f".servers.{name}", __package__)


def _states(file: str) -> dict:
    return getattr(_module(file), "STATES", {}) if file else VALUES


def _find(name: str) -> tuple[str, str, str]:
    """The file, the state and the attribute that a name means. KeyError: there is no such file."""
    if name in VALUES:
        return "", name, ""
    first, _, rest = name.partition(".")
    file = first.replace("-", "_")
    if not (SERVERS / f"{file}.py").exists():
        file, _, state = first.partition("-")
        rest = f"{state}.{rest}".strip(".")
    if not (SERVERS / f"{file}.py").exists():
        raise KeyError(name)
    states = _states(file)
    if rest in states:
        return file, rest, ""
    state, _, attribute = rest.partition(".")
    return (file, state, attribute) if state in states else (file, "", rest)


def _start(file: str, state: str):
    """Threads that ask for the same one wait for it."""
    make = _states(file)[state]
    with _lock:
        future = _started.get((file, state))
        mine = future is None
        if mine:
            future = _started[file, state] = Future()
    if mine:
        try:
            future.set_result(make())
        except BaseException as error:
            future.set_exception(error)
    return future.result()


def server(name: str):
    """The fixture of that name; KeyError if there is none."""
    file, state, attribute = _find(name)
    if attribute:
        raise KeyError(name)
    return _start(file, state)


def value(name: str) -> str | int | pathlib.Path:
    """What a placeholder stands for: a port, a path or an address. `.encoded` at its end: as part of a URL."""
    if name.endswith(".encoded"):
        return quote(str(value(name.removesuffix(".encoded"))), safe="")
    file, state, attribute = _find(name)
    fixture = _start(file, state)
    if hasattr(fixture, "part"):
        return fixture.part(attribute)
    if not attribute:
        return getattr(fixture, "port", fixture)
    if not hasattr(fixture, attribute):
        raise KeyError(name)
    return getattr(fixture, attribute)
