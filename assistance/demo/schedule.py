"""The past in the order it happened: many tellings, each resumed when its next moment has come."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from datetime import datetime
from itertools import count

# Yields the moments it waits for, never earlier than the one it is at.
Telling = Generator[datetime, None, None]


class Schedule:
    def __init__(self, end: datetime) -> None:
        self.end = end
        self._queue: list[tuple[datetime, int, Telling]] = []
        self._order = count()

    def begin(self, telling: Telling) -> None:
        """Run the telling up to its first moment, and go on with it when that comes."""
        moment = next(telling, None)
        if moment is not None and moment < self.end:
            heapq.heappush(self._queue, (moment, next(self._order), telling))

    def run(self) -> None:
        """Everything before the end. What lies after it has not happened yet and never will here."""
        while self._queue:
            _moment, _order, telling = heapq.heappop(self._queue)
            self.begin(telling)
