from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import record_sweep
from assistance.screening import operations


@shared_task(name="screening.follow_pushes")
def follow_pushes(**_options: object) -> None:
    """What finished lists name goes to the partners, who has been recognised moves, who is late is reminded."""
    with record_sweep("screening.follow_pushes") as sweep:
        at = timezone.now()
        moved = operations.follow_recognitions(at=at)
        pushed = operations.push_finished(at=at)
        sweep.handled = moved + pushed + operations.remind_due(at=at)


@shared_task(name="screening.prepare_prospects")
def prepare_prospects(**_options: object) -> None:
    with record_sweep("screening.prepare_prospects") as sweep:
        at = timezone.now()
        lapsed = operations.lapse_prospects(at=at)
        sweep.handled = lapsed + operations.prepare_prospects(at=at)
