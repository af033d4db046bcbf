"""What the habit `zone` of `dns.py` answers, name by name, with /etc/hosts and /etc/resolv.conf to go with it."""
from __future__ import annotations

from .namespaces import OURS, SILENT

RESOLV_CONF = "nameserver 127.0.0.1\nsearch first.test second.test\noptions ndots:2\n"
HOSTS = """\
127.0.0.1 pinned.test PINNED-ALIAS # comment.test
::1 pinned6.test
198.18.0.1 both.test
::1 both.test
127.0.0.2 both.test
not-an-address broken.test
"""

# A list of addresses, or what is wrong: nxdomain, servfail, refused, silent, loop (of aliases), other (the answer is about another name), truncated (over UDP), huge (and then 64 KiB),
# forged (from another address), late (0.4 s). A name that is not here does not exist.
ZONE: dict[str, dict[str, list[str] | str]] = {
    # One candidate decides for both families.
    "split.first.test": {"A": [OURS], "AAAA": []},
    "split.second.test": {"A": [], "AAAA": ["::1"]},
    "split6.first.test": {"A": [], "AAAA": ["::1"]},
    "split6.second.test": {"A": [OURS], "AAAA": []},
    "empty.first.test": {"A": [], "AAAA": []},
    "empty.second.test": {"A": [OURS], "AAAA": []},
    "failing.first.test": {"A": "servfail", "AAAA": "servfail"},
    "failing.second.test": {"A": [OURS], "AAAA": []},
    "half-failing.first.test": {"A": [OURS], "AAAA": "servfail"},
    "half-failing.second.test": {"A": [SILENT], "AAAA": ["::1"]},
    "refusing.first.test": {"A": "refused", "AAAA": "refused"},
    "refusing.second.test": {"A": [OURS], "AAAA": []},
    "silent.first.test": {"A": "silent", "AAAA": "nxdomain"},
    "silent.second.test": {"A": [OURS], "AAAA": []},
    # As it is before, or behind, the search list.
    "one.dot": {"A": [OURS], "AAAA": []},
    "one.dot.first.test": {"A": [SILENT], "AAAA": []},
    "two.dots.here": {"A": [OURS], "AAAA": []},
    "two.dots.here.first.test": {"A": [SILENT], "AAAA": []},
    "two.dots.only.second.test": {"A": [OURS], "AAAA": []},
    "bare": {"A": [OURS], "AAAA": []},
    # Known to /etc/hosts, and pointing elsewhere.
    "pinned.test": {"A": [SILENT], "AAAA": ["::1"]},
    "pinned-alias": {"A": [SILENT], "AAAA": ["::1"]},
    "pinned6.test": {"A": [SILENT], "AAAA": []},
    "both.test": {"A": [SILENT], "AAAA": []},
    "comment.test": {"A": [OURS], "AAAA": []},
    "broken.test": {"A": [OURS], "AAAA": []},
    # Lies.
    "loop.x.test": {"A": "loop", "AAAA": "loop"},
    "other.x.test": {"A": "other", "AAAA": "other"},
    "truncated.x.test": {"A": "truncated", "AAAA": []},
    "huge.x.test": {"A": "huge", "AAAA": []},
    "forged.x.test": {"A": "forged", "AAAA": []},
    "late.x.test": {"A": "late", "AAAA": []},
    "mute.x.test": {"A": "silent", "AAAA": "silent"},
}
