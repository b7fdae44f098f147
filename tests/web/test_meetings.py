"""The pages of the bottom line: as many queries for many rows as for one, exports that are noted, masked names."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.registry.models import AccessLog
from assistance.screening.models import BottomLineCase
from assistance.screening.operations import bottom_line, releases
from assistance.screening.queries.meetings import waiting_for
from tests.factories.bottom_line import (
    AT,
    City,
    case_of,
    departments,
    hold,
    make_fund,
    make_listed,
    make_meeting,
    make_review,
    make_run,
    make_sealed,
)
from tests.factories.registry import make_aid

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    city = City()
    departments()
    assert city.city_supervisor.agency == city.agency.parent
    return city


def queries(browser, address: str, counter) -> int:
    with counter() as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.fixture
def counter():
    return lambda: CaptureQueriesContext(connection)


def test_the_lists_ask_as_often_for_many_rows_as_for_one(city, as_user, counter):
    reviewed = make_review(city, make_listed(city))
    review = reverse("bottom_line_list", args=[reviewed.pk])
    reviewer, supervisor = as_user(city.reviewer), as_user(city.city_supervisor)
    reviewer.get(review)
    few = queries(reviewer, review, counter)
    people = [make_listed(city, settled_on=date(2025, 5, 5)) for _n in range(4)]
    reviewed = make_sealed(city, *people, last_day=date(2025, 6, 30))
    assert queries(reviewer, reverse("bottom_line_list", args=[reviewed.pk]), counter) <= few
    first = make_meeting(city)
    page = reverse("meeting", args=[first.number])
    supervisor.get(page)
    many = queries(supervisor, page, counter)
    first.resolutions.exclude(pk=first.resolutions.first().pk).delete()
    assert queries(supervisor, page, counter) == many
    lists = queries(supervisor, reverse("meetings"), counter)
    make_meeting(city)
    assert queries(supervisor, reverse("meetings"), counter) == lists


def test_an_export_holds_every_figure_and_is_noted(city, as_user):
    person = make_listed(city, "65000.00", name="钟小妹")
    reviewed = make_review(city, person)
    browser = as_user(city.reviewer)
    address = reverse("bottom_line_list", args=[reviewed.pk])
    text = browser.get(address, {"format": "csv"}).content.decode("utf-8-sig")
    for figure in ("钟小妹", "65000.00", "15000.00"):
        assert figure in text
    assert person.id_number not in text
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, user=city.reviewer).count() == 1


def test_an_agency_sees_its_own_cases_of_a_meeting_and_no_others(city, as_user):
    mine, other = make_listed(city, name="蓝青青"), make_listed(city, name="雷大山")
    make_sealed(city, mine)
    run = make_run(city.other_agency, other)
    reviewed = bottom_line.open_review(run, actor=city.other_reviewer, at=run.finished_at)
    bottom_line.seal(reviewed, actor=city.other_approver, at=run.finished_at)
    page = reverse("meeting", args=[make_meeting(city).number])
    shown = as_user(city.approver).get(page).content.decode()
    assert "蓝青青" in shown
    assert "雷大山" not in shown
    whole = as_user(city.city_supervisor).get(page).content.decode()
    assert "雷大山" in whole
    case = BottomLineCase.objects.get(person=other)
    address = reverse("bottom_line_case", args=[case.number])
    assert as_user(city.approver).get(address).status_code == 404


def test_the_case_page_shows_both_figures_and_what_the_rule_says(city, as_user):
    person = make_listed(city, "65000.00")
    reviewed = make_review(city, person)
    case = reviewed.cases.get()
    browser = as_user(city.reviewer)
    bill = person.settlements.get()
    address = reverse("mark_cost", args=[case.number, bill.pk])
    browser.post(address, {"amount": "4000.00", "reason": "自费器械"})
    case.refresh_from_db()
    assert case.proposed == Decimal("11000.00")
    shown = browser.get(reverse("bottom_line_case", args=[case.number])).content.decode()
    for part in ("65,000.00", "4,000.00", "61,000.00", "11,000.00", "ZS22-2.5.1", "自费器械"):
        assert part in shown


def test_the_workbench_says_what_of_the_bottom_line_waits(city):
    person = make_listed(city)
    make_sealed(city, person)
    assert waiting_for(city.city_supervisor) == {"agenda": 1}
    hold(city, make_meeting(city))
    assert waiting_for(city.city_supervisor) == {"agenda": 0}
    assert waiting_for(city.approver) == {"release": 1, "claims": 0}
    make_fund(city)
    make_aid(person, "100.00", at=AT)
    releases.release(case_of(person).resolutions.get(), actor=city.approver, at=AT)
    assert waiting_for(city.approver) == {"release": 0, "claims": 0}
    assert waiting_for(city.reviewer) == {"recheck": 1, "too_much": 0}
