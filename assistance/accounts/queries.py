"""Questions about the calendar, about who answers for which place, and about who gets in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from assistance.accounts.calendar import WorkCalendar
from assistance.accounts.models import (
    Agency,
    AgencyArea,
    Alarm,
    CalendarDay,
    CalendarYear,
    Division,
    EntryRules,
    RoleRule,
    SecondFactor,
    Substitution,
    User,
    UserChange,
    UserSession,
    WrongTry,
)
from assistance.accounts.roles import SECOND_FACTOR, Role

# From October on the next year's calendar should be there: the State Council publishes it in autumn.
NEXT_YEAR_FROM_MONTH = 10


def holding(role: Role, *, on: date) -> Q:
    """Users who hold the role that day, for good or for somebody absent; no user comes twice."""
    own = User.groups.through.objects.filter(user=OuterRef("pk"), group__name=role.value)
    lent = Substitution.objects.in_force(on).filter(substitute=OuterRef("pk"), role=role)
    return Q(Exists(own)) | Q(Exists(lent))


def lenders(user: User, role: Role, *, on: date) -> list[int]:
    """Whom he stands in for in this role that day."""
    lent = Substitution.objects.in_force(on).filter(substitute=user, role=role)
    return list(lent.values_list("absent", flat=True))


def work_calendar() -> WorkCalendar:
    """The whole calendar in one query (some forty rows a year), to ask many times."""
    rest: set[date] = set()
    work: set[date] = set()
    for day, is_workday in CalendarDay.objects.values_list("day", "is_workday"):
        (work if is_workday else rest).add(day)
    return WorkCalendar(frozenset(rest), frozenset(work))


def is_workday(day: date) -> bool:
    """Whether offices work on `day`. A year that was not entered follows its weekdays."""
    return work_calendar().is_workday(day)


def next_workday(day: date) -> date:
    """`day` itself, or the first working day after it."""
    return work_calendar().next_workday(day)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day`; `day` itself when n is 0."""
    return work_calendar().add_working_days(day, n)


def working_days_between(a: date, b: date) -> int:
    """Working days after `a` up to and including `b`; negative when `b` is before `a`."""
    return work_calendar().working_days_between(a, b)


def calendar_exceptions(first: date, last: date) -> tuple[list[date], list[date]]:
    """The rest days and the working days entered between two days, both included, in order."""
    rows = CalendarDay.objects.filter(day__range=(first, last)).order_by("day")
    days = list(rows.values_list("day", "is_workday"))
    return [day for day, works in days if not works], [day for day, works in days if works]


def missing_calendar_years(today: date) -> list[int]:
    """Years that should be in the calendar and are not: this one and, from October on, the next."""
    wanted = [today.year]
    if today.month >= NEXT_YEAR_FROM_MONTH:
        wanted.append(today.year + 1)
    known = set(CalendarYear.objects.filter(year__in=wanted).values_list("year", flat=True))
    return [year for year in wanted if year not in known]


def agency_for(division: Division) -> Agency | None:
    """The agency that answers for a place: the nearest division upwards with an agency decides."""
    chain: list[int] = []
    place: Division | None = division
    while place is not None:
        chain.append(place.pk)
        place = place.parent
    areas = AgencyArea.objects.filter(division__in=chain).select_related("agency")
    nearest = min(areas, key=lambda area: chain.index(area.division_id), default=None)
    return nearest.agency if nearest else None


def townships_of(agency: Agency) -> QuerySet[Division]:
    """The townships an agency answers for, by code.

    A county without townships (龙港) stands for itself.
    """
    below = Division.objects.filter(parent=OuterRef("pk"))
    places = Division.objects.annotate(
        agency_in_charge=Coalesce(
            "agency_area__agency_id",
            "parent__agency_area__agency_id",
            "parent__parent__agency_area__agency_id",
            "parent__parent__parent__agency_area__agency_id",
        )
    )
    return places.filter(
        Q(level=Division.Level.TOWNSHIP) | Q(level=Division.Level.COUNTY) & ~Exists(below),
        agency_in_charge=agency.pk,
    ).order_by("code")


def agencies_with_those_below(agency_id: int) -> frozenset[int]:
    """The agency and all agencies it directs, at any depth."""
    children: dict[int, list[int]] = {}
    for pk, parent_id in Agency.objects.values_list("pk", "parent_id"):
        if parent_id is not None:
            children.setdefault(parent_id, []).append(pk)
    found: set[int] = set()
    waiting = [agency_id]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children.get(pk, []))
    return frozenset(found)


def entry_rules() -> EntryRules:
    """The rules of entry; where nobody entered any, their defaults."""
    return EntryRules.objects.first() or EntryRules()


def has_second_factor(user: User) -> bool:
    """Whether the user has set a second factor up: then every log-in asks for it."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def needs_second_factor(user: User) -> bool:
    """Whether one of the user's roles requires a second factor. The demo requires none."""
    if not settings.SECOND_FACTOR:
        return False
    said = dict(RoleRule.objects.values_list("role", "second_factor"))
    return any(said.get(role, role in SECOND_FACTOR) for role in user.roles)


def happened_since(user: User, moment: datetime) -> tuple[list[UserChange], int]:
    """What others did to the account, oldest first, and how many wrong tries there were under its name."""
    changes = user.changes.filter(at__gt=moment).exclude(by=user).order_by("id")
    wrong = WrongTry.objects.filter(username=user.username, attempt_time__gt=moment)
    return list(changes), wrong.count()


def alarms_since(user: User, moment: datetime) -> int:
    """How many alarms rang since, for the security officer and the auditor; for anybody else none."""
    if not user.has_role(Role.SECURITY_OFFICER, Role.AUDITOR):
        return 0
    return Alarm.objects.filter(at__gt=moment).count()


def sessions_of(user: User) -> QuerySet[UserSession]:
    """The user's open sessions, the latest first."""
    rows = UserSession.objects.filter(user=user, expire_date__gt=timezone.now())
    return rows.order_by("-seen_at", "session_key")


def dormant_users(*, at: datetime) -> QuerySet[User]:
    """Active accounts that nobody has logged in to for as long as the rules say."""
    since = at - timedelta(days=entry_rules().dormant_days)
    last = Coalesce("last_login", "date_joined")
    return User.objects.filter(is_active=True).alias(last_used=last).filter(last_used__lt=since)
