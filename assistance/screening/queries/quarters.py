"""Who of a quarter's bottom-line lists is before a meeting, across agencies: nobody twice, and nobody lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from assistance.registry.queries.duties import ROOT
from assistance.screening.models import BottomLineCase, BottomLineList, ListEntry, ListRun, Period
from assistance.screening.states import ReviewState, RunKind, RunState
from assistance.shared.money import ZERO

# No cost is higher.
NEVER = Decimal("Infinity")


def standing_cases() -> QuerySet[BottomLineCase]:
    """Cases on lists that no other list has replaced."""
    return BottomLineCase.objects.exclude(list__state=ReviewState.SUPERSEDED)


def listed_already(run: ListRun) -> Mapping[int, Decimal]:
    """Of the people before a meeting of the quarter, at whichever agency, the in-scope cost above which the run
    makes a further case of them, by the record that answers for them.

    A supplementary list takes whom late data give a higher cost. Any other takes nobody of another agency's
    list, whatever the cost: he would stand on two agendas. What was too little there comes by a supplement.
    """
    period = run.period
    rows = standing_cases().filter(
        list__run__period__year=period.year, list__run__period__number=period.number
    )
    found: dict[int, Decimal] = {}
    for root, agency, cost in rows.annotate(root=ROOT).values_list(
        "root", "list__run__period__agency", "entry__own_in_scope"
    ):
        elsewhere = run.kind != RunKind.SUPPLEMENT and agency != period.agency_id
        found[root] = max(NEVER if elsewhere else cost, found.get(root, ZERO))
    return found


def reviewed_in_quarter(period: Period) -> QuerySet[ListRun]:
    """The lists of the quarter under review or sealed, of whichever agency."""
    return ListRun.objects.filter(
        period__kind=period.kind,
        period__year=period.year,
        period__number=period.number,
        review__state__in=(ReviewState.OPEN, ReviewState.SEALED),
    )


def without_case(reviewed: BottomLineList) -> QuerySet[ListEntry]:
    """Rows of a list under review of whom there is no case, here or anywhere: another agency's list named them
    when its review began and has been drawn up again since."""
    return _without_case(ListEntry.objects.filter(run__review=reviewed)).order_by("-burden", "id")


def _without_case(entries: QuerySet[ListEntry]) -> QuerySet[ListEntry]:
    cases = standing_cases().annotate(root=ROOT)
    case = cases.filter(
        root=OuterRef("root"),
        list__run__period__year=OuterRef("run__period__year"),
        list__run__period__number=OuterRef("run__period__number"),
    )
    return entries.annotate(root=ROOT).filter(~Exists(case), case__isnull=True)


def at_another_agency(reviewed: BottomLineList) -> QuerySet[BottomLineCase]:
    """The cases of other agencies' lists because of which rows of this list are none of its own."""
    period = reviewed.run.period
    rows = ListEntry.objects.filter(run=reviewed.run_id, case__isnull=True).annotate(root=ROOT)
    cases = standing_cases().annotate(root=ROOT)
    cases = cases.filter(
        list__run__period__year=period.year,
        list__run__period__number=period.number,
        root__in=rows.order_by().values("root"),
    )
    return cases.exclude(list__run__period__agency=period.agency_id).order_by("id")


def lost(reviewed: BottomLineList) -> int:
    """How many rows of a list that stands are no case of any: computed anew it takes them in, once it is sealed
    a supplementary list does, after which whoever is left has been looked at."""
    if reviewed.state == ReviewState.SUPERSEDED:
        return 0
    count = without_case(reviewed).count()
    if count and reviewed.state == ReviewState.SEALED and _supplemented(reviewed.run.period):
        return 0
    return count


def lost_after_sealing(agencies: Collection[int] | None = None) -> Mapping[Period, int]:
    """How many people of sealed lists are before no meeting, by period, until it is supplemented."""
    sealed = ListEntry.objects.filter(run__review__state=ReviewState.SEALED)
    if agencies is not None:
        sealed = sealed.filter(run__period__agency__in=agencies)
    rows = _without_case(sealed).select_related("run__period__agency").order_by("id")
    found = Counter(entry.run.period for entry in rows)
    return {period: count for period, count in found.items() if not _supplemented(period)}


def _supplemented(period: Period) -> bool:
    """Whether a supplement has been drawn up since a list of the quarter was replaced."""
    again = reviewed_in_quarter(period).filter(kind=RunKind.AGAIN).order_by("-review__opened_at")
    replaced_at = again.values_list("review__opened_at", flat=True).first()
    done = period.runs.filter(kind=RunKind.SUPPLEMENT, state=RunState.DONE)
    return replaced_at is not None and done.filter(started_at__gte=replaced_at).exists()
