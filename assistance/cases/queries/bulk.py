from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from assistance.accounts.models import User
from assistance.cases.models import BulkRow, BulkRun
from assistance.cases.permissions import BULK_ROLES

Outcome = BulkRow.Outcome


def bulk_runs_visible_to(user: User) -> QuerySet[BulkRun]:
    """One's own runs with their counts, newest first."""
    counts = {name: Count("rows", Q(rows__outcome=Outcome(name))) for name in Outcome.values}
    runs = BulkRun.objects.select_related("by", "batch", "reviewer").annotate(**counts)
    return runs.filter(by=user).order_by("-id")


def bulk_kinds_for(user: User) -> list[BulkRun.Kind]:
    """The steps the user's roles may take for many at once."""
    return [kind for kind, roles in BULK_ROLES.items() if user.has_role(*roles)]
