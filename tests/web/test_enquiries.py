"""The telephone screen: what it shows, what it keeps to itself."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from assistance.cases import operations
from assistance.cases.models import CallNote
from tests.factories.registry import make_person


def card_of(browser, case) -> str:
    return browser.get(reverse("enquiry", args=[case.person_id])).content.decode()


def test_one_person_found_leads_to_the_card(desk, as_user):
    case = desk.submitted()
    response = as_user(desk.cast.clerk).post(reverse("enquiries"), {"words": case.number})
    assert response.headers["Location"] == reverse("enquiry", args=[case.person_id])


def test_several_are_listed_with_their_last_case(desk, as_user):
    desk.draft(make_person("蓝同名", at=desk.now))
    make_person("蓝同名", at=desk.now)
    page = as_user(desk.cast.clerk).post(reverse("enquiries"), {"words": "蓝同名"})
    assert len(page.context["people"]) == 2
    assert [len(p.seen_cases) for p in page.context["people"]] in ([0, 1], [1, 0])


def test_the_search_asks_the_database_equally_often_for_two_and_five(desk, as_user):
    browser = as_user(desk.cast.clerk)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.post(reverse("enquiries"), {"words": "蓝同名"})
        return len(queries)

    for _n in range(2):
        desk.draft(make_person("蓝同名", at=desk.now))
    asked()
    two = asked()
    for _n in range(3):
        desk.draft(make_person("蓝同名", at=desk.now))
    assert asked() == two


def test_the_card_reads_out_stage_missing_papers_and_what_comes_next(desk, as_user):
    case = desk.submitted()
    operations.return_application(
        case, reason="缺出院记录", actor=desk.cast.leader, at=desk.now, version=None
    )
    browser = as_user(desk.cast.window)
    (answer,) = browser.get(reverse("enquiry", args=[case.person_id])).context["answers"]
    assert "缺出院记录" in answer.spoken
    assert (answer.since, answer.amount) == ("2026-03-02", gettext("not decided yet"))


def test_a_proposed_amount_is_not_told(desk, as_user):
    case = desk.proposed()
    assert case.amount is not None
    (answer,) = (
        as_user(desk.cast.clerk).get(reverse("enquiry", args=[case.person_id])).context["answers"]
    )
    assert "20,000" not in answer.spoken + answer.amount


def test_an_agreed_amount_and_the_days_of_the_notice_are_told(desk, as_user):
    case = desk.agreed()
    notice = desk.notice()
    (answer,) = (
        as_user(desk.cast.clerk).get(reverse("enquiry", args=[case.person_id])).context["answers"]
    )
    case.refresh_from_db()
    assert f"{case.amount:,.2f}" in answer.amount
    assert notice.last_day.isoformat() in answer.spoken


def test_the_card_shows_no_number_in_full(desk, as_user):
    person = make_person("蓝秋禾", phone="13800000001", category="DIBAO", at=desk.now)
    case = desk.draft(person)
    text = card_of(as_user(desk.cast.reviewer), case)
    assert person.id_number not in text
    assert "13800000001" not in text
    assert "138****0001" in text


def test_the_name_of_a_caller_is_not_shown_again(desk, as_user):
    case = desk.draft()
    browser = as_user(desk.cast.clerk)
    posted = {"caller": "relative", "caller_name": "蓝女士", "asked": "进度", "told": "待提交"}
    browser.post(reverse("call", args=[case.person_id]), posted | {"application": case.pk})
    assert CallNote.objects.get().application == case
    for name, number in (
        ("enquiry", case.person_id),
        ("application", case.number),
        ("person", case.person_id),
    ):
        text = browser.get(reverse(name, args=[number])).content.decode()
        assert "待提交" in text, name
        assert "蓝女士" not in text, name


def test_an_empty_note_comes_back_with_what_was_typed(desk, as_user):
    case = desk.draft()
    page = as_user(desk.cast.clerk).post(
        reverse("call", args=[case.person_id]), {"caller": "patient", "asked": "进度", "told": ""}
    )
    assert page.status_code == 422
    assert 'value="进度"' in page.content.decode()
    assert not CallNote.objects.exists()


@pytest.mark.parametrize("who", ["neighbour_clerk", "outside_reviewer", "partner"])
def test_the_card_does_not_exist_for_others(desk, as_user, who):
    case = desk.draft()
    browser = as_user(getattr(desk.cast, who))
    assert browser.get(reverse("enquiry", args=[case.person_id])).status_code == 404


def test_the_form_of_a_call_carries_a_mark_of_its_own(desk, as_user):
    """Sent twice, by a second click or by loading the page again, it is one call."""
    case, browser = desk.draft(), as_user(desk.cast.clerk)
    (token,) = re.findall(r'name="token" value="([^"]+)"', card_of(browser, case))
    posted = {"token": token, "caller": "relative", "asked": "进度", "told": "待提交"}
    for _ in range(2):
        answer = browser.post(reverse("call", args=[case.person_id]), posted)
        assert answer.status_code == 302
    assert CallNote.objects.count() == 1
    assert token not in card_of(browser, case)
