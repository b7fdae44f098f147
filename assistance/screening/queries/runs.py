"""Periods, runs and their rows, as far as somebody may see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.screening.models import ListDeparture, ListEntry, ListRun, Period
from assistance.screening.permissions import LIST_READERS
from assistance.screening.states import RunKind, RunState

WHOLE = (RunKind.REGULAR, RunKind.AGAIN)


def periods_visible_to(user: User) -> QuerySet[Period]:
    """The periods of the agencies the user reads; a township's are those of its agency."""
    rows = Period.objects.select_related("agency")
    return rows.filter(_agencies(user, "agency")).order_by("-last_day", "kind", "id")


def runs_visible_to(user: User) -> QuerySet[ListRun]:
    rows = ListRun.objects.select_related("period__agency", "version", "job", "started_by")
    return rows.filter(_agencies(user, "period__agency")).order_by("-id")


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


def _agencies(user: User, path: str) -> Q:
    scope = scope_of(user)
    if not user.has_role(*LIST_READERS):
        return Q(pk__in=())
    if scope.everything:
        return Q()
    own = {scope.township_agency_id} - {None} if scope.township_ids else set()
    return Q(**{f"{path}__in": [*scope.agency_ids, *own]})
