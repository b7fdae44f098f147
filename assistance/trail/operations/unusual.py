"""Looking through the access log of a day for what ordinary work does not look like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import make_aware

from assistance.accounts.models import Alarm, User
from assistance.accounts.operations import ring
from assistance.registry.models import AccessLog

# Compared with so many days before; a handful is never far more than usual.
COMPARED_DAYS = 30
AT_LEAST, TIMES = 50, 3
# Nobody has to be at the office then; one late look is none of anybody's business.
NIGHT_BEGINS, NIGHT_ENDS, AT_NIGHT = 22, 6, 10


@transaction.atomic
def mark_unusual(on: date, *, at: datetime) -> int:
    """Ring for every user who looked at or took out far more that day than on any of the thirty before, or by night.

    Far more: fifty of a kind at least, and more than three times the most so far. A day is marked once, however
    often it is looked through; returns how many alarms rang.
    """
    rung = 0
    for kind, user, subject in [*_far_more(on), *_by_night(on)]:
        said = f"{on:%Y-%m-%d}: {subject}"
        if not Alarm.objects.filter(kind=kind, user=user, subject=said).exists():
            ring(kind, user=user, subject=said, at=at)
            rung += 1
    return rung


def _far_more(on: date) -> Iterator[tuple[Alarm.Kind, User, str]]:
    first = on - timedelta(days=COMPARED_DAYS)
    rows = AccessLog.objects.filter(at__gte=_midnight(first), at__lt=_midnight(on, 1))
    counts = rows.annotate(day=TruncDate("at")).values_list("user", "kind", "day")
    of_day: dict[tuple[int, str], int] = {}
    most: dict[tuple[int, str], int] = defaultdict(int)
    for user, kind, day, count in counts.annotate(n=Count("pk")).order_by():
        if day == on:
            of_day[user, kind] = count
        else:
            most[user, kind] = max(most[user, kind], count)
    found = {
        key: count
        for key, count in sorted(of_day.items())
        if count >= AT_LEAST and count > TIMES * most[key]
    }
    users = User.objects.in_bulk({user for user, _kind in found})
    for (user, kind), count in found.items():
        yield Alarm.Kind.UNUSUAL, users[user], f"{AccessLog.Kind(kind).label} {count}"


def _by_night(on: date) -> Iterator[tuple[Alarm.Kind, User, str]]:
    night = Q(at__hour__gte=NIGHT_BEGINS) | Q(at__hour__lt=NIGHT_ENDS)
    rows = AccessLog.objects.filter(night, at__gte=_midnight(on), at__lt=_midnight(on, 1))
    counts = rows.values_list("user").annotate(n=Count("pk")).filter(n__gte=AT_NIGHT)
    found = dict(counts.order_by("user"))
    users = User.objects.in_bulk(found)
    for user, count in found.items():
        yield Alarm.Kind.NIGHT, users[user], str(count)


def _midnight(day: date, days_later: int = 0) -> datetime:
    return make_aware(datetime.combine(day + timedelta(days=days_later), time.min))
