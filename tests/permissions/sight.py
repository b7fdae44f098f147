"""What of each kind somebody may see, asked of one object in Python: lists ask the same of all in SQL.

The tables name, by the name of the list, who reads it and where the object's agency and township stand.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import assistance
from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.accounts.scope import scope_of
from assistance.cases.models import HandOver, Letter
from assistance.payments.permissions import (
    AWARD_READERS,
    BATCH_READERS,
    may_see_award,
    may_see_batch,
    may_see_fund_year,
)
from assistance.registry.permissions import LIST_READERS, may_see
from assistance.screening.meeting_permissions import BOTTOM_LINE_READERS, MINUTES_READERS
from assistance.screening.models import ListRun
from assistance.screening.permissions import LIST_READERS as RUN_READERS
from assistance.screening.permissions import PROSPECT_READERS, PUSH_READERS, office_of
from assistance.screening.queries.runs import reads_whole_lists
from assistance.settlements.permissions import DELIVERY_READERS
from assistance.trail.permissions import may_read_trail

Predicate = Callable[[User, Any], bool]


@dataclass(frozen=True)
class Within:
    """Seen by these roles (or all) where its agency and township lie in the scope."""

    agency: str = "agency_id"
    township: str | None = None
    readers: frozenset[Role] = frozenset(Role)

    def __call__(self, user: User, row: Any) -> bool:
        township = _at(row, self.township) if self.township else None
        covered = scope_of(user).covers(agency_id=_at(row, self.agency), township_id=township)
        return user.has_role(*self.readers) and covered


OF_CASE = Within("application.agency_id", "application.township_id")
OF_PERSON = Within("person.agency_id", "person.township_id")
OF_LISTS = Within(readers=LIST_READERS)
OF_DELIVERIES = Within("source.agency_id", readers=DELIVERY_READERS)


def _hand_over(user: User, row: HandOver) -> bool:
    offered = row.outcome == HandOver.Outcome.OPEN and scope_of(user).covers(
        agency_id=row.application.agency_id, township_id=row.to_township_id
    )
    return OF_CASE(user, row) or offered


def _letter(user: User, row: Letter) -> bool:
    named = row.kind == Letter.Kind.OBJECTION
    return OF_CASE(user, row) and (not named or user.has_role(Role.REVIEWER))


def _job(user: User, row: Any) -> bool:
    return row.owner_id == user.pk or Within()(user, row)


def _push(user: User, row: Any) -> bool:
    office = office_of(user)
    return row.office_id == office.pk if office else Within(readers=PUSH_READERS)(user, row)


_resolution = Within("case.list.run.period.agency_id", readers=BOTTOM_LINE_READERS)


def _meeting(user: User, row: Any) -> bool:
    if user.has_role(*MINUTES_READERS):
        return Within()(user, row)
    return any(_resolution(user, found) for found in row.resolutions.all())


def _trail(user: User, _row: Any) -> bool:
    return may_read_trail(user)


def _of_list_agency(path: str) -> Predicate:
    """The agency's own readers, and a township with people of its own on it."""

    def may_see_run(user: User, row: Any) -> bool:
        scope, agency_id = scope_of(user), _at(row, path)
        if reads_whole_lists(user):
            return scope.covers(agency_id=agency_id)
        runs = [row] if isinstance(row, ListRun) else row.runs.all()
        townships = {entry.township_id for run in runs for entry in run.entries.all()}
        return user.has_role(*RUN_READERS) and any(
            scope.covers(agency_id=agency_id, township_id=place) for place in townships
        )

    return may_see_run


MAY_SEE: dict[str, Predicate] = {
    "cases.applications": Within(township="township_id"),
    "cases.notices": Within(township="township_id"),
    "cases.stops": OF_CASE,
    "cases.letters": _letter,
    "cases.bulk_runs": lambda user, row: row.by_id == user.pk,
    "cases.hand_overs": _hand_over,
    "cases.objections": Within("line.notice.agency_id", "line.application.township_id"),
    "jobs.jobs": _job,
    "jobs.exports": lambda user, row: row.owner_id == user.pk,
    "payments.awards": may_see_award,
    "payments.batches": may_see_batch,
    "payments.fund_years": may_see_fund_year,
    "payments.recoveries": Within("agency_id", "person.township_id", AWARD_READERS),
    "payments.bounces": Within(readers=BATCH_READERS),
    "registry.people": may_see,
    "registry.sources": OF_LISTS,
    "registry.lists": OF_LISTS,
    "registry.reconciliations": OF_LISTS,
    "screening.periods": _of_list_agency("agency_id"),
    "screening.runs": _of_list_agency("period.agency_id"),
    "screening.entries": Within("run.period.agency_id", "township_id", RUN_READERS),
    "screening.departures": Within("run.period.agency_id", "township_id", RUN_READERS),
    "screening.pushes": _push,
    "screening.hand_outs": Within(readers=PUSH_READERS),
    "screening.prospects": Within(township="township_id", readers=PROSPECT_READERS),
    "screening.lists": Within("run.period.agency_id", readers=BOTTOM_LINE_READERS),
    "screening.cases": Within("list.run.period.agency_id", readers=BOTTOM_LINE_READERS),
    "screening.resolutions": _resolution,
    "screening.meetings": _meeting,
    "trail.accesses": _trail,
    "trail.changes": _trail,
    "trail.checks": _trail,
    "trail.log_ins": _trail,
    "trail.alarms": _trail,
    "trail.wrong_tries": _trail,
    "trail.account_changes": _trail,
    "trail.console_actions": _trail,
    "settlements.bills": OF_PERSON,
    "settlements.sources": Within(readers=DELIVERY_READERS),
    "settlements.deliveries": OF_DELIVERIES,
    "settlements.doubts": Within("delivery.source.agency_id", readers=DELIVERY_READERS),
    "settlements.marks": Within(
        "settlement.person.agency_id", "settlement.person.township_id", LIST_READERS
    ),
    "settlements.payers": OF_LISTS,
    "settlements.payer_files": OF_LISTS,
    "settlements.payer_doubts": Within("file.agency_id", readers=LIST_READERS),
    "settlements.later_payments": Within("person.agency_id", "person.township_id", LIST_READERS),
}

# A list that leaves out what is over asks the same of the rest.
EVERY_ROW: dict[str, Callable[[Any], bool]] = {
    "cases.stops": lambda row: row.ended_at is None,
    "jobs.exports": lambda row: row.made_at is not None,
    "settlements.marks": lambda row: not hasattr(row.settlement, "reversed_by"),
}


def lists() -> Iterator[tuple[str, Callable[[User], Any]]]:
    """Every `…_visible_to` of every app, as `app.kind`."""
    for module in pkgutil.walk_packages(assistance.__path__, "assistance."):
        parts = module.name.split(".")
        if len(parts) > 3 and parts[2] == "queries":
            found = vars(importlib.import_module(module.name))
            for name, function in found.items():
                ours = inspect.isfunction(function) and function.__module__ == module.name
                if ours and name.endswith("_visible_to"):
                    yield f"{parts[1]}.{name.removesuffix('_visible_to')}", function


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name)
    return row
