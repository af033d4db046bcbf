"""`{ca}`: the certificate of the tests' authority. `{ca.client.pem}`: one that it has signed, or its key."""
from __future__ import annotations

from ..certificates import Authority


def _authority() -> Authority:
    authority = Authority()
    authority.issue("client", subject="mtls")
    authority.self_signed("selfsigned")
    authority.issue("peer")
    authority.issue("weak-client", subject="mtls", rsa_bits=1024)
    authority.encrypted_key("client")
    return authority


STATES = {"": _authority}
