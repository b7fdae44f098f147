"""The lists of days: which rows, as a file, and for whom."""

from __future__ import annotations

import csv
import io

from django.urls import reverse
from django.utils import timezone

from assistance.cases import operations
from assistance.cases.models import Application
from assistance.registry.models import AccessLog
from tests.factories.cases import Desk


def rows_of(response) -> list[str]:
    return [case.number for case in response.context["page"].rows]


def long_returned(desk: Desk) -> Application:
    case = desk.submitted()
    return operations.return_application(
        case, reason="缺件", actor=desk.cast.leader, at=desk.now, version=None
    )


def test_the_lists_of_stuck_returned_and_overdue_cases(desk, as_user):
    back, waiting = long_returned(desk), desk.submitted()
    fresh = desk.submitted()
    Application.objects.filter(pk=fresh.pk).update(state_since=timezone.now(), deadline_on=None)
    browser = as_user(desk.cast.reviewer)
    found = {
        kind: rows_of(browser.get(reverse("timing"), {"kind": kind}))
        for kind in ("returned", "stuck", "overdue", "")
    }
    assert found["returned"] == [back.number]
    assert found["stuck"] == found["overdue"] == [waiting.number]
    assert set(found[""]) == {back.number, waiting.number, fresh.number}


def test_the_longest_wait_stands_first(desk, as_user):
    for _n in range(3):
        desk.submitted()
        desk.later(days=7)
    page = as_user(desk.cast.reviewer).get(reverse("timing"))
    waits = [case.stay_days for case in page.context["page"].rows]
    assert waits == sorted(waits, reverse=True)
    assert len(set(waits)) == 3


def test_days_are_numbers_in_the_file(desk, as_user):
    desk.submitted()
    response = as_user(desk.cast.leader).get(reverse("timing"), {"format": "csv"})
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert len(header) == len(row) == 12
    assert all(cell.isdigit() for cell in row[5:])


def test_the_tables_are_taken_out_and_that_is_noted(desk, as_user):
    desk.reviewed_first()
    browser = as_user(desk.cast.approver)
    for name, subject in (("township_times", "township times"), ("workload", "workload")):
        response = browser.get(reverse(name), {"format": "xlsx"})
        assert response.content[:2] == b"PK"
        assert AccessLog.objects.filter(subject__startswith=subject).count() == 1


def test_the_tiles_of_the_workbench_lead_to_what_they_count(desk, as_user):
    long_returned(desk)
    desk.submitted()
    browser = as_user(desk.cast.leader)
    page = browser.get(reverse("workbench"))
    text = page.content.decode()
    assert (page.context["returned_count"], page.context["stuck_count"]) == (1, 1)
    for query in ("?kind=returned", "?kind=stuck", "?kind=overdue&amp;order=deadline"):
        assert f'href="{reverse("timing")}{query}"' in text


def test_nonsense_in_the_address_shows_the_usual_days(desk, as_user):
    page = as_user(desk.cast.leader).get(reverse("township_times"), {"days": "1 OR 1"})
    assert page.context["days"] == "90"
