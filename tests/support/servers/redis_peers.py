"""Redis servers that misbehave."""
from __future__ import annotations

from ..peers import keeps_saying, says


CHECKS = ("redis://:secret@127.0.0.1:{}", "redis+sentinel://:secret@127.0.0.1:{}/mymaster")
TLS_CHECKS = ("rediss://127.0.0.1:{}",)
ENDLESS = {
    "redis-endless-bulk": keeps_saying(b"$2000000000\r\n", b"x" * 60000),
    "redis-huge-array": keeps_saying(b"*2000000000\r\n", b":1\r\n" * 10000),
    "redis-nested": keeps_saying(b"", b"*1\r\n" * 10000),
    "redis-endless-line": keeps_saying(b"+", b"x" * 60000),
    "redis-drip": keeps_saying(b"", b"+", 0.1),
}
ODD = {
    "redis-drips-pong": says(b"+PONG\r\n", pause=0.02, then_wait=True),
    "redis-error": says(b"-ERR \x1b[31mred\x07 alert\r\n", then_wait=True),
    "redis-not-pong": says(b"+PING\r\n", then_wait=True),
    "redis-bulk-pong": says(b"$4\r\nPONG\r\n", then_wait=True),
    "redis-array": says(b"*2\r\n+PONG\r\n+PONG\r\n", then_wait=True),
    "redis-bad-type": says(b"?PONG\r\n", then_wait=True),
    "redis-negative": says(b"$-7\r\n", then_wait=True),
    "redis-half": says(b"+PON"),
    "redis-sentinel-port": says(b"*2\r\n$9\r\n127.0.0.1\r\n$5\r\n99999\r\n", then_wait=True),
    "redis-sentinel-host": says(b"*2\r\n$6\r\n\x1b[31m\n\r\n$4\r\n6379\r\n", then_wait=True),
    "redis-sentinel-name": says(b"*2\r\n$12\r\nno-such.test\r\n$4\r\n6379\r\n", then_wait=True),
    "redis-sentinel-one": says(b"*1\r\n$9\r\n127.0.0.1\r\n", then_wait=True),
    "redis-sentinel-early": says(b"*2\r\n$9\r\n127.0.0.1\r\n$4\r\n6379\r\n+more\r\n", then_wait=True),
}
IN_TLS = {
    "redis-half": says(b"+PON"),
}
