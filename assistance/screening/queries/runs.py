"""Periods, runs and their rows, as far as somebody may see them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from assistance.accounts.models import User
from assistance.accounts.roles import TOWNSHIP_ROLES
from assistance.accounts.scope import scope_of
from assistance.screening.models import ListDeparture, ListEntry, ListRun, Period
from assistance.screening.permissions import LIST_READERS
from assistance.screening.states import RunKind, RunState

WHOLE = (RunKind.REGULAR, RunKind.AGAIN)


def periods_visible_to(user: User) -> QuerySet[Period]:
    """The periods of the agencies the user reads; a township's are those with people of its own."""
    rows = Period.objects.select_related("agency")
    seen = _seen(user, "agency", ListEntry.objects.filter(run__period=OuterRef("pk")))
    return rows.filter(seen).order_by("-last_day", "kind", "id")


def runs_visible_to(user: User) -> QuerySet[ListRun]:
    """As `periods_visible_to`, the runs."""
    rows = ListRun.objects.select_related("period__agency", "version", "job", "started_by")
    seen = _seen(user, "period__agency", ListEntry.objects.filter(run=OuterRef("pk")))
    return rows.filter(seen).order_by("-id")


def entries_visible_to(user: User) -> QuerySet[ListEntry]:
    """Rows of lists: all of an agency's, or those of the user's own township."""
    rows = ListEntry.objects.select_related("person", "township", "category")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="run__period__agency").order_by("-burden", "id")


def departures_visible_to(user: User) -> QuerySet[ListDeparture]:
    rows = ListDeparture.objects.select_related("person", "township")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="run__period__agency").order_by("-burden", "id")


def latest_run(period: Period) -> ListRun | None:
    """The finished list of a period: the regular one, or the newest that was drawn up again.

    Trials and supplementary lists are none.
    """
    return period.runs.filter(state=RunState.DONE, kind__in=WHOLE).order_by("-id").first()


def runs_in_force(period: Period) -> list[ListRun]:
    """The list of a period and the supplementary lists since, in order; empty before it is drawn up."""
    latest = latest_run(period)
    if latest is None:
        return []
    later = period.runs.filter(
        state=RunState.DONE, kind=RunKind.SUPPLEMENT, id__gt=latest.pk
    ).order_by("id")
    return [latest, *later]


def reads_whole_lists(user: User) -> bool:
    """Whether the user reads all rows of his agency's lists, not those of a township alone."""
    return user.has_role(*(LIST_READERS - TOWNSHIP_ROLES))


def _seen(user: User, agency: str, entries: QuerySet[ListEntry]) -> Q:
    scope = scope_of(user)
    if reads_whole_lists(user):
        return Q(**{f"{agency}__in": scope.agency_ids})
    if not user.has_role(*LIST_READERS):
        return Q(pk__in=())
    own = entries.filter(township__in=scope.township_ids)
    return Q(Exists(own), **{agency: scope.township_agency_id})
