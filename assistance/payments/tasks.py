from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import record_sweep
from assistance.payments import operations


@shared_task(name="payments.follow_deaths")
def follow_deaths(**_options: object) -> None:
    with record_sweep("payments.follow_deaths") as sweep:
        followed = operations.follow_deaths(at=timezone.now())
        sweep.handled = followed.held + followed.voided
