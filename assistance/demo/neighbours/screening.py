"""The lists a neighbour has drawn up month after month, by the operations of the product."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from assistance.accounts.models import Agency, User
from assistance.demo.days import moment
from assistance.demo.monthly import Quiet
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import claim_job
from assistance.screening.models import LargeCostThreshold, ListOffice, Period
from assistance.screening.operations import sign_sources, start_run, write_periods
from assistance.screening.states import PeriodState
from assistance.screening.tasks import EXECUTORS

WARNED_FROM = Decimal("20000.00")
DECISION = "本地大额费用预警标准（演示）"


def draw_up_lists(
    agency: Agency, city: str, reviewer: User, *, since: date, today: date, at: datetime
) -> int:
    """Every list that was due until today, each on its day; the quarters once their sources are signed.

    The newest quarter still waits for its sources. How many were drawn up.
    """
    ListOffice.objects.get_or_create(agency=agency, defaults={"city": city, "since": since})
    LargeCostThreshold.objects.create(
        agency=agency, first_day=since, amount=WARNED_FROM, decision=DECISION, by=None, at=at
    )
    write_periods(today)
    mine = Period.objects.filter(agency=agency)
    newest = mine.filter(state=PeriodState.WAITING).order_by("last_day").last()
    for period in mine.exclude(state=PeriodState.DONE).order_by("due_on", "id"):
        on = moment(min(period.due_on, today), 6, 5)
        if period.state == PeriodState.WAITING:
            if period == newest:
                continue
            on = moment(min(period.due_on + timedelta(days=6), today), 6, 5)
            sign_sources(agency, complete_to=period.last_day, actor=reviewer, at=on)
        start_run(period, actor=None, at=on)
        _work(on)
    return mine.filter(state=PeriodState.DONE).count()


def _work(at: datetime) -> None:
    """What a worker would have done by now."""
    job = claim_job(EXECUTORS.keys(), worker="demo", at=at)
    assert job is not None, "it was queued a moment ago"
    outcome = EXECUTORS[job.kind](job, Quiet())
    job.state, job.message, job.result = BackgroundJob.State.DONE, outcome.message, outcome.result
    job.finished_at, job.lease_until = at, None
    job.save()
