"""Who may do what to an application: the hand-written table against the rules, for every combination."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from assistance.accounts.models import User
from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.cases.models import Application, Participation
from assistance.cases.permissions import may, why_not
from assistance.cases.states import BY_SYSTEM, MOVES, Action, State
from tests.factories.accounts import Cast

TABLE = Path(__file__).with_name("applications.csv")
Part = Participation.Part
# Reporting an objection, a decision of civil affairs or a day of receipt is no part of the decision.
NO_PART = frozenset({Action.OBJECT, Action.REMIND, Action.RESUME, Action.DECIDE_RECEIPT})


@cache
def _allowed() -> dict[tuple[Action, State], set[Role]]:
    with TABLE.open(encoding="utf-8") as lines:
        return {
            (Action(row["action"]), State(row["state"])): {Role(r) for r in row["roles"].split()}
            for row in csv.DictReader(lines)
        }


@pytest.fixture
def application(db, draft) -> Application:
    return draft


def _in_state(application: Application, state: State) -> Application:
    """In memory only: the rules look at the state, the place and the parts taken."""
    application.state = state
    return application


@pytest.mark.parametrize("state", State)
def test_roles_of_the_place_are_allowed_what_the_table_says(application, state):
    users = Cast().of_each_role()
    application.participations.all().delete()
    case = _in_state(application, state)
    for action in Action:
        allowed = {role for role, user in users.items() if may(user, action, case)}
        assert allowed == _allowed().get((action, state), set()), action


@pytest.mark.parametrize("state", State)
def test_the_same_roles_elsewhere_are_allowed_nothing(application, state):
    cast = Cast()
    strangers: list[User] = [
        cast.neighbour_clerk,
        cast.neighbour_leader,
        cast.outside_clerk,
        cast.outside_leader,
        cast.outside_reviewer,
        cast.outside_approver,
        cast.outside_payer,
        cast.outside_fund,
    ]
    case = _in_state(application, state)
    assert [(str(u), a) for u in strangers for a in Action if may(u, a, case)] == []


def test_a_township_role_in_another_township_is_no_agency_role(application):
    assert {Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER} == TOWNSHIP_ROLES
    assert not may(Cast().neighbour_clerk, Action.EDIT, application)


@pytest.mark.parametrize("part", Part)
def test_who_had_another_part_may_not_take_this_one(application, part):
    users = Cast().of_each_role()
    own_part = {
        Role.TOWNSHIP_CLERK: {Part.ENTRY},
        Role.WINDOW_CLERK: {Part.ENTRY},
        Role.TOWNSHIP_LEADER: {Part.FIRST_REVIEW},
        Role.REVIEWER: {Part.COUNTY_REVIEW, Part.INVESTIGATION},
        Role.APPROVER: {Part.APPROVAL},
    }
    for (action, state), roles in _allowed().items():
        if action in NO_PART:
            continue
        for role in roles:
            application.participations.all().delete()
            application.participations.create(user=users[role], part=part)
            case = _in_state(application, state)
            wanted = part in own_part[role] and (
                part != Part.INVESTIGATION or action == Action.SETTLE_OBJECTION
            )
            if part == Part.COUNTY_REVIEW and action == Action.SETTLE_OBJECTION:
                wanted = False
            reason = why_not(users[role], action, case)
            assert (reason is None) == wanted, (action, state, role, reason)


def test_an_inactive_user_may_do_nothing(application):
    clerk = Cast().clerk
    clerk.is_active = False
    assert not may(clerk, Action.EDIT, application)


def test_every_move_of_a_person_has_a_row():
    by_people = {key for key in MOVES if key[0] not in BY_SYSTEM}
    assert by_people <= set(_allowed())
