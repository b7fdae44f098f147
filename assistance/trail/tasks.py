from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import record_sweep
from assistance.trail.operations import check_and_note, seal


@shared_task(name="trail.seal")
def seal_written_rows(**_options: object) -> None:
    with record_sweep("trail.seal") as sweep:
        sweep.handled = seal(at=timezone.now())


@shared_task(name="trail.check_chain")
def check_sealed_rows(**_options: object) -> None:
    with record_sweep("trail.check_chain") as sweep:
        checked = check_and_note(at=timezone.now())
        sweep.handled, sweep.failed = checked.links, len(checked.findings)
