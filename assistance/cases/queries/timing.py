"""How long cases take: in each stage, since the last step, per township; set-based, in working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.accounts.working_days import working_days_since
from assistance.cases.models import Application, StatusChange, StuckThreshold
from assistance.cases.states import FINISHED, STOPPED, State

# Working days after which a case is looked at, where the agency has set none: a little more than the
# stage may take.
STUCK_AFTER: dict[State, int] = {
    State.DRAFT: 10,
    State.FIRST_REVIEW: 15,
    State.COUNTY_REVIEW: 10,
    State.PROPOSED: 7,
    State.PUBLICITY: 15,
    State.OBJECTED: 15,
    State.RETURNED: 20,
    State.WAITING: 30,
    State.WAITING_FUNDS: 30,
}
# The stages a list shows, by the name of their column.
STAGES: dict[str, frozenset[State]] = {
    "first_review": frozenset({State.FIRST_REVIEW}),
    "county_review": frozenset({State.COUNTY_REVIEW}),
    "proposed": frozenset({State.PROPOSED}),
    "publicity": frozenset({State.PUBLICITY, State.OBJECTED}),
    "stopped": STOPPED,
}


def with_waiting(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    """`stay_days`: since the last step; `stage_days`: in this stage, earlier stays included.

    A case that came back has used up days before: that is what its deadline counts. A finished case has
    neither.
    """
    stay = _unless_finished(working_days_since("state_since", today))
    earlier = Coalesce(_spent(F_STATE), 0)
    return rows.annotate(stay_days=stay, stage_days=F("stay_days") + earlier)


def with_stages(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    """Besides `with_waiting`: `days_…` of each stage over all its stays, and `age_days` since received."""
    rows = with_waiting(rows, today)
    for name, states in STAGES.items():
        running = Case(When(state__in=states, then=F("stay_days")), default=0)
        spent = Coalesce(_spent([*states]), 0)
        rows = rows.annotate(**{f"days_{name}": spent + running})
    age = working_days_since("received_on", today)
    return rows.annotate(age_days=_unless_finished(age))


def stuck(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    """Unfinished cases without a step for longer than the threshold of their agency and stage."""
    return _beyond(rows, today).exclude(state=State.RETURNED)


def returned_too_long(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    return _beyond(rows, today).filter(state=State.RETURNED)


def overdue(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    return rows.filter(deadline_on__lt=today).exclude(state__in=FINISHED)


@dataclass(frozen=True, slots=True)
class TownshipTimes:
    """One township: average working days a case took in each stage, by the names of STAGES."""

    township: str
    averages: dict[str, Decimal | None]
    cases: int
    open: int
    overdue: int


def township_times(user: User, *, today: date, days: int) -> list[TownshipTimes]:
    """Per township what the stages left in the last `days` days took a case, and what is open today.

    A case that was in a stage several times counts once, with all those stays. Two queries.
    """
    left = _left_by_township(user, since=today - timedelta(days=days))
    now = _open(user, today)
    names = {pk: name for pk, (name, _open_now, _late) in now.items()}
    names |= {pk: name for (pk, name), _stages in left.items()}
    by_id = {pk: stages for (pk, _name), stages in left.items()}
    return [
        TownshipTimes(
            township=names[pk],
            averages={stage: _average(by_id.get(pk, {}).get(stage)) for stage in STAGES},
            cases=max((cases for cases, _spent in by_id.get(pk, {}).values()), default=0),
            open=now[pk][1] if pk in now else 0,
            overdue=now[pk][2] if pk in now else 0,
        )
        for pk in sorted(names, key=lambda pk: names[pk])
    ]


def _left_by_township(
    user: User, *, since: date
) -> dict[tuple[int, str], dict[str, tuple[int, int]]]:
    """(cases, working days) by township and stage, of the stays that ended since that day."""
    stage = Case(
        *(When(from_state__in=states, then=Value(name)) for name, states in STAGES.items()),
        default=Value(""),
        output_field=CharField(),
    )
    ended = scope_of(user).filter(
        StatusChange.objects.filter(at__date__gt=since),
        agency="application__agency",
        township="application__township",
    )
    rows = (
        ended.annotate(stage=stage)
        .exclude(stage="")
        .order_by()
        .values_list("application__township", "application__township__name", "stage")
        .annotate(Count("application", distinct=True), Sum("working_days"))
    )
    found: dict[tuple[int, str], dict[str, tuple[int, int]]] = {}
    for pk, name, left, cases, spent in rows:
        found.setdefault((pk, name), {})[left] = (cases, spent)
    return found


def _open(user: User, today: date) -> dict[int, tuple[str, int, int]]:
    """(name, open, overdue) by township."""
    rows = scope_of(user).filter(Application.objects.exclude(state__in=FINISHED)).order_by()
    late = Count(Case(When(deadline_on__lt=today, then=1)))
    counted = rows.values_list("township", "township__name").annotate(open=Count("id"), late=late)
    return {pk: (name, number, overdue) for pk, name, number, overdue in counted}


def _average(found: tuple[int, int] | None) -> Decimal | None:
    return None if found is None else round(Decimal(found[1]) / found[0], 1)


F_STATE = OuterRef("state")


def _spent(state: Any) -> Subquery:
    """Working days of the earlier stays of a case in the state, or in any of them."""
    stays = StatusChange.objects.filter(application=OuterRef("pk")).order_by()
    lookup = "from_state__in" if isinstance(state, list) else "from_state"
    summed = stays.filter(**{lookup: state}).values("application").annotate(d=Sum("working_days"))
    return Subquery(summed.values("d"), output_field=IntegerField())


def _unless_finished(days: Any) -> Case:
    return Case(When(state__in=FINISHED, then=None), default=days, output_field=IntegerField())


def _beyond(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    own = StuckThreshold.objects.filter(agency=OuterRef("agency"), state=OuterRef("state"))
    usual = Case(
        *(When(state=state, then=days) for state, days in STUCK_AFTER.items()),
        output_field=IntegerField(),
    )
    limit = Coalesce(Subquery(own.values("days")[:1]), usual)
    rows = rows.exclude(state__in=FINISHED)
    waiting = with_waiting(rows, today).annotate(limit_days=limit)
    return waiting.filter(GreaterThan(F("stay_days"), F("limit_days")))
