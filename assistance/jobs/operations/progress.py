"""Telling how far long work is, on a connection of its own.

The work itself runs in one transaction whose rows nobody else sees before the end. What is told here is
committed at once, beside it; the same beat renews the lease and learns whether somebody wants to stop.
"""

from __future__ import annotations

import logging
from threading import Event, Thread
from types import TracebackType
from typing import Protocol

from django.db import DatabaseError, connection
from django.utils import timezone

from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations.background import LEASE

BEAT_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked to stop the work."""


class LeaseLost(Exception):
    """The work was given to another worker: this one must not commit."""


class Tells(Protocol):
    """What an executor is given to say how far it is."""

    def tell(self, *, done: int | None = None, total: int | None = None, message: str = "") -> None:
        """Note the progress, and raise Cancelled or LeaseLost when the work must end here."""


class Progress:
    """A heart that beats in a thread of its own while the work goes on."""

    def __init__(self, job: BackgroundJob) -> None:
        self._job = job
        self._done, self._total, self._message = 0, 0, ""
        self._stop = Event()
        self._cancelled = self._lost = False
        self._thread = Thread(target=self._beat, name=f"job-{job.pk}", daemon=True)

    def tell(self, *, done: int | None = None, total: int | None = None, message: str = "") -> None:
        if self._cancelled:
            raise Cancelled
        if self._lost:
            raise LeaseLost
        self._done = self._done if done is None else done
        self._total = self._total if total is None else total
        self._message = message or self._message

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        # A thread has a connection of its own, outside the transaction of the work.
        try:
            while not self._stop.wait(BEAT_SECONDS):
                self._write()
            self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        now = timezone.now()
        table = BackgroundJob._meta.db_table
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {table} SET done = %s, total = %s, message = %s, lease_until = %s"
                    " WHERE id = %s AND state = 'running' AND worker = %s AND attempts = %s"
                    " RETURNING cancel_asked_at",
                    [
                        self._done,
                        self._total,
                        self._message,
                        now + LEASE,
                        self._job.pk,
                        self._job.worker,
                        self._job.attempts,
                    ],
                )
                row = cursor.fetchone()
        except DatabaseError:
            # The lease outlives a short interruption; a long one ends the work itself.
            logger.warning("The progress of job %s could not be written.", self._job.pk)
            connection.close()
            return
        self._lost = self._lost or row is None
        self._cancelled = self._cancelled or (row is not None and row[0] is not None)
