"""Namespaces, for the key `namespace` of a case. Those named after a habit of `dns.py` have a name server with it."""
from __future__ import annotations

from ..dns import Habits
from ..namespaces import OURS, Namespace

PACKAGES = "iproute2"


def _with_name_server(habit: str) -> Namespace:
    namespace = Namespace()
    namespace.serve_names(habit)
    return namespace


STATES = {
    "protected": Namespace,
    "empty-resolv-conf": lambda: Namespace(resolv_conf=""),
    "two-addresses": lambda: Namespace(hosts="127.0.0.1 two.test\n203.0.113.9 two.test\n"),
    # Our address has a name, for servers that ask for a client's.
    "named": lambda: Namespace(hosts=f"{OURS} client.test\n"),
    **{habit: (lambda habit=habit: _with_name_server(habit)) for habit in vars(Habits) if not habit.startswith("_")},
}
