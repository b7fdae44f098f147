from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from assistance.registry import operations
from assistance.registry.models import Household, HouseholdMember, PersonChange
from assistance.registry.queries import household_of, membership_on, same_household
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.registry import make_person

SINCE = date(2020, 1, 1)
Relation = HouseholdMember.Relation


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def now(db) -> datetime:
    return timezone.now()


@pytest.fixture
def head(cast):
    return make_person("钟大山")


@pytest.fixture
def household(cast, head, now) -> Household:
    made = operations.found_household(
        head, first_day=SINCE, number="0578-12", actor=cast.clerk, at=now
    )
    return made.household


def _add(head, member, cast, now, *, relation=Relation.CHILD, first_day=SINCE):
    return operations.add_household_member(
        head, member=member, relation=relation, first_day=first_day, actor=cast.clerk, at=now
    )


def test_household_of_lists_everybody_with_the_head_first(cast, head, household, now):
    mother = make_person("雷月桂", born_on=date(1940, 5, 5))
    _add(head, mother, cast, now, relation=Relation.PARENT)
    found = household_of(mother)
    assert [(row.person, row.relation) for row in found] == [
        (head, Relation.HEAD),
        (mother, Relation.PARENT),
    ]
    assert same_household(head, mother)
    assert mother.changes.last().kind == PersonChange.Kind.JOINED_HOUSEHOLD


def test_household_of_somebody_without_one_is_empty(cast):
    person = make_person()
    assert household_of(person) == []
    assert not same_household(person, make_person())


def test_found_household_without_a_number_gets_a_running_one(cast, now):
    made = operations.found_household(make_person(), first_day=SINCE, actor=cast.clerk, at=now)
    assert made.household.number == f"331127001-{timezone.localdate(now).year}-0001"


def test_found_household_refuses_a_number_of_the_township_twice(cast, household, now):
    with pytest.raises(Refused, match="already has a household 0578-12"):
        operations.found_household(
            make_person(), first_day=SINCE, number="0578-12", actor=cast.clerk, at=now
        )


def test_add_household_member_refuses_somebody_of_another_household(cast, head, household, now):
    other = make_person()
    operations.found_household(other, first_day=SINCE, actor=cast.clerk, at=now)
    with pytest.raises(Refused, match="overlap"):
        _add(head, other, cast, now)


def test_add_household_member_refuses_a_second_head(cast, head, household, now):
    with pytest.raises(Refused, match="is the head"):
        _add(head, make_person(), cast, now, relation=Relation.HEAD)


def test_add_household_member_refuses_a_household_that_is_not_there(cast, now):
    with pytest.raises(Refused, match="no household yet"):
        _add(make_person(), make_person(), cast, now)


def test_add_household_member_refuses_a_day_to_come(cast, head, household, now):
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    with pytest.raises(Refused, match="future"):
        _add(head, make_person(), cast, now, first_day=tomorrow)


def test_add_household_member_is_for_whoever_enters_data_for_both(cast, head, household, now):
    neighbour = make_person(township=cast.other_township)
    with pytest.raises(NotAllowed):
        _add(head, neighbour, cast, now)
    operations.add_household_member(
        head,
        member=neighbour,
        relation=Relation.SPOUSE,
        first_day=SINCE,
        actor=cast.window,
        at=now,
    )
    assert same_household(head, neighbour)


def test_leave_household_keeps_the_past(cast, head, household, now):
    child = make_person()
    membership = _add(head, child, cast, now)
    operations.leave_household(membership, last_day=date(2024, 6, 30), actor=cast.clerk, at=now)
    assert membership_on(child, date(2024, 6, 30)) == membership
    assert membership_on(child, date(2024, 7, 1)) is None
    assert len(household_of(head)) == 1


def test_void_membership_frees_the_days(cast, head, household, now):
    child = make_person()
    membership = _add(head, child, cast, now)
    operations.void_membership(membership, reason="录错", actor=cast.clerk, at=now)
    _add(head, child, cast, now)
    with pytest.raises(Refused, match="already been voided"):
        operations.void_membership(membership, reason="录错", actor=cast.clerk, at=now)


def test_the_database_refuses_two_heads_and_two_households(cast, head, household):
    other = make_person()
    rows = [(household, other, "head"), (household, head, "child")]
    for where, person, relation in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            HouseholdMember.objects.create(
                household=where, person=person, relation=relation, first_day=SINCE
            )


@pytest.mark.django_db(transaction=True)
def test_two_households_at_once_for_one_person():
    cast, at = Cast(), timezone.now()
    person = make_person()
    found = partial(operations.found_household, person, first_day=SINCE, actor=cast.clerk, at=at)
    outcomes = at_once(found, found)
    assert sorted(isinstance(outcome, Refused) for outcome in outcomes) == [False, True]
    assert Household.objects.count() == 1
