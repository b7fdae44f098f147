"""Queueing, claiming and stopping long work."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from assistance.accounts.models import Agency, User
from assistance.jobs.models import BackgroundJob
from assistance.jobs.permissions import check_may_cancel
from assistance.shared.errors import Refused

LEASE = timedelta(seconds=60)
# Work that took its worker down with it so often is not tried again.
MOST_ATTEMPTS = 3
State = BackgroundJob.State
logger = logging.getLogger(__name__)


@transaction.atomic
def queue_job(
    kind: str,
    *,
    target: int,
    subject: str,
    filename: str = "",
    agency: Agency | None,
    actor: User | None,
    at: datetime,
    task: str,
) -> BackgroundJob:
    """Put long work into the queue and wake the `task` that does this kind, after the commit.

    Work of the same kind on the same target that is still waiting is returned instead; running work
    is refused. Belongs in the transaction that prepares the work.
    """
    live = BackgroundJob.objects.select_for_update().filter(kind=kind, target=target)
    job = live.filter(state__in=[State.QUEUED, State.RUNNING]).first()
    if job is not None and job.state == State.RUNNING:
        raise Refused(_("This work is already running."))
    if job is None:
        job = BackgroundJob.objects.create(
            kind=kind,
            target=target,
            subject=subject,
            filename=filename,
            agency=agency,
            owner=actor,
            queued_at=at,
        )
    wake(task)
    return job


def wake(task: str) -> None:
    """Send the task once the transaction is committed. A lost message delays: the sweep finds the row."""

    def send() -> None:
        try:
            current_app.send_task(task, retry=False)
        except (BrokerError, OSError):
            logger.warning("The broker did not take %s; the sweep will do it.", task)

    transaction.on_commit(send)


@transaction.atomic
def claim_job(kinds: Collection[str], *, worker: str, at: datetime) -> BackgroundJob | None:
    """Take the oldest job that waits, or whose worker let its lease run out; None when there is none.

    Of two workers at once each gets another one. A job that ended its worker three times is failed.
    """
    while (job := _next_due(kinds, at)) is not None:
        if job.attempts >= MOST_ATTEMPTS:
            _give_up(job, at)
        elif job.cancel_asked_at is not None:
            _cancelled(job, at)
        else:
            return _claimed(job, worker, at)
    return None


def _next_due(kinds: Collection[str], at: datetime) -> BackgroundJob | None:
    """One row alone is locked: the others are for other workers."""
    due = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=at)
    waiting = BackgroundJob.objects.filter(due, kind__in=kinds).order_by("id")
    return waiting.select_for_update(skip_locked=True, of=("self",)).first()


def _claimed(job: BackgroundJob, worker: str, at: datetime) -> BackgroundJob:
    job.state, job.worker = State.RUNNING, worker
    job.started_at, job.lease_until = at, at + LEASE
    job.attempts += 1
    job.done = 0
    fields = ["state", "worker", "started_at", "lease_until", "attempts", "done"]
    job.save(update_fields=fields)
    return job


@transaction.atomic
def cancel_job(job: BackgroundJob, *, actor: User, at: datetime) -> BackgroundJob:
    """Stop work: at once while it waits, at its next step while it runs. Nothing of it stays.

    Raises NotAllowed, or Refused once it is finished.
    """
    job = BackgroundJob.objects.select_for_update().get(pk=job.pk)
    check_may_cancel(actor, job)
    if not job.is_live:
        raise Refused(_("This work is already finished."))
    job.cancel_asked_at, job.cancel_asked_by = at, actor
    job.save(update_fields=["cancel_asked_at", "cancel_asked_by"])
    if job.state == State.QUEUED:
        _cancelled(job, at)
    return job


def _cancelled(job: BackgroundJob, at: datetime) -> None:
    job.state, job.finished_at = State.CANCELLED, at
    job.message = _("Stopped before anything was changed.")
    job.save(update_fields=["state", "finished_at", "message"])


def _give_up(job: BackgroundJob, at: datetime) -> None:
    job.state, job.finished_at = State.FAILED, at
    job.message = _("The worker broke off %(times)d times. Tell the administrator.") % {
        "times": job.attempts
    }
    job.save(update_fields=["state", "finished_at", "message"])
