"""Recording that the clock work ran."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import timezone

from assistance.jobs.models import Sweep
from assistance.shared.acting import acting


@dataclass(slots=True)
class Tally:
    """What a sweep did so far; the sweeper counts here."""

    handled: int = 0
    failed: int = 0


@contextmanager
def record_sweep(name: str) -> Iterator[Tally]:
    """Record a run of the sweeper `name`: when it began and ended, what it handled and failed at.

    The beginning is written at once and the end after the work, so a run that died shows as one that
    began and never ended. An exception counts as a failure and goes on. Use it outside a transaction.
    """
    Sweep.objects.update_or_create(
        name=name,
        defaults={"started_at": timezone.now(), "finished_at": None, "handled": 0, "failed": 0},
    )
    tally = Tally()
    try:
        with acting(source=name):
            yield tally
    except Exception:
        tally.failed += 1
        raise
    finally:
        Sweep.objects.filter(name=name).update(
            finished_at=timezone.now(), handled=tally.handled, failed=tally.failed
        )
