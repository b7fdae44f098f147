from __future__ import annotations

from django.db.models import QuerySet

from assistance.accounts.models import User
from assistance.registry.models import AccessLog
from assistance.trail.models import ChainCheck
from assistance.trail.permissions import may_read_trail


def accesses_visible_to(user: User) -> QuerySet[AccessLog]:
    """The whole access log for who reads the trail; nothing for anybody else."""
    return AccessLog.objects.all() if may_read_trail(user) else AccessLog.objects.none()


def checks_visible_to(user: User) -> QuerySet[ChainCheck]:
    """Newest first."""
    rows = ChainCheck.objects.order_by("-id")
    return rows if may_read_trail(user) else rows.none()
