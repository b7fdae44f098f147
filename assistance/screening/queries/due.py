"""Which lists there should be by a day, from the documents and decisions in force then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from assistance.accounts.models import Agency
from assistance.calculation import Duty, Pack, list_duty, quarter
from assistance.calculation.dates import add_months, month_end
from assistance.policies.queries import pack_of
from assistance.screening.models import LargeCostThreshold, ListOffice, Period
from assistance.screening.queries.documents import released
from assistance.screening.rules import PROGRAMME_OF, kinds_of
from assistance.screening.states import ListKind, PeriodState

ONE_DAY = timedelta(days=1)


def unwritten_periods(on: date, *, agencies: Collection[int] | None = None) -> list[Period]:
    """The periods, not saved, that should exist up to `on` and do not, of these agencies or of all; a handful
    of queries.

    A month's lists are due on the first day after it; the quarter's in April, July, October and January, for
    the first time when a whole year to date lies under the document (B-17). Documents and thresholds that come
    into force late bring the months they hold for.
    """
    offices, written = ListOffice.objects.select_related("agency"), Period.objects.all()
    if agencies is not None:
        offices, written = offices.filter(agency__in=agencies), written.filter(agency__in=agencies)
    known = set(written.values_list("agency", "kind", "year", "number"))
    documents, thresholds = released(), _thresholds()
    found = []
    for office in offices.order_by("id"):
        decided = thresholds.get(office.agency_id)
        for month in _months(office.since, on):
            version = documents.of(office, month)
            if version is not None:
                wanted = _of_month(office.agency, pack_of(version), month, decided)
                found += [period for period in wanted if _key(period) not in known]
    return found


def _key(period: Period) -> tuple[int, str, int, int]:
    return period.agency_id, period.kind, period.year, period.number


def _thresholds() -> Mapping[int, date]:
    """From which day on each agency has decided where large costs begin."""
    first: dict[int, date] = defaultdict(lambda: date.max)
    for agency, day in LargeCostThreshold.objects.values_list("agency", "first_day"):
        first[agency] = min(first[agency], day)
    return dict(first)


def _months(first: date, on: date) -> Iterator[date]:
    """The last days of the months that have ended before `on`, from that of `first`."""
    month = month_end(first.year, first.month)
    while month < on:
        yield month
        following = add_months(month.replace(day=1), 1)
        month = month_end(following.year, following.month)


def _of_month(agency: Agency, pack: Pack, last_day: date, decided: date | None) -> Iterator[Period]:
    due_on = last_day + ONE_DAY
    for kind in kinds_of(pack):
        start = pack.start_of(PROGRAMME_OF[kind])
        if start is None or start.first_day > last_day:
            continue
        if kind == ListKind.BOTTOM_LINE:
            yield from _of_quarter(agency, pack, due_on)
        elif kind != ListKind.ALARM or (decided is not None and decided <= last_day):
            yield Period(
                agency=agency,
                kind=kind,
                year=last_day.year,
                number=last_day.month,
                last_day=last_day,
                due_on=due_on,
            )


def _of_quarter(agency: Agency, pack: Pack, due_on: date) -> Iterator[Period]:
    """The duty of the month decides; its list waits for the data of its sources."""
    duties = list_duty(due_on.year, due_on.month, sharing_live=True, pack=pack)
    if Duty.QUARTERLY_BOTTOM_LINE_LIST not in duties:
        return
    found = quarter(due_on, pack)
    yield Period(
        agency=agency,
        kind=ListKind.BOTTOM_LINE,
        year=found.year,
        number=found.number,
        last_day=found.end,
        due_on=due_on,
        state=PeriodState.WAITING,
    )
