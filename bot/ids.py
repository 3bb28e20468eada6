"""Ids that sort by time (ULID: 48 bits of milliseconds, 80 of chance), in lower-case Crockford base 32."""

import os
import threading
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_lock = threading.Lock()
_last = 0


def new_id(now: datetime) -> str:
    """26 characters, greater than every one this process made before.

    `now` is by the clock that all replicas share: rows are read in the order of their ids, whoever wrote them.
    """
    global _last
    with _lock:
        fresh = (int(now.timestamp() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
        _last = max(fresh, _last + 1)
        number = _last
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
