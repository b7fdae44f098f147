from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assistance.cases import operations
from assistance.jobs.operations import record_sweep


@shared_task(name="cases.continue_waiting")
def continue_waiting(**_options: object) -> None:
    with record_sweep("cases.continue_waiting") as sweep:
        sweep.handled, sweep.failed = operations.continue_waiting(at=timezone.now())


@shared_task(name="cases.close_due_notices")
def close_due_notices(**_options: object) -> None:
    with record_sweep("cases.close_due_notices") as sweep:
        closing = operations.close_due_notices(at=timezone.now())
        sweep.handled = closing.approved + closing.sent_back
        sweep.failed = closing.failed
