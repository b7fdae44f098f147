"""An address below another parent does not exist, and what was objected is the investigator's alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assistance.cases import operations
from tests.factories.files import upload
from tests.factories.identity import request_name
from tests.factories.registry import make_account, new_account_number

PAPERS = ("paper", "paper_file", "paper_preview", "paper_thumbnail")


def test_the_paper_of_one_case_is_not_found_under_another(desk, as_user):
    mine, other = desk.draft(), desk.draft()
    row = other.evidence.first()
    clerk = as_user(desk.cast.clerk)
    for name in PAPERS:
        assert clerk.get(reverse(name, args=[mine.number, row.pk])).status_code == 404
    for name in ("void_evidence", "record_original"):
        given = {"reason": "错件", "what": "returned"}
        assert clerk.post(reverse(name, args=[mine.number, row.pk]), given).status_code == 404
    neighbour = as_user(desk.cast.neighbour_clerk)
    assert neighbour.get(reverse("paper_file", args=[other.number, row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.voided_at is None


def test_accounts_and_changes_of_somebody_else_are_not_found_under_a_person(desk, as_user):
    mine, other = desk.person(), desk.person()
    change = request_name(other, "柳二", actor=desk.cast.clerk)
    account = make_account(
        other,
        number=new_account_number(),
        is_social_security_card=False,
        reason="no_card",
        paper=upload(),
        entered_by=desk.cast.clerk,
        checked_by=None,
    )
    reviewer = as_user(desk.cast.reviewer)
    for name, row in (
        ("identity_paper", change),
        ("identity_paper_preview", change),
        ("confirm_identity", change),
        ("account_paper", account),
        ("check_account", account),
    ):
        assert reviewer.get(reverse(name, args=[mine.pk, row.pk])).status_code == 404, name
    theirs = reverse("reveal_number", args=[mine.pk, f"account-{account.pk}"])
    assert reviewer.post(theirs, {"reason": "check"}).status_code == 404


@pytest.fixture
def objection(desk):
    desk.agreed()
    line = desk.notice().lines.get()
    return operations.record_objection(
        line,
        received_on=desk.now.date(),
        content="邻居称其家中有商铺",
        objector="雷某",
        actor=desk.cast.second_clerk,
        at=desk.now,
    )


def test_only_who_investigates_reads_what_was_objected(desk, objection, as_user):
    page, decide = (
        reverse(name, args=[objection.number]) for name in ("objection", "decide_objection")
    )
    cast = desk.cast
    assert objection.content in as_user(cast.second_reviewer).get(page).content.decode()
    # The reviewer of the case investigates nothing; the others only see that there is one.
    for user in (cast.reviewer, cast.clerk, cast.leader, cast.payer, cast.fund, cast.auditor):
        browser = as_user(user)
        given = {"outcome": "unfounded", "finding": "查无此事"}
        for answer in (browser.get(page), browser.post(decide, given)):
            assert objection.content not in answer.content.decode()
        objection.refresh_from_db()
        assert objection.outcome == ""
