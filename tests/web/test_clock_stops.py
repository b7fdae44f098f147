"""The list of cases whose clock stands still: on screen, as a file, on paper."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.cases.models import ClockStop
from assistance.registry.models import AccessLog
from tests.web.paper.read import bare, text


def rows_of(response) -> list[str]:
    return [stop.application.number for stop in response.context["page"].rows]


def test_the_list_says_who_waits_for_what_since_when(desk, as_user):
    case = desk.parked()
    response = as_user(desk.cast.second_clerk).get(reverse("stopped"), {"format": "csv"})
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    told = dict(zip(header, row, strict=True))
    assert list(told.values())[:2] == [case.number, case.person.name]
    assert {"DIBIAN", "2026-03-02", "2026-04-01"} <= set(told.values())


def test_only_what_is_due_to_be_asked_about(desk, as_user):
    asked, later = desk.parked(), desk.parked()
    ClockStop.objects.filter(application=later).update(remind_on=date(2999, 1, 1))
    browser = as_user(desk.cast.clerk)
    assert rows_of(browser.get(reverse("stopped"), {"ask": "on"})) == [asked.number]
    assert rows_of(browser.get(reverse("stopped"), {"kind": "papers"})) == []
    assert browser.get(reverse("workbench")).context["stops"] == {"all": 2, "to_ask": 1}


def test_the_sheet_is_masked_and_logged(desk, as_user):
    case = desk.parked()
    page = as_user(desk.cast.clerk).get(reverse("stopped_sheet")).content.decode()
    assert case.number in page
    assert case.person.name not in page
    assert AccessLog.objects.get(kind=AccessLog.Kind.PRINT).subject == "clock stopped, 1 rows"


def test_the_pdf_has_title_day_and_the_rows_of_the_filter_masked(desk, as_user):
    case = desk.parked()
    browser = as_user(desk.cast.clerk)
    shown = bare(text(browser.get(reverse("stopped_paper")).content))
    for words in ("停止计时案件一览表", "截至", "共1件", case.number, "2026-04-01"):
        assert words in shown
    assert case.person.name not in shown
    empty = browser.get(reverse("stopped_paper"), {"kind": "papers"})
    assert "共0件" in bare(text(empty.content))
    assert AccessLog.objects.filter(kind=AccessLog.Kind.PRINT).count() == 2


def test_the_list_asks_the_database_equally_often_for_one_row_and_three(desk, as_user):
    browser = as_user(desk.cast.reviewer)
    counts = []
    for more in (1, 2):
        for _n in range(more):
            desk.parked()
        browser.get(reverse("stopped"))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("stopped")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_neighbour_sees_no_row(desk, as_user):
    desk.parked()
    assert rows_of(as_user(desk.cast.neighbour_clerk).get(reverse("stopped"))) == []
