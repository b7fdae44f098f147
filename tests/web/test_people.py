"""The list of people, the look-up by number, and what a person's pages show to whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.registry.models import AccessLog
from assistance.shared.masking import mask_id
from tests.factories.accounts import Cast
from tests.factories.registry import make_account, make_aid, make_bill, make_category, make_person

INSIDE = [
    "clerk",
    "leader",
    "window",
    "reviewer",
    "approver",
    "payer",
    "fund",
    "city_supervisor",
]
OUTSIDE = ["neighbour_clerk", "neighbour_leader", "outside_reviewer", "partner", "auditor"]
PAGES = ["person", "person_costs", "person_history"]


@pytest.fixture
def cast(db) -> Cast:
    cast = Cast()
    assert cast.agency.pk != cast.outside_agency.pk
    return cast


def names(response) -> list[str]:
    return [row.name for row in response.context["page"].rows]


def queries(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", INSIDE)
def test_people_of_the_area_are_listed(cast, as_user, who):
    make_person("蓝青山")
    assert names(as_user(getattr(cast, who)).get("/people/")) == ["蓝青山"]


@pytest.mark.parametrize("who", OUTSIDE)
def test_people_outside_the_area_are_not_listed(cast, as_user, who):
    make_person("蓝青山")
    assert names(as_user(getattr(cast, who)).get("/people/")) == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", INSIDE)
def test_a_person_opens_inside_the_area(cast, as_user, who, page):
    person = make_person(category="DIBAO")
    make_account(person, entered_by=cast.clerk)
    make_bill(person)
    make_aid(person)
    response = as_user(getattr(cast, who)).get(reverse(page, args=[person.pk]))
    assert response.status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", OUTSIDE)
def test_a_person_does_not_exist_outside_the_area(cast, as_user, who, page):
    person = make_person()
    response = as_user(getattr(cast, who)).get(reverse(page, args=[person.pk]))
    assert response.status_code == 404


def test_no_number_is_shown_in_full(cast, as_user):
    person = make_person(phone="13857812345")
    account = make_account(person, entered_by=cast.clerk)
    browser = as_user(cast.reviewer)
    addresses = [
        reverse("people"),
        *(reverse(page, args=[person.pk]) for page in PAGES),
        reverse("check_account", args=[person.pk, account.pk]),
    ]
    for address in addresses:
        page = browser.get(address).content.decode()
        for secret in (person.id_number, account.number, "13857812345"):
            assert secret not in page
    for form in ("change_phone", "change_name", "change_number"):
        correcting = as_user(cast.clerk).get(reverse(form, args=[person.pk]))
        assert person.id_number not in correcting.content.decode()
        assert "13857812345" not in correcting.content.decode()


@pytest.mark.parametrize("words", ["青山", "lanqing", "lqs"])
def test_people_are_found_by_name_pinyin_and_initials(cast, as_user, words):
    make_person("蓝青山")
    make_person("雷月桂")
    assert names(as_user(cast.clerk).get("/people/", {"q": words})) == ["蓝青山"]


def test_a_number_is_not_looked_for_through_the_address(cast, as_user):
    person = make_person()
    response = as_user(cast.clerk).get("/people/", {"q": person.id_number})
    assert names(response) == []
    assert list(response.context["form"].errors) == ["q"]


def test_people_are_filtered_by_township_category_and_death(cast, as_user):
    make_person("蓝青山", category="DIBAO")
    make_person("雷月桂", township=cast.other_township)
    dead = make_person("钟有田")
    dead.died_on = date(2025, 3, 1)
    dead.save(update_fields=["died_on"])
    browser = as_user(cast.reviewer)
    assert names(browser.get("/people/", {"township": cast.other_township.pk})) == ["雷月桂"]
    assert names(browser.get("/people/", {"category": make_category("DIBAO").pk})) == ["蓝青山"]
    assert names(browser.get("/people/", {"died": "died"})) == ["钟有田"]
    assert names(browser.get("/people/", {"died": "living"})) == ["蓝青山", "雷月桂"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_list_is_taken_out_masked_and_logged(cast, as_user, format):
    person = make_person()
    response = as_user(cast.clerk).get("/people/", {"format": format})
    log = AccessLog.objects.get()
    assert (log.kind, log.user, log.subject) == ("export", cast.clerk, f"people, 1 rows, {format}")
    if format == "csv":
        _heading, row = response.content.decode("utf-8-sig").splitlines()
        assert row.split(",")[:2] == [person.name, mask_id(person.id_number)]


def test_the_list_asks_the_database_as_often_for_three_as_for_one(cast, as_user):
    browser = as_user(cast.reviewer)
    make_person(category="DIBAO")
    one = queries(browser, "/people/")
    make_person(category="TEKUN")
    make_person()
    assert queries(browser, "/people/") == one


@pytest.mark.parametrize("page", ["person", "person_costs", "person_history"])
def test_a_page_asks_as_often_for_three_rows_as_for_one(cast, as_user, page):
    person = make_person(category="DIBAO", enrolled=True)
    browser, address = as_user(cast.clerk), reverse(page, args=[person.pk])
    make_bill(person, 1000)
    make_aid(person)
    one = queries(browser, address)
    for _more in range(2):
        make_bill(person, 2000)
        make_aid(person)
    assert queries(browser, address) == one


def test_the_full_number_finds_somebody_of_the_own_area(cast, as_user):
    person = make_person()
    response = as_user(cast.clerk).post("/people/find/", {"id_number": person.id_number})
    assert response.headers["Location"] == f"/people/{person.pk}/"


def test_number_and_name_find_a_masked_card_outside(cast, as_user):
    person = make_person("蓝青山")
    given = {"id_number": person.id_number, "name": "蓝青山"}
    response = as_user(cast.neighbour_clerk).post("/people/find/", given)
    assert response.context["card"].name == "蓝*山"
    assert response.context["card"].id_number == mask_id(person.id_number)
    assert person.id_number not in response.content.decode()
    assert AccessLog.objects.get().person == person


def test_a_wrong_name_tells_nothing(cast, as_user):
    known, browser = make_person("蓝青山"), as_user(cast.neighbour_clerk)
    errors = []
    for number in (known.id_number, make_person("雷月桂").id_number):
        response = browser.post("/people/find/", {"id_number": number, "name": "林秋禾"})
        assert response.status_code == 422
        errors.append(response.context["form"].errors["__all__"])
    assert errors[0] == errors[1]
    assert AccessLog.objects.count() == 2


def test_a_number_alone_finds_nobody_outside(cast, as_user):
    person = make_person()
    response = as_user(cast.neighbour_clerk).post("/people/find/", {"id_number": person.id_number})
    assert response.status_code == 422
    assert not AccessLog.objects.exists()
