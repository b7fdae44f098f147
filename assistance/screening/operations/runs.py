"""Starting, stopping and ending the drawing-up of lists."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.calculation.results import ENGINE
from assistance.calculation.results import Refused as CannotCompute
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import cancel_job, queue_job
from assistance.jobs.queries import latest_job
from assistance.policies.models import PolicyVersion
from assistance.policies.wording import refusal
from assistance.screening.models import BottomLineList, ListRun, Period
from assistance.screening.permissions import check_may_run_lists
from assistance.screening.queries import document_of, latest_run, pack_for
from assistance.screening.rules import Rule, rule_of
from assistance.screening.states import PeriodState, RunKind, RunState
from assistance.shared.errors import Refused

KIND = "screening.list"
TASK = "screening.do_lists"
# A run that failed is tried again by the clock, but not at once.
TRY_AGAIN = timedelta(hours=20)
logger = logging.getLogger(__name__)


@transaction.atomic
def start_run(
    period: Period,
    *,
    kind: str = RunKind.REGULAR,
    actor: User | None,
    at: datetime,
    as_of: date | None = None,
    note: str = "",
) -> ListRun:
    """Queue the drawing-up of a period's list; `actor` None is the clock.

    A regular run is the period's one list, AGAIN replaces it, SUPPLEMENT adds those whom late data bring on it or give a higher cost,
    TRIAL leaves the period as it is and may be of any day of its year that is over. A period that waits for
    its sources needs a note of what lacks. Raises NotAllowed or Refused.
    """
    check_may_run_lists(actor, period.agency_id)
    period = (
        Period.objects.select_for_update(of=("self",)).select_related("agency").get(pk=period.pk)
    )
    as_of = as_of or period.last_day
    _check(period, kind, as_of, note, today=localdate(at))
    version, rule = rule_for(period, as_of)
    run = ListRun.objects.create(
        period=period,
        kind=kind,
        as_of=as_of,
        version=version,
        engine=ENGINE,
        parameters=rule.shown(),
        note=note,
        started_by=actor,
        started_at=at,
    )
    run.job = queue_job(
        KIND,
        target=run.pk,
        subject=str(period),
        agency=period.agency,
        actor=actor,
        at=at,
        task=TASK,
    )
    run.save(update_fields=["job"])
    return run


def rule_for(period: Period, as_of: date) -> tuple[PolicyVersion, Rule]:
    """The document in force on the day and what it asks; raises Refused where a value is missing."""
    version = document_of(period.agency, as_of)
    try:
        return version, rule_of(period.kind, pack_for(period.agency, version, as_of), as_of)
    except CannotCompute as refused:
        raise Refused("\n".join(refusal(one) for one in refused.refusals)) from None


def _check(period: Period, kind: str, as_of: date, note: str, *, today: date) -> None:
    if period.runs.filter(state=RunState.QUEUED).exists():
        raise Refused(_("This list is being drawn up already."))
    if as_of >= today:
        raise Refused(_("A list can be drawn up only as of a day that is over."))
    if kind == RunKind.TRIAL:
        if as_of.year != period.year:
            raise Refused(_("A trial is as of a day in the year of the list."))
    elif as_of != period.last_day:
        raise Refused(_("Only a trial may be as of another day than the last of the period."))
    elif kind == RunKind.REGULAR:
        _check_first(period, note)
    else:
        _check_further(period, kind, note)


def _check_first(period: Period, note: str) -> None:
    if latest_run(period) is not None:
        raise Refused(_("This list has been drawn up: draw it up again, giving the reason."))
    if period.state == PeriodState.WAITING and not note:
        raise Refused(_("The data of this list are not complete: say what lacks."))


def _check_further(period: Period, kind: str, note: str) -> None:
    if latest_run(period) is None:
        raise Refused(_("This list has not been drawn up yet."))
    sealed = BottomLineList.objects.filter(run__period=period, sealed_at__isnull=False)
    if kind == RunKind.AGAIN and sealed.exists():
        raise Refused(_("This list is sealed: late data come on a supplementary list."))
    if not note:
        raise Refused(_("Say why the list is drawn up again or supplemented."))


@transaction.atomic
def cancel_run(run: ListRun, *, actor: User, at: datetime) -> ListRun:
    """Stop a run: at once while it waits, at its next step while it works. Nothing of it stays.

    Raises NotAllowed, or Refused once it has ended. The clock does not start a stopped list anew.
    """
    check_may_run_lists(actor, run.period.agency_id)
    run = ListRun.objects.select_related("job").get(pk=run.pk)
    if run.job is None or run.state != RunState.QUEUED:
        raise Refused(_("This run has ended already."))
    # The lock of the job alone: that of the run is held by the worker until the list is drawn up.
    job = cancel_job(run.job, actor=actor, at=at)
    if not job.is_live:
        end_run(run.pk, RunState.CANCELLED, job.message, at=at)
    run.refresh_from_db()
    return run


def end_run(pk: int, state: RunState, message: str, *, at: datetime) -> int:
    """Write that a run ended without a list; how many rows that were: none if it had ended before.

    Of a regular list that failed a person is told at once.
    """
    waiting = ListRun.objects.filter(pk=pk, state=RunState.QUEUED)
    ended = waiting.update(state=state, message=message[:400], finished_at=at)
    if ended and state == RunState.FAILED:
        regular = Period.objects.filter(runs=pk, runs__kind=RunKind.REGULAR, alarmed_at=None)
        regular.update(alarmed_at=at)
    return ended


def close_given_up(*, at: datetime) -> int:
    """End the runs whose job is over while they still wait: stopped, or given up. How many."""
    closed = 0
    for run in ListRun.objects.filter(state=RunState.QUEUED).order_by("id"):
        job = latest_job(run.pk, KIND)
        if job is not None and not job.is_live:
            stopped = job.state == BackgroundJob.State.CANCELLED
            state = RunState.CANCELLED if stopped else RunState.FAILED
            closed += end_run(run.pk, state, job.message, at=at)
    return closed


def draw_up_due(*, at: datetime) -> int:
    """Queue a regular run for the earliest due period of every list of every agency; how many were queued.

    One list after the other, since each is compared with the one before. What was stopped by a person waits
    for a person; what failed is tried again the next day. Never two for one period.
    """
    queued = 0
    for period in _next_due(at):
        try:
            queued += _begin(period, at)
        except Refused as why:
            # It cannot even be begun: a person is told at once, and not every minute anew.
            logger.warning("The list of period %s cannot be begun: %s", period.pk, why)
            Period.objects.filter(pk=period.pk, alarmed_at=None).update(alarmed_at=at)
    return queued


@transaction.atomic
def _begin(period: Period, at: datetime) -> bool:
    """Whether this worker began it: of two that found it due, the other one sees here that it is not any more."""
    Period.objects.select_for_update().get(pk=period.pk)
    if not _may_begin(at).filter(pk=period.pk).exists():
        return False
    start_run(period, actor=None, at=at)
    return True


def _may_begin(at: datetime) -> QuerySet[Period]:
    runs = ListRun.objects.filter(period=OuterRef("pk"), kind=RunKind.REGULAR)
    stopped = runs.filter(state=RunState.CANCELLED)
    failed = runs.filter(state=RunState.FAILED, started_at__gt=at - TRY_AGAIN)
    beside = ListRun.objects.filter(
        period__agency=OuterRef("agency"), period__kind=OuterRef("kind"), state=RunState.QUEUED
    )
    due = Period.objects.filter(state=PeriodState.DUE, due_on__lte=localdate(at))
    return due.exclude(Exists(stopped) | Exists(failed) | Exists(beside))


def _next_due(at: datetime) -> list[Period]:
    first = _may_begin(at).order_by("agency", "kind", "due_on", "id").distinct("agency", "kind")
    return list(first.select_related("agency"))
