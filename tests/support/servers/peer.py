"""`{peer.ssh}`: the scripted peers by name, gathered from the files `*_peers.py`.

In such a file, ENDLESS has habits (see `support/peers.py`) that never give a complete answer, so that only a deadline or a
limit ends a check; ODD has all others, and IN_TLS those behind a handshake, `{tls.half-head}`. CHECKS are URLs of the
file's own protocol, with `{}` for the port, and TLS_CHECKS those that the lite flavour does not have: `test_deadlines` checks
every peer by all of them.
"""
from __future__ import annotations

from ..peers import Peer
from ..world import modules


def gathered(table: str) -> dict:
    """That table of all files, as one. No two peers have the same name."""
    rows = [row for module in modules("*_peers") for row in getattr(module, table, {}).items()]
    names = [name for name, _ in rows]
    assert len(names) == len(set(names)), f"a name twice in {table}: {sorted(names)}"
    return dict(rows)


def checks(*, tls: bool, of=None) -> list[str]:
    """The URLs of all files, or of one."""
    tables = ("CHECKS", "TLS_CHECKS") if tls else ("CHECKS",)
    sources = modules("*_peers") if of is None else [of]
    return [url for table in tables for module in sources for url in getattr(module, table, ())]


def pairs(*, tls: bool, share: int | None) -> list[tuple[str, str]]:
    """Every peer's name with every URL. With a `share` from 0 to 2: those of the peer's own protocol, and a third of the others, by
    which three shares together have them all."""
    urls = checks(tls=tls)
    own = {name: checks(tls=tls, of=module) for module in modules("*_peers") for table in ("ENDLESS", "ODD")
           for name in getattr(module, table, {})}
    return [(name, url) for row, name in enumerate(own) for column, url in enumerate(urls)
            if share is None or url in own[name] or (row + column) % 3 == share]


ENDLESS = gathered("ENDLESS")
ODD = gathered("ODD")
STATES = {name: (lambda habit=habit: Peer(habit)) for name, habit in (ENDLESS | ODD).items()}
