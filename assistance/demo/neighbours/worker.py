"""What a worker would have done by now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assistance.demo.monthly import Quiet
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Executor, claim_job


def work(executors: Mapping[str, Executor], at: datetime) -> None:
    """Do the one job that was queued a moment ago."""
    job = claim_job(executors.keys(), worker="demo", at=at)
    assert job is not None, "it was queued a moment ago"
    outcome = executors[job.kind](job, Quiet())
    job.state, job.message, job.result = BackgroundJob.State.DONE, outcome.message, outcome.result
    job.finished_at, job.lease_until = at, None
    job.save()
