"""Which lists have to be reconciled this half-year, and how that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import Difference, ListSource, Reconciliation
from assistance.registry.permissions import LIST_READERS


@dataclass(frozen=True, slots=True)
class Due:
    """A source with its reconciliation of the half-year, if one was begun; none is due once data is shared."""

    source: ListSource
    half: date
    made: Reconciliation | None
    is_shared: bool

    @property
    def is_signed(self) -> bool:
        return self.made is not None and self.made.signed_at is not None


def half_of(day: date) -> date:
    """The first day of the half-year."""
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def reconciliations_visible_to(user: User) -> QuerySet[Reconciliation]:
    """Those of the agencies the user reads lists of, newest first, each with how many rows differ."""
    rows = Reconciliation.objects.select_related("source", "agency", "opened_by", "signed_by")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    counted = rows.annotate(
        differing=Count("differences"),
        undecided=Count("differences", filter=Q(differences__decision="")),
    )
    return scope_of(user).filter(counted, township=None).order_by("-id")


def differences_of(made: Reconciliation) -> QuerySet[Difference]:
    return made.differences.select_related("decided_by", "person")


def due(sources: QuerySet[ListSource], today: date) -> list[Due]:
    """How each source in use stands in this half-year; one question besides that for the sources.

    Also one that sends changes month by month: for the reconciliation a full list is asked of it (ZS22 二(一)5).
    """
    half = half_of(today)
    begun = Reconciliation.objects.filter(half=half).order_by("id")
    newest = {made.source_id: made for made in begun}
    return [
        Due(
            source,
            half,
            newest.get(source.pk),
            source.shared_since is not None and source.shared_since <= today,
        )
        for source in sources
        if source.is_active and not source.is_of_insured
    ]
