"""Household registration on the days that matter: it may move between the year of the cost and the application."""

from __future__ import annotations

from datetime import date

import pytest

from assistance.cases.queries import homes_of_case, missing, moved_between
from assistance.registry import operations
from assistance.registry.models import Residence
from assistance.registry.operations import Place
from tests.factories.cases import declared
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db


def registered(desk, *moves):
    """Somebody who lives in the township all along; the registration moves on these days."""
    person = make_person(category="DIBAO", at=desk.now)
    operations.move_residence(
        person,
        kind=Residence.Kind.LIVING,
        place=Place(desk.cast.township),
        first_day=date(2016, 1, 1),
        actor=None,
        at=desk.now,
    )
    make_bill(person, settled_on=date(2025, 5, 20), at=desk.now)
    for day, division in moves:
        operations.move_residence(
            person,
            kind=Residence.Kind.HUKOU,
            place=Place(division),
            first_day=day,
            actor=None,
            at=desk.now,
        )
    return person


def test_a_registration_that_stayed_is_shown_on_three_days(desk):
    case = desk.draft(registered(desk))
    homes = homes_of_case(case)
    assert [home.day for home in homes] == [
        date(2025, 1, 1),
        date(2025, 12, 31),
        case.received_on,
    ]
    assert {home.in_county for home in homes} == {True}
    assert moved_between(homes_of_case(case)) is None


@pytest.mark.parametrize(
    ("left", "told"),
    [(date(2026, 1, 10), True), (date(2025, 6, 1), True), (date(2024, 6, 1), False)],
)
def test_who_left_between_year_and_application_needs_a_person(desk, left, told):
    case = desk.draft(registered(desk, (left, desk.cast.city)))
    sheet = declared(case)
    assert sheet.hukou_in_county is False
    found = [gap for gap in missing(case, sheet, on=case.received_on) if "hukou" in gap.field]
    assert len(found) == told
    assert not any(gap.blocks for gap in found)


def test_the_last_day_in_the_county_is_inside(desk):
    received = desk.now.date()
    case = desk.draft(registered(desk, (received, desk.cast.city)), received_on=received)
    assert declared(case).hukou_in_county is False
    before = desk.draft(registered(desk, (received, desk.cast.city)), received_on=date(2026, 3, 1))
    assert declared(before).hukou_in_county is True
    assert moved_between(homes_of_case(before)) is None


def test_who_came_after_the_year_is_told_as_well(desk):
    case = desk.draft(
        registered(desk, (date(2024, 6, 1), desk.cast.city), (date(2026, 2, 1), desk.cast.township))
    )
    assert declared(case).hukou_in_county is True
    moved = moved_between(homes_of_case(case))
    assert moved is not None
    assert moved.in_county is False


def test_an_unfinished_year_ends_on_the_day_received(desk):
    desk.year = desk.now.year
    person = registered(desk)
    make_bill(person, settled_on=date(2026, 2, 1), at=desk.now)
    assert [home.day for home in homes_of_case(desk.draft(person))] == [
        date(2026, 1, 1),
        desk.now.date(),
    ]
