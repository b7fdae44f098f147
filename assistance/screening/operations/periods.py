"""Which lists there should be by now. The rows know what is due; the clock only wakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from assistance.calculation import Duty, Pack, list_duty, quarter
from assistance.calculation.dates import add_months, month_end
from assistance.policies.queries import NoPolicy, pack_of
from assistance.screening.models import ListOffice, Period
from assistance.screening.queries import document_of, missing_sources, threshold_of
from assistance.screening.rules import PROGRAMME_OF, kinds_of
from assistance.screening.states import ListKind, PeriodState

# A bottom-line list waits for the data of others until this day of its month; then a person is told.
PATIENCE = timedelta(days=9)
ONE_DAY = timedelta(days=1)


@transaction.atomic
def write_periods(on: date) -> int:
    """Write the periods that should exist up to `on`, those of missed days included; how many were new.

    A month's lists are due on the first day after it; the quarter's in April, July, October and January, for
    the first time when a whole year to date lies under the document (B-17). Twice changes nothing.
    """
    wanted = [
        period
        for office in ListOffice.objects.select_related("agency").order_by("id")
        for month in _months(office.since, on)
        for period in _of_month(office, month)
    ]
    known = Period.objects.count()
    Period.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=2_000)
    open_periods()
    return Period.objects.count() - known


def open_periods() -> int:
    """The waiting periods whose sources are all signed complete become due; how many."""
    waiting = Period.objects.select_for_update(of=("self",)).filter(state=PeriodState.WAITING)
    opened = [
        period.pk
        for period in waiting.select_related("agency").order_by("id")
        if not missing_sources(period)
    ]
    return Period.objects.filter(pk__in=opened).update(state=PeriodState.DUE)


@transaction.atomic
def raise_alarms(*, at: datetime) -> int:
    """Tell a person of every list that is late: a month's on the day after it was due, a quarter's on the
    tenth. How many alarms are new; one that was raised stays until the list is drawn up."""
    today = localdate(at)
    open_rows = Period.objects.exclude(state=PeriodState.DONE).filter(alarmed_at=None)
    monthly = open_rows.exclude(kind=ListKind.BOTTOM_LINE).filter(due_on__lt=today)
    quarterly = open_rows.filter(kind=ListKind.BOTTOM_LINE, due_on__lte=today - PATIENCE)
    return monthly.update(alarmed_at=at) + quarterly.update(alarmed_at=at)


def _months(first: date, on: date) -> Iterator[date]:
    """The last days of the months that have ended before `on`, from that of `first`."""
    month = month_end(first.year, first.month)
    while month < on:
        yield month
        following = add_months(month.replace(day=1), 1)
        month = month_end(following.year, following.month)


def _of_month(office: ListOffice, last_day: date) -> Iterator[Period]:
    try:
        version = document_of(office.agency, last_day)
    except NoPolicy:
        return
    pack, due_on = pack_of(version), last_day + ONE_DAY
    for kind in kinds_of(pack):
        start = pack.start_of(PROGRAMME_OF[kind])
        if start is None or start.first_day > last_day:
            continue
        if kind == ListKind.BOTTOM_LINE:
            yield from _of_quarter(office, pack, due_on)
        elif kind != ListKind.ALARM or threshold_of(office.agency, last_day) is not None:
            yield Period(
                agency=office.agency,
                kind=kind,
                year=last_day.year,
                number=last_day.month,
                last_day=last_day,
                due_on=due_on,
            )


def _of_quarter(office: ListOffice, pack: Pack, due_on: date) -> Iterator[Period]:
    """The duty of the month decides; its list waits for the data of its sources."""
    duties = list_duty(due_on.year, due_on.month, sharing_live=True, pack=pack)
    if Duty.QUARTERLY_BOTTOM_LINE_LIST not in duties:
        return
    found = quarter(due_on, pack)
    yield Period(
        agency=office.agency,
        kind=ListKind.BOTTOM_LINE,
        year=found.year,
        number=found.number,
        last_day=found.end,
        due_on=due_on,
        state=PeriodState.WAITING,
    )
