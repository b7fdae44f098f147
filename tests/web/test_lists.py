"""Lists: filters, scope, export, and a number of queries that does not grow with the rows."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.cases.models import Notice
from assistance.registry.models import AccessLog
from tests.factories.cases import Desk


def queries_for(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def make_applications(desk: Desk, how_many: int) -> None:
    for _n in range(how_many):
        desk.submitted()


def make_notices(desk: Desk, how_many: int) -> None:
    for _n in range(how_many):
        desk.agreed()
        desk.notice()


@pytest.mark.parametrize(
    ("name", "make", "who"),
    [
        ("applications", make_applications, "reviewer"),
        ("applications", make_applications, "city_supervisor"),
        ("notices", make_notices, "clerk"),
        ("workbench", make_applications, "leader"),
        ("timing", make_applications, "reviewer"),
        ("township_times", make_applications, "city_supervisor"),
        ("workload", make_applications, "leader"),
    ],
)
def test_a_list_asks_the_database_equally_often_for_one_row_and_three(
    desk, as_user, name, make, who
):
    browser = as_user(getattr(desk.cast, who))
    make(desk, 1)
    one = queries_for(browser, reverse(name))
    make(desk, 2)
    assert queries_for(browser, reverse(name)) == one


def test_a_notice_asks_the_database_equally_often_for_one_case_and_three(desk, as_user):
    browser = as_user(desk.cast.clerk)
    desk.agreed()
    one = queries_for(browser, reverse("notice", args=[desk.notice().number]))
    for _n in range(3):
        desk.agreed()
    three = queries_for(browser, reverse("notice", args=[desk.notice().number]))
    assert three == one


def rows_of(response) -> list[str]:
    return [case.number for case in response.context["page"].rows]


def test_applications_are_filtered_by_state_and_name(desk, as_user):
    draft, submitted = desk.draft(), desk.submitted()
    browser = as_user(desk.cast.clerk)
    address = reverse("applications")
    assert rows_of(browser.get(address, {"state": "draft"})) == [draft.number]
    assert rows_of(browser.get(address, {"q": submitted.number[-4:]})) == [submitted.number]
    assert rows_of(browser.get(address, {"year": "2025"})) == [submitted.number, draft.number]
    assert rows_of(browser.get(address, {"mine": "on"})) == [draft.number]
    assert rows_of(browser.get(address, {"since": "2030-01-01"})) == []


def test_a_wrong_filter_shows_its_fault_and_no_rows(desk, as_user):
    desk.draft()
    response = as_user(desk.cast.clerk).get(reverse("applications"), {"state": "nonsense"})
    assert response.status_code == 200
    assert rows_of(response) == []
    assert list(response.context["form"].errors) == ["state"]


def test_the_neighbour_sees_no_row(desk, as_user):
    desk.draft()
    assert rows_of(as_user(desk.cast.neighbour_clerk).get(reverse("applications"))) == []


def test_an_export_holds_the_rows_masked_and_is_logged(desk, as_user):
    case = desk.submitted()
    response = as_user(desk.cast.reviewer).get(reverse("applications"), {"format": "csv"})
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert row[:2] == [case.number, case.person.name]
    assert row[2] == case.person.id_number[:3] + "*" * 11 + case.person.id_number[-4:]
    assert len(header) == len(row)
    logged = AccessLog.objects.get(kind=AccessLog.Kind.EXPORT)
    assert (logged.user, logged.subject) == (desk.cast.reviewer, "applications, 1 rows, csv")


def test_an_export_never_starts_a_formula(desk, as_user):
    case = desk.submitted()
    type(case.person).objects.filter(pk=case.person_id).update(name="=1+1")
    response = as_user(desk.cast.reviewer).get(reverse("applications"), {"format": "csv"})
    _header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert row[1] == "'=1+1"


def test_an_excel_export_is_a_workbook(desk, as_user):
    desk.submitted()
    response = as_user(desk.cast.reviewer).get(reverse("applications"), {"format": "xlsx"})
    assert response.content[:2] == b"PK"


def test_the_quick_search_goes_straight_to_a_case_number(desk, as_user):
    case = desk.draft()
    response = as_user(desk.cast.clerk).post(reverse("search"), {"q": case.number.lower()})
    assert response.headers["Location"] == reverse("application", args=[case.number])


def test_the_quick_search_finds_people_and_their_cases_by_number(desk, as_user):
    case = desk.draft()
    browser = as_user(desk.cast.clerk)
    response = browser.post(reverse("search"), {"q": case.person.id_number})
    assert response.context["people"] == [(case.person, "")]
    assert list(response.context["cases"]) == [case]


def test_the_quick_search_finds_nothing_outside(desk, as_user):
    case = desk.draft()
    response = as_user(desk.cast.neighbour_clerk).post(reverse("search"), {"q": case.person.name})
    assert (list(response.context["people"]), list(response.context["cases"])) == ([], [])


def test_the_quick_search_is_posted(desk, as_user):
    assert as_user(desk.cast.clerk).get(reverse("search")).status_code == 405


def test_the_public_page_shows_masked_names_only_while_the_notice_hangs(desk, client):
    case = desk.agreed()
    notice = desk.notice()
    address = reverse("public_notice", args=[notice.token])
    Notice.objects.filter(pk=notice.pk).update(last_day="2099-01-01")
    page = client.get(address)
    shown = page.content.decode()
    assert page.status_code == 200
    assert notice.lines.get().masked_name in shown
    assert case.person.name not in shown
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in page.headers["Cache-Control"]
    Notice.objects.filter(pk=notice.pk).update(first_day="2026-03-03", last_day="2026-03-10")
    gone = client.get(address)
    assert gone.status_code == 410
    assert notice.lines.get().masked_name not in gone.content.decode()


def test_a_draft_notice_has_no_public_page(desk, client):
    desk.agreed()
    notice = desk.notice()
    Notice.objects.filter(pk=notice.pk).update(
        state="draft", posted_on=None, first_day=None, last_day=None
    )
    assert client.get(reverse("public_notice", args=[notice.token])).status_code == 404


def test_an_id_number_is_refused_as_a_filter(desk, as_user):
    case = desk.draft()
    response = as_user(desk.cast.clerk).get(reverse("applications"), {"q": case.person.id_number})
    assert list(response.context["form"].errors) == ["q"]
