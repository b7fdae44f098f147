from __future__ import annotations

from collections.abc import Mapping

from celery import shared_task

from assistance.jobs.operations import EXPORT, Executor, record_sweep, run_due_jobs
from assistance.web.lists import later

EXECUTORS: Mapping[str, Executor] = {EXPORT: later.make}


@shared_task(name="web.do_exports")
def do_exports(**_options: object) -> None:
    with record_sweep("web.do_exports") as sweep:
        sweep.handled, sweep.failed = run_due_jobs(EXECUTORS)
