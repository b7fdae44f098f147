"""Doing the work that waits. Which function does a kind is told by the app that owns the kind."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations.background import claim_job
from assistance.jobs.operations.progress import Cancelled, LeaseLost, Progress, Tells
from assistance.shared.acting import acting
from assistance.shared.errors import Refused

State = BackgroundJob.State
LONGEST_MESSAGE = 400
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job says when it is done: a sentence, and figures for a program."""

    message: str
    result: dict[str, Any] = field(default_factory=dict)


# Takes the job and the means to tell its progress; commits everything or nothing, and may be called
# again for work that was committed before: then it only says what came out.
Executor = Callable[[BackgroundJob, Tells], Outcome]


def run_due_jobs(executors: Mapping[str, Executor]) -> tuple[int, int]:
    """Do every waiting job of these kinds, one after the other; how many went well and how many not."""
    done = failed = 0
    worker = f"{socket.gethostname()}:{os.getpid()}"
    while (job := claim_job(executors.keys(), worker=worker, at=timezone.now())) is not None:
        if run_job(job, executors[job.kind]):
            done += 1
        else:
            failed += 1
    return done, failed


def run_job(job: BackgroundJob, executor: Executor) -> bool:
    """Do a claimed job and write its end; whether it was done.

    A refusal is the reason of its failure. A lost database is left to the lease: the work is begun again.
    """
    progress = Progress(job)
    try:
        with progress, acting(user=job.owner_id, source=f"{job.kind} {job.pk}"):
            outcome = executor(job, progress)
    except Cancelled:
        return _finish(job, State.CANCELLED, _("Stopped before anything was changed."))
    except LeaseLost:
        logger.warning("Job %s went to another worker.", job.pk)
        return False
    except Refused as refusal:
        return _finish(job, State.FAILED, str(refusal))
    except (OperationalError, InterfaceError):
        logger.exception("Job %s lost the database and will be begun again.", job.pk)
        return False
    except Exception:
        logger.exception("Job %s failed.", job.pk)
        return _finish(job, State.FAILED, _("An error stopped the work. Nothing was changed."))
    return _finish(job, State.DONE, outcome.message, outcome.result)


def _finish(
    job: BackgroundJob, state: State, message: str, result: dict[str, Any] | None = None
) -> bool:
    """Only the worker that holds the claim writes the end."""
    held = BackgroundJob.objects.filter(
        pk=job.pk, state=State.RUNNING, worker=job.worker, attempts=job.attempts
    )
    written = held.update(
        state=state,
        message=message[:LONGEST_MESSAGE],
        result=result or {},
        finished_at=timezone.now(),
        lease_until=None,
    )
    return bool(written) and state == State.DONE
