"""How much each session and each address may ask: buckets that fill again with time, in memory, and forgotten."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

#: Buckets kept; beyond, the one that was used least lately is forgotten. Full ones need not be kept at all.
_MOST_BUCKETS = 20_000
#: What may come at once, as a part of a minute's worth.
_BURST = 0.25


class Budgets:
    """A budget for each key: `per_minute`, of which a quarter at once. 0 sets no limit.

    Safe from any thread. A key is kept until its bucket is full again, a quarter of a minute at most.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = max(1.0, per_minute * _BURST)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, cost: float = 1.0) -> bool:
        """Whether the key could pay; what it cannot pay costs it nothing. An empty key always can."""
        if not self._per_second or not key:
            return True
        with self._lock:
            now = self._clock()
            self._forget(now)
            left, since = self._buckets.pop(key, (self._most, now))
            left = min(self._most, left + (now - since) * self._per_second)
            paid = left >= cost
            self._buckets[key] = (left - cost if paid else left, now)
            return paid

    def __len__(self) -> int:
        return len(self._buckets)

    def _forget(self, now: float) -> None:
        """Drop the oldest keys: all that have not been used for as long as any bucket takes to fill."""
        while self._buckets:
            key, (_, since) = next(iter(self._buckets.items()))
            if len(self._buckets) < _MOST_BUCKETS and (now - since) * self._per_second < self._most:
                return
            del self._buckets[key]


def address_key(host: str | None) -> str:
    """Who an address stands for: an IPv6 subscriber has a whole /64. Empty when there is none (a Unix socket)."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return host or ""
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(address) >> 64 << 64))
    return str(address)
