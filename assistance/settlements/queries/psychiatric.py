from __future__ import annotations

from django.db.models import QuerySet

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.permissions import LIST_READERS
from assistance.settlements.models import PsychiatricMark


def marks_visible_to(user: User) -> QuerySet[PsychiatricMark]:
    """Marked bills of the people in the user's scope that have not been reversed, the newest first."""
    rows = PsychiatricMark.objects.select_related(
        "settlement__person__township", "settlement__difference_decision", "decided_by"
    )
    rows = rows.filter(settlement__reversed_by__isnull=True)
    if not user.has_role(*LIST_READERS):
        return rows.none()
    where = {"agency": "settlement__person__agency", "township": "settlement__person__township"}
    return scope_of(user).filter(rows, **where).order_by("-id")
