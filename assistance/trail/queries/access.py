from __future__ import annotations

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from assistance.accounts.models import Alarm, Login, User, UserChange, WrongTry
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


def log_ins_visible_to(user: User) -> QuerySet[Login]:
    """Who came in when, from where, and when he left."""
    rows: QuerySet[Login] = Login.objects.all()
    return rows if may_read_trail(user) else rows.none()


def wrong_tries_visible_to(user: User) -> QuerySet[WrongTry]:
    """Every wrong password and code, also under names that nobody has; it outlasts the lock."""
    rows: QuerySet[WrongTry] = WrongTry.objects.all()
    return rows if may_read_trail(user) else rows.none()


def account_changes_visible_to(user: User) -> QuerySet[UserChange]:
    """What the officers and the owners did to accounts."""
    rows = UserChange.objects.all()
    return rows if may_read_trail(user) else rows.none()


def console_actions_visible_to(user: User) -> QuerySet[LogEntry]:
    """What the two other officers did in the console."""
    return LogEntry.objects.all() if may_read_trail(user) else LogEntry.objects.none()


def alarms_visible_to(user: User) -> QuerySet[Alarm]:
    """What rang: limits reached, locks, unusual access, a broken chain."""
    return Alarm.objects.all() if may_read_trail(user) else Alarm.objects.none()
