"""The past in the order it happened: many tellings, each resumed when its next moment has come."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from datetime import datetime
from itertools import count

from django.utils.timezone import localdate

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

    def run(self, say: Callable[[str], object]) -> None:
        """Everything before the end, naming each month as it begins; what lies later does not happen."""
        month = ""
        while self._queue:
            moment, _order, telling = heapq.heappop(self._queue)
            if f"{localdate(moment):%Y-%m}" != month:
                month = f"{localdate(moment):%Y-%m}"
                say(f"  {month}")
            self.begin(telling)
