"""What of the pushes waits for somebody, on his workbench."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.screening.permissions import FOLLOWING, office_of
from assistance.screening.queries import (
    hand_outs_visible_to,
    prospects_visible_to,
    pushes_visible_to,
)
from assistance.screening.queries.pushes import unanswered
from assistance.screening.states import TO_PHONE, HandOutState

CALLING = (Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK)


def desk_tiles(user: User) -> dict[str, Any]:
    """Of a partner: how many people wait for his office's answer."""
    office = office_of(user)
    if office is None:
        return {}
    late = Q(due_on__lt=localdate())
    counts = (
        unanswered(pushes_visible_to(user))
        .order_by()
        .aggregate(
            waiting=Count("id"),
            overdue=Count("id", late),
            reminded=Count("id", Q(reminded_at__isnull=False)),
        )
    )
    return {"desk": {"office": office, **counts}}


def follow_tiles(user: User) -> dict[str, int]:
    """Of reviewers: partners that are late and files to hand over; of clerks: people to phone."""
    counts: dict[str, int] = {}
    if user.has_role(*FOLLOWING):
        late = unanswered(pushes_visible_to(user)).filter(escalated_at__isnull=False)
        on_the_way = [HandOutState.READY, HandOutState.CLAIMED]
        counts["late_partners"] = late.count()
        counts["files_to_hand_over"] = (
            hand_outs_visible_to(user).filter(state__in=on_the_way).count()
        )
    if user.has_role(*CALLING):
        due = Q(call_again_on__isnull=True) | Q(call_again_on__lte=localdate())
        rows = prospects_visible_to(user).filter(due, state__in=sorted(TO_PHONE))
        counts["to_phone"] = rows.count()
    return counts
