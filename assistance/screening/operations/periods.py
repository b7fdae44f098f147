"""Which lists there should be by now. The rows know what is due; the clock only wakes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from assistance.screening.models import Period
from assistance.screening.queries.due import unwritten_periods
from assistance.screening.queries.late import overdue
from assistance.screening.queries.sources import Source, incomplete, sources_of
from assistance.screening.states import PeriodState


@transaction.atomic
def write_periods(on: date) -> int:
    """Write the periods that should exist up to `on`, those of missed days included; how many were new.

    Twice, or twice at once, changes nothing.
    """
    known = Period.objects.count()
    Period.objects.bulk_create(unwritten_periods(on), ignore_conflicts=True, batch_size=2_000)
    open_periods()
    return Period.objects.count() - known


def open_periods() -> int:
    """The waiting periods whose sources are all signed complete become due; how many."""
    waiting = Period.objects.select_for_update(of=("self",)).filter(state=PeriodState.WAITING)
    sources: dict[int, list[Source]] = {}
    opened = []
    for period in waiting.select_related("agency").order_by("id"):
        if period.agency_id not in sources:
            sources[period.agency_id] = sources_of(period.agency)
        if not incomplete(sources[period.agency_id], period.last_day):
            opened.append(period.pk)
    return Period.objects.filter(pk__in=opened).update(state=PeriodState.DUE)


@transaction.atomic
def raise_alarms(*, at: datetime) -> int:
    """Note of every list that is late that a person is told. How many are new; it stays until it is drawn up."""
    return overdue(localdate(at)).filter(alarmed_at=None).update(alarmed_at=at)
