"""The tasks of apps that stand left of this one, where sweeps are recorded."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assistance.accounts.operations import deactivate_dormant
from assistance.files import operations as files
from assistance.jobs.operations import purge_exports, record_sweep


@shared_task(name="files.sweep_orphans")
def sweep_orphaned_papers(**_options: object) -> None:
    with record_sweep("files.sweep_orphans") as sweep:
        swept = files.sweep_orphans(at=timezone.now())
        sweep.handled = swept.removed
        sweep.failed = swept.failed


@shared_task(name="jobs.purge_exports")
def purge_kept_exports(**_options: object) -> None:
    with record_sweep("jobs.purge_exports") as sweep:
        sweep.handled = purge_exports(at=timezone.now())


@shared_task(name="accounts.deactivate_dormant")
def deactivate_dormant_accounts(**_options: object) -> None:
    with record_sweep("accounts.deactivate_dormant") as sweep:
        sweep.handled = deactivate_dormant(at=timezone.now())
