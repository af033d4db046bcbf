"""Peers that break memcached's text protocol."""
from ..peers import keeps_saying, says

CHECKS = ("memcached://app:secret@127.0.0.1:{}",)
ENDLESS = {
    "memcached-stored-again": keeps_saying(b"", b"STORED\r\n" * 1000),
}
ODD = {
    "memcached-busy": says(b"SERVER_ERROR out of memory\r\n", then_wait=True),
    "memcached-endless-line": says(b"VERSION " + b"1" * 100000, then_wait=True),
    "memcached-half": says(b"VERSION 1.6"),
    "memcached-stored": says(b"STORED\r\n", then_wait=True),
}
