"""Every page of the case road opens for those who may, and does not exist for others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assistance.cases.models import Application

INSIDE = [
    "clerk",
    "leader",
    "window",
    "reviewer",
    "approver",
    "payer",
    "fund",
    "auditor",
    "city_supervisor",
]
OUTSIDE = ["neighbour_clerk", "neighbour_leader", "outside_clerk", "partner", "administrator"]
CASE_PAGES = ["application", "facts", "receipt"]


@pytest.mark.parametrize("who", [*INSIDE, *OUTSIDE])
def test_the_workbench_opens_for_every_role(desk, as_user, who):
    desk.submitted()
    response = as_user(getattr(desk.cast, who)).get("/")
    assert response.status_code == 200


@pytest.mark.parametrize("name", CASE_PAGES)
@pytest.mark.parametrize("who", INSIDE)
def test_a_case_opens_inside_its_scope(desk, as_user, who, name):
    case = desk.reviewed_first()
    response = as_user(getattr(desk.cast, who)).get(reverse(name, args=[case.number]))
    assert response.status_code == 200


@pytest.mark.parametrize("name", CASE_PAGES)
@pytest.mark.parametrize("who", OUTSIDE)
def test_a_case_does_not_exist_outside_its_scope(desk, as_user, who, name):
    case = desk.reviewed_first()
    response = as_user(getattr(desk.cast, who)).get(reverse(name, args=[case.number]))
    assert response.status_code == 404


@pytest.mark.parametrize(
    "stage", ["draft", "submitted", "reviewed_first", "proposed", "agreed", "approved"]
)
@pytest.mark.parametrize("name", CASE_PAGES)
def test_a_case_opens_in_every_stage(desk, as_user, stage, name):
    case = getattr(desk, stage)()
    for user in (desk.cast.clerk, desk.cast.reviewer):
        assert as_user(user).get(reverse(name, args=[case.number])).status_code == 200


@pytest.mark.parametrize("who", ["clerk", "reviewer", "auditor"])
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
