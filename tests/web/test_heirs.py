"""The heirs' claim on screen, and the list of awards that wait."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from assistance.payments.models import Award, HeirClaim
from assistance.registry.models import AccessLog
from tests.factories.accounts import Cast
from tests.factories.files import upload
from tests.factories.payments import make_award, make_claim, make_fund_year, make_heir
from tests.factories.registry import make_person, new_account_number, new_number


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


@pytest.fixture
def fund_year(cast):
    return make_fund_year(cast, year=localdate().year)


@pytest.fixture
def award(cast, fund_year, as_user) -> Award:
    """Of somebody whose death the clerk has recorded on screen."""
    award = make_award(cast, fund_year, person=make_person("蓝青山"))
    died = {"died_on": localdate().isoformat()}
    address = reverse("record_death", args=[award.person_id])
    assert as_user(cast.clerk).post(address, died).status_code == 302
    return award


def typed(number: str, **more) -> dict[str, object]:
    return {
        "name_1": "蓝小满",
        "id_number_1": new_number(),
        "relation_1": "child",
        "bank": "景宁农商银行",
        "number": number,
        "death": upload(name="死亡证明.png"),
        "kinship": upload(name="户口簿.png"),
        **more,
    }


def test_recording_a_death_holds_the_award_at_once(award):
    award.refresh_from_db()
    assert award.state == "held"


def test_the_claim_goes_from_the_clerk_to_the_reviewer_and_the_award_is_due(cast, as_user, award):
    number, clerk = new_account_number(), as_user(cast.clerk)
    page = reverse("award", args=[award.number])
    assert reverse("enter_claim", args=[award.number]) in clerk.get(page).content.decode()
    response = clerk.post(reverse("enter_claim", args=[award.number]), typed(number))
    assert response.status_code == 302
    claim = HeirClaim.objects.get()
    shown = clerk.get(page).content.decode()
    assert "蓝小满" in shown
    assert number not in shown
    assert claim.heirs.get().id_number not in shown
    reviewer, address = as_user(cast.reviewer), reverse("confirm_claim", args=[award.number])
    assert address in reviewer.get(page).content.decode()
    assert reviewer.post(address, {"number": number}).status_code == 302
    award.refresh_from_db()
    assert (award.state, award.account.holder_name) == ("due", "蓝小满")


def test_several_heirs_need_their_agreement(cast, as_user, award):
    browser, address = as_user(cast.clerk), reverse("enter_claim", args=[award.number])
    second = {"name_2": "蓝小寒", "id_number_2": new_number(), "relation_2": "child"}
    refused = browser.post(address, typed(new_account_number(), **second))
    assert refused.status_code == 422
    half = browser.post(address, typed(new_account_number(), name_3="蓝小雪"))
    assert len(half.context["form"].non_field_errors()) == 1
    agreed = typed(new_account_number(), **second, agreement=upload(name="协议.png"))
    assert browser.post(address, agreed).status_code == 302
    assert [heir.name for heir in HeirClaim.objects.get().heirs.order_by("position")] == [
        "蓝小满",
        "蓝小寒",
    ]


def test_a_paper_of_the_claim_is_sent_as_an_attachment_and_noted(cast, as_user, award):
    claim = make_claim(cast, award, at=now())
    paper = claim.papers.order_by("pk")[0]
    address = reverse("claim_paper", args=[award.number, paper.pk])
    response = as_user(cast.reviewer).get(address)
    assert response.headers["Content-Disposition"].startswith("attachment")
    noted = AccessLog.objects.get(kind=AccessLog.Kind.PAPER)
    assert (noted.user, noted.person) == (cast.reviewer, award.person)
    other = make_award(cast, award.fund_year)
    elsewhere = reverse("claim_paper", args=[other.number, paper.pk])
    assert as_user(cast.reviewer).get(elsewhere).status_code == 404


def test_the_held_list_says_why_since_when_and_what_is_needed(cast, as_user, award):
    (row,) = as_user(cast.payer).get(reverse("held_awards")).context["page"].rows
    assert row == award
    before = as_user(cast.payer).get(reverse("held_awards")).content.decode()
    make_claim(cast, award, heirs=[make_heir("雷月桂")], at=now())
    after = as_user(cast.payer).get(reverse("held_awards")).content.decode()
    assert "雷月桂" not in before
    assert "雷月桂" in after
    assert (
        list(as_user(cast.neighbour_clerk).get(reverse("held_awards")).context["page"].rows) == []
    )


def test_the_held_list_asks_as_often_for_three_as_for_one(cast, as_user, fund_year, award):
    browser = as_user(cast.payer)

    def asked() -> int:
        browser.get(reverse("held_awards"))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse("held_awards")).status_code == 200
        return len(captured)

    make_claim(cast, award, at=now())
    one = asked()
    for _n in range(2):
        make_award(cast, fund_year, without_account=True)
    assert asked() == one
