from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import record_sweep
from assistance.trail.operations import check_and_note, mark_unusual, seal

logger = logging.getLogger(__name__)


@shared_task(name="trail.seal")
def seal_written_rows(**_options: object) -> None:
    with record_sweep("trail.seal") as sweep:
        sweep.handled = seal(at=timezone.now())


@shared_task(name="trail.check_chain")
def check_sealed_rows(**_options: object) -> None:
    with record_sweep("trail.check_chain") as sweep:
        checked = check_and_note(at=timezone.now())
        sweep.handled, sweep.failed = checked.links, len(checked.findings)
    # Outside of the database, for whoever sends the journal elsewhere; a bare number would be left out of a log.
    logger.info("The last link of the chain is link-%s.", checked.head)


@shared_task(name="trail.mark_unusual")
def mark_unusual_access(**_options: object) -> None:
    """Of the day before."""
    with record_sweep("trail.mark_unusual") as sweep:
        now = timezone.now()
        sweep.handled = mark_unusual(timezone.localdate(now) - timedelta(days=1), at=now)
