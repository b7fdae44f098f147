"""How many people of a list live where: the ranking of the townships."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from assistance.accounts.models import User
from assistance.screening.models import HandOut, ListEntry, ListRun
from assistance.screening.permissions import LIST_READERS, office_of
from assistance.screening.queries.runs import entries_visible_to, latest_run, runs_visible_to
from assistance.screening.states import PUSHED, PeriodState, RunState

# Fewer people could be told apart: other offices learn only that there are some.
FEWEST_SHOWN = 5


class TownshipLine(NamedTuple):
    """`people` is None where there are fewer than others may be told; then the amounts are, too."""

    name: str
    people: int | None
    burden: Decimal | None
    largest: Decimal | None


def ranking(user: User, run: ListRun) -> list[TownshipLine]:
    """The townships of a list by the number of people, as far as the user may know them.

    Whoever reads lists sees his rows counted; a partner office sees counts of five people and more, and no amounts.
    """
    if user.has_role(*LIST_READERS):
        return list(_lines(entries_visible_to(user).filter(run=run)))
    found = _lines(ListEntry.objects.filter(run=run))
    shown = [
        TownshipLine(line.name, line.people, None, None)
        for line in found
        if line.people is not None and line.people >= FEWEST_SHOWN
    ]
    few = sorted(line.name for line in found if line.name not in {one.name for one in shown})
    # By name: their order would tell who has more.
    return shown + [TownshipLine(name, None, None, None) for name in few]


def ranked_runs(user: User) -> QuerySet[ListRun]:
    """The finished lists whose ranking the user may see: those he reads, or those his office is told of."""
    if user.has_role(*LIST_READERS):
        return runs_visible_to(user).filter(state=RunState.DONE)
    office = office_of(user)
    if office is None:
        return ListRun.objects.none()
    handed = HandOut.objects.filter(office=office, run__period=OuterRef("period"))
    told = ListRun.objects.filter(
        Exists(handed), period__kind__in=PUSHED, period__state=PeriodState.DONE
    ).select_related("period__agency")
    newest = [
        run.pk
        for run in told.filter(state=RunState.DONE).order_by("-id")[:100]
        if latest_run(run.period) == run
    ]
    return told.filter(pk__in=newest).order_by("-id")


def _lines(entries: QuerySet[ListEntry]) -> list[TownshipLine]:
    found = (
        entries.order_by()
        .values("township", "township__name")
        .annotate(people=Count("id"), sum=Sum("burden"), largest=Max("burden"))
        .order_by("-people", "-sum", "township")
    )
    return [
        TownshipLine(row["township__name"], row["people"], row["sum"], row["largest"])
        for row in found
    ]
