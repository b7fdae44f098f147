from __future__ import annotations

from collections.abc import Mapping

from celery import shared_task
from django.utils import timezone

from assistance.jobs.operations import Executor, record_sweep, run_due_jobs
from assistance.registry.operations import lists

EXECUTORS: Mapping[str, Executor] = {
    "registry.preview_list": lists.preview,
    "registry.apply_list": lists.carry_out,
}


@shared_task(name="registry.do_list_jobs")
def do_list_jobs(**_options: object) -> None:
    with record_sweep("registry.do_list_jobs") as sweep:
        sweep.handled, sweep.failed = run_due_jobs(EXECUTORS)


@shared_task(name="registry.purge_lists")
def purge_lists(**_options: object) -> None:
    with record_sweep("registry.purge_lists") as sweep:
        sweep.handled = lists.purge_lists(at=timezone.now())
