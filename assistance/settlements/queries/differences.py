"""Bills of which our own figure is not what was granted, and how far somebody has seen to each."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models import (
    DifferenceDecision,
    LateFigure,
    PsychiatricMark,
    Settlement,
)

_NEWEST = LateFigure.objects.filter(settlement=OuterRef("pk")).order_by("-id").values("figure")[:1]
# By what has become known of the bill or a person has decided since it came, else by what was known then.
FIGURE = Coalesce(Subquery(_NEWEST), "psychiatric_mark__own_figure", "own_figure")


class Seen(TextChoices):
    """How far a difference is seen to."""

    OPEN = "open", _("To be decided")
    WAITING = "waiting", _("Waits for the second person")
    CLOSED = "closed", _("Seen to and closed")


def differing_bills(bills: QuerySet[Settlement]) -> QuerySet[Settlement]:
    """Of `bills` those in force whose assistance is not what our own rule gives them.

    With our `figure` of today, by the decided mark where there is one, and how far the difference is `seen`
    to; a decision about another figure counts for nothing.
    """
    differed = Settlement.objects.filter(own_figure__isnull=False).exclude(
        own_figure=F("assistance")
    )
    marked = PsychiatricMark.objects.filter(own_figure__isnull=False)
    # The index of bills that differ first, then the few marks and later figures: never a look at every bill.
    perhaps = (
        differed.order_by()
        .values_list("pk")
        .union(
            marked.order_by().values_list("settlement_id"),
            LateFigure.objects.order_by().values_list("settlement_id"),
            all=True,
        )
    )
    found = bills.filter(pk__in=perhaps, reverses__isnull=True, reversed_by__isnull=True)
    return (
        found.annotate(figure=FIGURE)
        .annotate(seen=_seen())
        .exclude(figure=F("assistance"))
        .select_related("psychiatric_mark", "difference_decision__decided_by")
    )


def seen_of(decision: DifferenceDecision | None, figure: Decimal) -> Seen:
    """As `differing_bills` says it, of rows that are at hand."""
    if decision is None or decision.figure != figure or decision.returned_because:
        return Seen.OPEN
    return Seen.WAITING if decision.waits else Seen.CLOSED


def _seen() -> Case:
    told = "difference_decision__"
    judged = Q(**{f"{told}figure": F("figure"), f"{told}returned_because": ""})
    waits = Q(**{f"{told}outcome__in": DifferenceDecision.OF_MONEY, f"{told}confirmed_at": None})
    return Case(
        When(judged & waits, then=Value(Seen.WAITING.value)),
        When(judged, then=Value(Seen.CLOSED.value)),
        default=Value(Seen.OPEN.value),
    )
