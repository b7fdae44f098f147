"""Lists that should be there and are not."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.screening.models import Period
from assistance.screening.permissions import LIST_RUNNERS
from assistance.screening.queries.runs import periods_visible_to
from assistance.screening.states import ListKind, PeriodState

# A bottom-line list waits for the data of others until this day of its month; then a person is told.
PATIENCE = timedelta(days=9)


def overdue(today: date) -> QuerySet[Period]:
    """Lists not drawn up in time: a month's on the day after it was due, a quarter's on the tenth."""
    quarterly = Q(kind=ListKind.BOTTOM_LINE)
    late = ~quarterly & Q(due_on__lt=today) | quarterly & Q(due_on__lte=today - PATIENCE)
    return Period.objects.filter(late).exclude(state=PeriodState.DONE)


def late_periods() -> QuerySet[Period]:
    """Lists that are overdue or failed, and are still not drawn up; the oldest first. They show by
    themselves, also while no clock runs that would raise the alarm."""
    told = Period.objects.filter(alarmed_at__isnull=False).exclude(state=PeriodState.DONE)
    rows = told | overdue(localdate())
    return rows.select_related("agency").order_by("due_on", "id")


def is_late(period: Period, today: date) -> bool:
    """As `late_periods`, of a row at hand."""
    if period.state == PeriodState.DONE:
        return False
    grace = PATIENCE if period.kind == ListKind.BOTTOM_LINE else timedelta(days=1)
    return period.alarmed_at is not None or period.due_on + grace <= today


def late_for(user: User) -> QuerySet[Period]:
    """Those of the user's agencies, for whoever has lists drawn up."""
    if not user.has_role(*LIST_RUNNERS):
        return Period.objects.none()
    return late_periods().filter(pk__in=periods_visible_to(user).order_by().values("pk"))
