"""Many forms in one file."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.urls import reverse

from assistance.registry.models import AccessLog
from assistance.web.paper import bulk
from tests.web.paper.read import bare, pages

ADDRESS = "paper_forms"


def test_the_forms_of_a_list_come_in_its_order_each_with_its_own_pages(desk, as_user):
    cases = [desk.draft(), desk.submitted(), desk.draft()]
    response = as_user(desk.cast.clerk).get(reverse(ADDRESS), {"state": "draft"})
    firsts = [page for page in map(bare, pages(response.content)) if "医疗救助申请审批表" in page]
    assert [page.split("受理编号：")[1][: len(cases[0].number)] for page in firsts] == [
        cases[2].number,
        cases[0].number,
    ]
    assert all("第1页共" in page for page in firsts)
    noted = AccessLog.objects.filter(kind=AccessLog.Kind.PRINT)
    assert set(noted.values_list("person", flat=True)) == {
        cases[0].person_id,
        cases[2].person_id,
        None,
    }


def test_nothing_chosen_and_too_much_are_refused_in_words(desk, as_user, monkeypatch):
    browser = as_user(desk.cast.clerk)
    empty = browser.get(reverse(ADDRESS))
    assert empty.url == reverse("applications")
    assert len(list(get_messages(empty.wsgi_request))) == 1
    desk.draft()
    desk.draft()
    monkeypatch.setattr(bulk, "MOST", 1)
    too_much = browser.get(reverse(ADDRESS))
    assert too_much.url == reverse("applications")
    assert not AccessLog.objects.exists()


def test_others_cases_are_not_printed(desk, as_user):
    case = desk.draft()
    response = as_user(desk.cast.neighbour_clerk).get(reverse(ADDRESS), {"q": case.number})
    assert response.status_code == 302
