"""What waits for each clerk, what he got done, and how long it took him."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from assistance.accounts.models import Agency, Substitution, User
from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.accounts.scope import scope_of
from assistance.cases.models import Application, NoticeLine, Participation, StatusChange
from assistance.cases.queries.lists import QUEUES, given_to_a_reviewer, part_in_queue
from assistance.cases.states import FINISHED, State

DONE_DAYS = 30
Place = tuple[int, int, str]  # agency, township, state


@dataclass(frozen=True, slots=True)
class Load:
    """One person in one role. `open` and `overdue` wait for whoever holds the role there, him included,
    but not what is given to another reviewer."""

    name: str
    role: Role
    place: str
    open: int
    overdue: int
    done: int
    average: Decimal | None


@dataclass(frozen=True, slots=True)
class _Worker:
    user: User
    role: Role
    agency: Agency


@dataclass(slots=True)
class _Waiting:
    """Open and overdue cases by place and state, those given to a reviewer and to whom, and by person
    those he had another part in. Given cases are counted apart."""

    open: Counter[Place]
    overdue: Counter[Place]
    given: Counter[tuple[int, Place]]
    given_overdue: Counter[tuple[int, Place]]
    barred: Counter[tuple[int, str, Place]]
    barred_overdue: Counter[tuple[int, str, Place]]


def workload(user: User, *, today: date) -> list[Load]:
    """Everybody in the user's scope who works on cases, by place and name; eight queries for any number.

    Done counts the cases somebody moved on in the last 30 days; the average is of the working days that
    the stages he ended had taken in that stay.
    """
    waiting = _waiting(user, today)
    done = _done(user, today)
    lent = list(Substitution.objects.in_force(today))
    return [_load(worker, waiting, done, lent) for worker in _workers(user, lent)]


def _load(
    worker: _Worker,
    waiting: _Waiting,
    done: Mapping[int, tuple[int, Decimal | None]],
    lent: Sequence[Substitution],
) -> Load:
    user, role = worker.user, worker.role
    known = {*waiting.open, *(place for _who, place in waiting.given)}
    places = _places(role, worker.agency.pk, user.township_id, known)
    absent = {row.absent_id for row in lent if (row.substitute_id, row.role) == (user.pk, role)}
    his = {user.pk, *absent} if role == Role.REVIEWER else set()
    given = [(who, place) for who in his for place in places]
    others = [part for part in Participation.Part.values if part != part_in_queue(role)]
    barred = [(user.pk, part, place) for place in places for part in others]
    cases, average = done.get(user.pk, (0, None))
    return Load(
        name=user.full_name,
        role=role,
        place=user.township.name if user.township else worker.agency.name,
        open=_sum(waiting.open, places) + _sum(waiting.given, given) - _sum(waiting.barred, barred),
        overdue=_sum(waiting.overdue, places)
        + _sum(waiting.given_overdue, given)
        - _sum(waiting.barred_overdue, barred),
        done=cases,
        average=average,
    )


def _workers(user: User, lent: Sequence[Substitution]) -> list[_Worker]:
    """Whoever holds a role of the queues in the user's scope, for good or for somebody absent."""
    people = scope_of(user).filter(User.objects.filter(is_active=True))
    roles = [role.value for role in QUEUES]
    named = people.filter(groups__name__in=roles).values_list("pk", "groups__name")
    held = {(pk, Role(name)) for pk, name in named}
    held |= {(row.substitute_id, Role(row.role)) for row in lent if row.role in roles}
    rows = people.filter(pk__in={pk for pk, _role in held}).select_related("agency", "township")
    found = {row.pk: row for row in rows}
    workers = [
        _Worker(row, role, row.agency)
        for pk, role in held
        if (row := found.get(pk)) is not None and row.agency is not None
    ]
    return sorted(workers, key=_in_order)


def _in_order(worker: _Worker) -> tuple[str, bool, str, str, int, str]:
    user, township = worker.user, worker.user.township
    code = township.code if township else ""
    return worker.agency.code, township is None, code, user.full_name, user.pk, worker.role.value


def _waiting(user: User, today: date) -> _Waiting:
    cases = scope_of(user).filter(Application.objects.exclude(state__in=FINISHED)).order_by()
    on_notice = NoticeLine.objects.filter(
        application=OuterRef("pk"), outcome=NoticeLine.Outcome.OPEN
    )
    # Agreed and on a notice: that waits for time to pass, and for nobody.
    cases = cases.exclude(Q(Exists(on_notice), state=State.PUBLICITY))
    waiting = _Waiting(*(Counter() for _n in range(6)))
    late = Count(Case(When(deadline_on__lt=today, then=1)))
    place = ("agency", "township", "state")
    of_all = cases.exclude(given_to_a_reviewer())
    for *where, number, overdue in of_all.values_list(*place).annotate(
        number=Count("id"), late=late
    ):
        key = (where[0], where[1], where[2])
        waiting.open[key], waiting.overdue[key] = number, overdue
    for who, *where, number, overdue in (
        cases.filter(given_to_a_reviewer())
        .values_list("assigned_to", *place)
        .annotate(number=Count("id"), late=late)
    ):
        own = (who, (where[0], where[1], where[2]))
        waiting.given[own], waiting.given_overdue[own] = number, overdue
    for who, part, *where, number, overdue in _parts(cases, place, late, today):
        bar = (who, part, (where[0], where[1], where[2]))
        waiting.barred[bar], waiting.barred_overdue[bar] = number, overdue
    return waiting


def _parts(
    cases: QuerySet[Application], place: tuple[str, ...], late: Count, today: date
) -> Iterable[tuple[Any, ...]]:
    # What is given to another reviewer is not in his count in the first place, unless he stands in for him.
    stands_in = Substitution.objects.in_force(today).filter(
        absent=OuterRef("assigned_to"),
        substitute=OuterRef("participations__user"),
        role=Role.REVIEWER,
    )
    his = Q(assigned_to=F("participations__user")) | Q(Exists(stands_in))
    own = ~given_to_a_reviewer() | his
    rows = cases.filter(own, participations__isnull=False)
    return rows.values_list("participations__user", "participations__part", *place).annotate(
        number=Count("id"), late=late
    )


def _places(role: Role, agency: int, township: int | None, known: Iterable[Place]) -> list[Place]:
    """Where and in which stages cases wait for this role; an agreed case for its clerk, to go on a notice."""
    states = {*map(str, QUEUES[role])}
    if role == Role.TOWNSHIP_CLERK:
        states.add(str(State.PUBLICITY))
    return [
        place
        for place in known
        if place[0] == agency
        and place[2] in states
        and (role not in TOWNSHIP_ROLES or place[1] == township)
    ]


def _sum(counts: Counter[Any], keys: Iterable[object]) -> int:
    return sum(counts[key] for key in keys)


def _done(user: User, today: date) -> dict[int, tuple[int, Decimal | None]]:
    """(cases, average working days) by person."""
    moves = scope_of(user).filter(
        StatusChange.objects.filter(at__date__gt=today - timedelta(days=DONE_DAYS)),
        agency="application__agency",
        township="application__township",
    )
    rows = (
        moves.filter(by__isnull=False)
        .order_by()
        .values_list("by")
        .annotate(
            cases=Count("application", distinct=True),
            average=Avg("working_days", filter=~Q(from_state="")),
        )
    )
    return {
        pk: (cases, None if average is None else round(Decimal(average), 1))
        for pk, cases, average in rows
    }
