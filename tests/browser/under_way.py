"""Which requests the live server is still answering: a browser that closes does not wait for them."""

from __future__ import annotations

from threading import Condition
from typing import Any

from django.core.signals import request_finished, request_started

# A request whose reader went away in the middle of the answer is never told to be finished.
PATIENCE = 5.0


class UnderWay:
    def __init__(self) -> None:
        self._count = 0
        self._changed = Condition()
        request_started.connect(self._started)
        request_finished.connect(self._finished)

    def _started(self, **_about: Any) -> None:
        with self._changed:
            self._count += 1

    def _finished(self, **_about: Any) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def wait(self) -> None:
        """Until nothing is being answered any more, so that no table is put back under a reader."""
        with self._changed:
            self._changed.wait_for(lambda: self._count <= 0, timeout=PATIENCE)
            self._count = 0
