"""Lists that should be there and are not."""

from __future__ import annotations

from django.db.models import QuerySet

from assistance.accounts.models import User
from assistance.screening.models import Period
from assistance.screening.permissions import LIST_RUNNERS
from assistance.screening.queries.runs import periods_visible_to
from assistance.screening.states import PeriodState


def late_periods() -> QuerySet[Period]:
    """Periods about which a person was told, and whose list is still not drawn up; the oldest first."""
    rows = Period.objects.filter(alarmed_at__isnull=False).exclude(state=PeriodState.DONE)
    return rows.select_related("agency").order_by("due_on", "id")


def late_for(user: User) -> QuerySet[Period]:
    """Those of the user's agencies, for whoever has lists drawn up."""
    if not user.has_role(*LIST_RUNNERS):
        return Period.objects.none()
    return late_periods().filter(pk__in=periods_visible_to(user).order_by().values("pk"))
