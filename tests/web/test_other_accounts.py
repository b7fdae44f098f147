"""Another account than the social-security card: entered with reason and paper, shown to whoever decides."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assistance.cases import operations
from assistance.registry.models import AccessLog, BankAccount
from tests.factories.cases import Desk
from tests.factories.files import picture, upload
from tests.factories.registry import make_account, new_account_number

MISTYPED = "6217990000000000007"


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


def test_another_account_is_shown_to_whoever_decides(desk, as_user):
    case = desk.draft()
    passbook = make_account(
        case.person,
        entered_by=desk.cast.clerk,
        checked_by=desk.cast.payer,
        at=desk.now,
        reason="no_card",
        is_social_security_card=False,
    )
    page = reverse("application", args=[case.number])
    assert as_user(desk.cast.reviewer).get(page).context["account_warnings"] == []
    operations.choose_account(
        case, account=passbook, actor=desk.cast.clerk, at=desk.now, version=None
    )
    case = operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    operations.sign_first_review(
        case, opinion="属实", actor=desk.cast.leader, at=desk.now, version=None
    )
    response = as_user(desk.cast.reviewer).get(page)
    (warning,) = response.context["account_warnings"]
    assert str(passbook.get_reason_display()) in warning
    paper = reverse("account_paper", args=[case.person_id, passbook.pk])
    assert paper in response.content.decode()


def test_the_paper_is_sent_as_an_attachment_and_noted(desk, as_user):
    person = desk.person()
    account = make_account(
        person, holder_name="李四", reason="relative", entered_by=desk.cast.clerk, at=desk.now
    )
    address = reverse("account_paper", args=[person.pk, account.pk])
    response = as_user(desk.cast.leader).get(address)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    noted = AccessLog.objects.get(kind=AccessLog.Kind.PAPER)
    assert (noted.user, noted.person) == (desk.cast.leader, person)
    assert as_user(desk.cast.neighbour_leader).get(address).status_code == 404
    card = person.bank_accounts.get(is_social_security_card=True)
    without = reverse("account_paper", args=[person.pk, card.pk])
    assert as_user(desk.cast.leader).get(without).status_code == 404


def test_an_account_with_reason_and_paper_is_entered_on_the_case(desk, as_user):
    case = desk.draft()
    browser, address = as_user(desk.cast.clerk), reverse("new_account", args=[case.number])
    given = {
        "bank": "景宁农商银行",
        "number": new_account_number(),
        "holder_name": "李四",
        "reason": "guardian",
    }
    refused = browser.post(address, given)
    assert refused.status_code == 422
    assert len(refused.context["new_account_form"].non_field_errors()) == 1
    paper = upload(picture(), "户口簿.png")
    assert browser.post(address, given | {"paper": paper}).status_code == 302
    account = BankAccount.objects.get(reason="guardian")
    assert (account.holder_name, account.is_social_security_card) == ("李四", False)
    assert account.paper is not None


def test_an_odd_number_asks_for_a_tick_and_is_then_taken(desk, as_user):
    person = desk.person()
    browser, address = as_user(desk.cast.clerk), reverse("add_person_account", args=[person.pk])
    box = 'type="checkbox" name="number_confirmed"'
    assert box not in browser.get(address).content.decode()
    given = {"bank": "景宁农商银行", "number": MISTYPED, "is_social_security_card": "on"}
    refused = browser.post(address, given)
    assert refused.status_code == 422
    assert box in refused.content.decode()
    assert browser.post(address, given | {"number_confirmed": "on"}).status_code == 302
    assert BankAccount.objects.get(odd_number_confirmed=True).number == MISTYPED
