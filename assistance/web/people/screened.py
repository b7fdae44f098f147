"""On which lists somebody stood, why he left them, and his bottom-line cases: a part of the person's page."""

from __future__ import annotations

from typing import Any

from assistance.accounts.models import User
from assistance.registry.models import Person
from assistance.registry.queries import held_by
from assistance.screening.permissions import LIST_READERS
from assistance.screening.queries import departures_visible_to, entries_visible_to
from assistance.screening.queries.bottom_line import cases_visible_to
from assistance.screening.states import ListKind, RunKind, RunState
from assistance.web.meetings.lists import quarter
from assistance.web.screening.lists import month_of

SHOWN = 12


def screened(user: User, person: Person) -> dict[str, Any]:
    """The newest rows of every kind that the user may see, of all records of this human."""
    if not user.has_role(*LIST_READERS):
        return {}
    entries = held_by(entries_visible_to(user).filter(run__state=RunState.DONE), person)
    entries = entries.select_related("run__period").order_by("-run__as_of", "-id")
    # A trial took nobody off a list.
    left = departures_visible_to(user).filter(run__state=RunState.DONE)
    left = held_by(left.exclude(run__kind=RunKind.TRIAL), person).select_related("run__period")
    cases = held_by(cases_visible_to(user), person).order_by("-id")
    left = left.order_by("-run__as_of", "-id")
    return {
        "entries": [(row, _when(row.run.period)) for row in entries[:SHOWN]],
        "departures": [(row, _when(row.run.period)) for row in left[:SHOWN]],
        "bottom_line_cases": [(row, _when(row.list.run.period)) for row in cases[:SHOWN]],
    }


def _when(period: Any) -> str:
    return quarter(period) if period.kind == ListKind.BOTTOM_LINE else month_of(period)
