"""Who is registered elsewhere and one day short of three years: the case says so, and from when it is enough."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from assistance.accounts.models import Division
from assistance.accounts.scope import scope_of
from assistance.cases import operations
from assistance.cases.models import Application
from assistance.registry.models import Enrolment
from assistance.registry.operations import Place, enrol, recognise, register_person
from tests.factories.accounts import division
from tests.factories.cases import Desk
from tests.factories.registry import make_account, make_bill, make_category, new_number


def migrant(desk: Desk, insured_on: date) -> Application:
    """Registered in another province, living in the township; received on 2 March 2026."""
    cast = desk.cast
    elsewhere = division("360000", "江西省", Division.Level.PROVINCE)
    person = register_person(
        name="钟远来",
        id_number=new_number(),
        since=date(2020, 1, 1),
        hukou=Place(elsewhere, "二村"),
        living=Place(cast.township, "一村"),
        actor=None,
        at=desk.now,
    )
    enrol(
        person,
        kind=Enrolment.Kind.RESIDENT,
        county=cast.county,
        first_day=insured_on,
        actor=None,
        at=desk.now,
    )
    recognise(
        person,
        category=make_category("DIBAO"),
        recognised_by="景宁畲族自治县民政局",
        first_day=date(2024, 1, 1),
        actor=None,
        at=desk.now,
    )
    make_bill(person, "60000.00", settled_on=date(desk.year, 5, 20), at=desk.now)
    make_account(person, entered_by=desk.cast.clerk, checked_by=desk.cast.payer, at=desk.now)
    return desk.draft(person)


def waiting_of(browser, case: Application):
    return browser.get(reverse("application", args=[case.number])).context["explanation"].waiting


def test_one_day_short_says_from_which_day_it_is_possible(desk, client):
    assert scope_of(desk.cast.clerk)
    client.force_login(desk.cast.clerk)
    found = waiting_of(client, migrant(desk, date(2023, 3, 3)))
    assert (found.since, found.full_on) == (date(2023, 3, 3), date(2026, 3, 3))
    assert (found.days_short, found.is_possible) == (1, True)
    assert found.deadline == date(2026, 6, 30)


def test_to_the_day_nothing_is_short(desk, client):
    client.force_login(desk.cast.clerk)
    assert waiting_of(client, migrant(desk, date(2023, 3, 2))) is None


@pytest.mark.parametrize(
    ("insured_on", "possible"), [(date(2023, 6, 30), True), (date(2023, 7, 1), False)]
)
def test_too_late_for_the_year_is_said_as_well(desk, client, insured_on, possible):
    client.force_login(desk.cast.clerk)
    assert waiting_of(client, migrant(desk, insured_on)).is_possible == possible


def test_the_refused_case_still_shows_it(desk, client):
    case = migrant(desk, date(2023, 3, 3))
    cast, at = desk.cast, desk.now
    operations.submit(case, actor=cast.clerk, at=at, version=None)
    operations.sign_first_review(case, opinion="属实", actor=cast.leader, at=at, version=None)
    operations.propose_refusal(case, reason="未满三年", actor=cast.reviewer, at=at, version=None)
    operations.agree(case, opinion="同意", actor=cast.approver, at=at, version=None)
    client.force_login(cast.clerk)
    assert waiting_of(client, case).days_short == 1
