"""The pages of the case road in every stage; who may open them is in tests/permissions."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assistance.cases.models import Application
from assistance.cases.states import Action
from assistance.web.steps import called_for, next_step

CASE_PAGES = ["application", "facts", "receipt"]


@pytest.mark.parametrize(
    "stage", ["draft", "submitted", "reviewed_first", "proposed", "agreed", "approved"]
)
def test_a_case_opens_in_every_stage(desk, as_user, stage):
    case = getattr(desk, stage)()
    for user in (desk.cast.clerk, desk.cast.reviewer):
        browser = as_user(user)
        for name in CASE_PAGES:
            assert browser.get(reverse(name, args=[case.number])).status_code == 200


@pytest.mark.parametrize("who", ["clerk", "reviewer", "city_supervisor"])
def test_notices_open_inside_their_scope(desk, as_user, who):
    desk.agreed()
    notice = desk.notice()
    browser = as_user(getattr(desk.cast, who))
    for name in ("notice", "notice_sheet"):
        assert browser.get(reverse(name, args=[notice.number])).status_code == 200


def test_a_notice_does_not_exist_for_another_township(desk, as_user):
    desk.agreed()
    notice = desk.notice()
    browser = as_user(desk.cast.neighbour_clerk)
    assert browser.get(reverse("notice", args=[notice.number])).status_code == 404


def test_every_page_asks_for_a_log_in(desk, client):
    case: Application = desk.draft()
    for name in CASE_PAGES:
        address = reverse(name, args=[case.number])
        assert client.get(address).headers["Location"] == f"/login/?next={address}"


@pytest.mark.parametrize(
    ("state", "offered", "says"),
    [("due", True, "发放"), ("sent", False, "银行"), ("paid", False, "办结")],
)
def test_a_wrong_amount_is_reported_only_until_the_money_leaves(desk, state, offered, says):
    case = desk.approved()
    case.award.state = state
    assert called_for(Action.REPORT_ERROR, case) is offered
    assert says in str(next_step(case))
