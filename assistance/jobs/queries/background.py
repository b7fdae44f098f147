"""Long work as people see it: whose, how far, how fast, how much longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.jobs.models import BackgroundJob, ListExport

State = BackgroundJob.State


class Pace(NamedTuple):
    """`per_second` is None before anything is done, `left` when the end cannot be foreseen."""

    percent: int | None
    per_second: float | None
    left: timedelta | None


def jobs_visible_to(user: User) -> QuerySet[BackgroundJob]:
    """A person's own jobs and, for roles of an agency, those of the agencies he sees."""
    jobs = BackgroundJob.objects.select_related("owner", "agency")
    own = Q(owner=user) if user.is_active else Q(pk__in=())
    in_scope = scope_of(user).filter(BackgroundJob.objects.all(), township=None)
    return jobs.filter(own | Q(pk__in=in_scope.order_by().values("pk"))).order_by("-id")


def exports_visible_to(user: User) -> QuerySet[ListExport]:
    """A person's own lists, whatever his roles: nobody fetches what another has taken out."""
    rows = ListExport.objects.select_related("file").filter(made_at__isnull=False)
    return rows.filter(owner=user) if user.is_active else rows.none()


def latest_job(target: int, *kinds: str) -> BackgroundJob | None:
    """The newest job of these kinds that was done to `target`."""
    jobs = BackgroundJob.objects.filter(kind__in=kinds, target=target)
    return jobs.select_related("owner").order_by("-id").first()


def pace(job: BackgroundJob, now: datetime) -> Pace:
    """How far and how fast a job is; of a finished one, how fast it was."""
    percent = min(100 * job.done // job.total, 100) if job.total else None
    if job.started_at is None or not job.done:
        return Pace(percent, None, None)
    seconds = ((job.finished_at or now) - job.started_at).total_seconds()
    if seconds <= 0:
        return Pace(percent, None, None)
    per_second = job.done / seconds
    left = None
    if job.state == State.RUNNING and job.total > job.done:
        left = timedelta(seconds=round((job.total - job.done) / per_second))
    return Pace(percent, per_second, left)
