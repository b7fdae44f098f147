"""Paying the heirs of somebody who has died."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from assistance.payments import operations
from assistance.payments.models import Award, ClaimPaper, HeirClaim
from assistance.payments.queries import (
    balances,
    batch_file,
    check_ledger,
    claim_warnings,
    line_problems,
    needed,
    obstacle,
    waiting_awards,
)
from assistance.registry.models import BankAccount
from assistance.registry.operations import record_death, retire_account, revoke_death
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.files import upload
from tests.factories.payments import (
    AT,
    LATER,
    make_award,
    make_batch,
    make_checked_account,
    make_claim,
    make_heir,
    read_answer,
)
from tests.factories.registry import make_account, make_person, new_account_number

DIED = AT.date()
SOON = LATER + timedelta(days=2)


def dies(cast, person, *, at=LATER):
    record_death(person, died_on=DIED, actor=cast.clerk, at=at)
    return operations.follow_deaths(at=at)


def revive(cast, person):
    revoke_death(person, reason="同名误录", actor=cast.clerk, at=SOON)
    return operations.follow_deaths(at=SOON)


def fresh(award) -> Award:
    return Award.objects.select_related("person", "account", "claim").get(pk=award.pk)


@pytest.fixture
def award(cast, fund_year) -> Award:
    return make_award(cast, fund_year)


@pytest.fixture
def dead(cast, award) -> Award:
    """Held because of the death."""
    dies(cast, award.person)
    return fresh(award)


def confirm(cast, award, claim, *, actor=None, number=None):
    return operations.confirm_claim(
        award, number=number or claim.account.number, actor=actor or cast.reviewer, at=SOON
    )


def test_a_death_holds_the_due_award_once(cast, award):
    assert dies(cast, award.person) == operations.Followed(held=1, voided=0)
    held = fresh(award)
    assert (held.state, held.state_reason) == (
        "held",
        "The person died on 2026-03-02: the money may not go to the old account.",
    )
    assert held.changes.last().by is None
    assert operations.follow_deaths(at=SOON) == operations.Followed(held=0, voided=0)


def test_a_confirmed_claim_pays_the_heir(cast, fund_year, dead):
    claim = make_claim(cast, dead, heirs=[make_heir("蓝小满")])
    assert (claim.state, fresh(dead).state, claim.account.checked_at) == ("entered", "held", None)
    assert (claim.account.holder_name, claim.account.reason) == ("蓝小满", "heir")
    confirm(cast, dead, claim)
    due = fresh(dead)
    assert (due.state, due.account, due.claim) == ("due", claim.account, claim)
    assert due.account.checked_by == cast.reviewer
    batch = make_batch(cast, [due], sent=True)
    assert (
        f"蓝小满,{claim.account.bank},{claim.account.number},7500.00" in batch_file(batch).decode()
    )
    line = batch.lines.get()
    assert (line.holder_name, line.award.person) == ("蓝小满", dead.person)
    read_answer(batch, actor=cast.payer)
    assert (fresh(dead).state, balances(fund_year)["paid_out"]) == ("paid", Decimal("7500.00"))
    assert check_ledger(fund_year) == []


def test_several_heirs_authorise_one(cast, dead):
    heirs = [
        make_heir("雷月桂", relation="spouse", share=Decimal("50")),
        make_heir("蓝小满", share=Decimal("25")),
        make_heir("蓝小寒", share=Decimal("25")),
    ]
    claim = make_claim(cast, dead, heirs=heirs)
    rows = [(h.name, h.receives, str(h.share)) for h in claim.heirs.order_by("position")]
    assert rows == [
        ("雷月桂", True, "50.00"),
        ("蓝小满", False, "25.00"),
        ("蓝小寒", False, "25.00"),
    ]
    assert set(claim.papers.values_list("kind", flat=True)) == set(ClaimPaper.Kind)
    assert (claim.payee_name, claim_warnings(claim)) == ("雷月桂", [])


def test_heirs_of_the_second_order_and_by_will_are_warned_of(cast, dead):
    claim = make_claim(
        cast, dead, heirs=[make_heir(relation="sibling"), make_heir(relation="will")]
    )
    first, second = claim_warnings(claim)
    assert "article 1127" in first
    assert "the will" in second


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"papers": {"death": upload(), "kinship": None}}, "Proof of kinship"),
        ({"papers": {"kinship": upload()}}, "Death certificate"),
        ({"heirs": [make_heir(), make_heir()], "papers": {"death": upload(), "kinship": upload()}},
         "Agreement or authorisation"),
        ({"heirs": [make_heir(share=Decimal("60")), make_heir(share=Decimal("30"))]}, "100 percent"),
        ({"heirs": [make_heir(share=Decimal("100")), make_heir()]}, "100 percent"),
        ({"heirs": [make_heir(" ")]}, "Every heir needs"),
        ({"heirs": [make_heir(relation="neighbour")]}, "Every heir needs"),
        ({"heirs": [make_heir(id_number="331127199001011234")]}, "蓝小满: "),
        ({"heirs": [make_heir(id_number="same"), make_heir(id_number="same")]}, "蓝小满: "),
        ({"number": "6217990000000000007"}, "check digit"),
    ],
)  # fmt: skip
def test_a_claim_is_refused_without_what_it_needs(cast, dead, given, sentence):
    with pytest.raises(Refused, match=sentence):
        make_claim(cast, dead, **given)
    assert not HeirClaim.objects.exists()


def test_nobody_inherits_from_himself_or_twice(cast, dead):
    with pytest.raises(Refused, match="cannot be an heir"):
        make_claim(cast, dead, heirs=[make_heir(id_number=dead.person.id_number)])
    twin = make_heir()
    with pytest.raises(Refused, match="same id number"):
        make_claim(cast, dead, heirs=[twin, twin])


def test_the_own_account_of_the_dead_is_not_an_heirs(cast, dead):
    with pytest.raises(Refused, match="not as that of this heir"):
        make_claim(cast, dead, number=dead.account.number)


def test_an_account_entered_before_for_the_heir_is_used(cast, dead):
    account = make_account(
        dead.person, holder_name="蓝小满", reason="heir", entered_by=cast.clerk, at=LATER
    )
    claim = make_claim(cast, dead, heirs=[make_heir("蓝小满")], number=account.number)
    assert claim.account == account
    assert BankAccount.objects.filter(person=dead.person, reason="heir").count() == 1


def test_one_claim_at_a_time(cast, dead):
    make_claim(cast, dead)
    with pytest.raises(Refused, match="under way"):
        make_claim(cast, dead)
    assert HeirClaim.objects.count() == 1


def test_a_claim_needs_a_death_and_somebody_who_enters_there(cast, award):
    with pytest.raises(NotAllowed, match="No death is entered"):
        make_claim(cast, award)
    record_death(award.person, died_on=DIED, actor=cast.clerk, at=LATER)
    for who in ("leader", "reviewer", "payer", "neighbour_clerk", "outside_clerk"):
        with pytest.raises(NotAllowed):
            operations.enter_claim(
                award,
                heirs=[make_heir()],
                bank="农商银行",
                number=new_account_number(),
                papers={},
                actor=getattr(cast, who),
                at=LATER,
            )


def test_a_claim_is_confirmed_by_another_person_with_the_number_from_the_card(cast, dead):
    claim = make_claim(cast, dead)
    for who in ("clerk", "leader", "payer", "approver", "outside_reviewer"):
        with pytest.raises(NotAllowed):
            confirm(cast, dead, claim, actor=getattr(cast, who))
    with pytest.raises(Refused, match="not the number that was entered"):
        confirm(cast, dead, claim, number=new_account_number())
    HeirClaim.objects.filter(pk=claim.pk).update(entered_by=cast.reviewer)
    with pytest.raises(NotAllowed, match="You entered this claim"):
        confirm(cast, dead, claim)
    confirm(cast, dead, claim, actor=cast.second_reviewer)
    with pytest.raises(Refused, match="confirmed before"):
        confirm(cast, dead, claim, actor=cast.second_reviewer)


def test_an_award_held_by_hand_is_let_go_by_hand(cast, award):
    operations.hold_award(award, reason="核实", actor=cast.payer, at=AT)
    dies(cast, award.person)
    make_claim(cast, award, confirmed=True)
    assert fresh(award).state == "held"
    assert obstacle(fresh(award)) is None
    assert operations.unhold_award(award, actor=cast.payer, at=SOON).state == "due"


def test_a_claim_set_aside_holds_the_award_and_another_may_be_entered(cast, dead):
    make_claim(cast, dead, confirmed=True)
    operations.refuse_claim(dead, reason="另有继承人", actor=cast.second_reviewer, at=SOON)
    held = fresh(dead)
    assert (held.state, held.claim) == ("held", None)
    assert held.state_reason == "Claim of the heirs set aside: 另有继承人"
    with pytest.raises(Refused, match="may not go to the old account"):
        operations.unhold_award(dead, actor=cast.payer, at=SOON)
    claim = make_claim(cast, dead, heirs=[make_heir("雷月桂")])
    confirm(cast, dead, claim)
    assert fresh(dead).account == claim.account


def test_another_account_than_the_payees_does_not_pass(cast, dead):
    make_claim(cast, dead, confirmed=True, heirs=[make_heir("蓝小满")])
    own = make_checked_account(cast, dead.person)
    operations.change_account(dead, own, reason="asked", actor=cast.payer, at=SOON)
    assert obstacle(fresh(dead)) == (
        "The person has died: only the account of 蓝小满, as the heirs claimed, is paid."
    )


def test_another_card_of_the_heir_or_of_somebody_of_his_name_needs_a_claim_of_its_own(cast, dead):
    claim = make_claim(cast, dead, confirmed=True, heirs=[make_heir("蓝小满")])
    retire_account(claim.account, reason="换卡", actor=cast.clerk, at=SOON)
    assert obstacle(fresh(dead)) == "The bank account is no longer used."
    given = {"holder_name": "蓝小满", "reason": "heir", "entered_by": cast.clerk, "at": SOON}
    card = make_account(dead.person, checked_by=cast.leader, **given)
    operations.change_account(dead, card, reason="asked", actor=cast.payer, at=SOON)
    assert "as the heirs claimed" in obstacle(fresh(dead))
    operations.refuse_claim(dead, reason="换卡", actor=cast.reviewer, at=SOON)
    anew = make_claim(cast, fresh(dead), heirs=[make_heir("蓝小满")], number=card.number)
    confirm(cast, dead, anew, actor=cast.second_reviewer)
    assert (fresh(dead).account, obstacle(fresh(dead))) == (card, None)


def test_an_heir_may_have_another_document_than_the_identity_card(cast, dead):
    passport = make_heir("Anna Lan", id_number="e 1234-5678", certificate_type="08")
    claim = make_claim(cast, dead, heirs=[passport, make_heir("蓝小满")])
    first = claim.heirs.get(position=1)
    assert (first.certificate_type, first.id_number) == ("08", "E12345678")
    for wrong in ({"certificate_type": "TEMP"}, {"certificate_type": "06", "id_number": "X1"}):
        heir = make_heir(**{"id_number": "LS000000001"} | wrong)
        with pytest.raises(Refused):
            make_claim(cast, dead, heirs=[heir])


def test_a_death_before_the_award_is_made_holds_it_and_the_claim_pays(cast, fund_year):
    person = make_person(at=AT)
    record_death(person, died_on=DIED, actor=cast.clerk, at=AT)
    award = make_award(cast, fund_year, person=person)
    assert award.state == "held"
    make_claim(cast, award, confirmed=True)
    assert fresh(award).state == "due"


def test_a_death_while_in_a_batch_stops_its_line(cast, award):
    batch = make_batch(cast, [award], confirmed=True)
    assert dies(cast, award.person) == operations.Followed(held=0, voided=0)
    line = batch.lines.get()
    assert "died on" in line_problems(batch)[line.pk]
    with pytest.raises(Refused, match="died on"):
        operations.send_batch(batch, actor=cast.payer, at=SOON)
    with pytest.raises(NotAllowed):
        make_claim(cast, award)
    operations.drop_line(batch, line, reason="死亡", actor=cast.payer, at=SOON)
    make_claim(cast, award, confirmed=True)
    assert operations.unhold_award(award, actor=cast.payer, at=SOON).state == "due"


def test_a_death_after_the_bank_has_the_file_is_settled_by_its_answer(cast, fund_year, award):
    paid = make_award(cast, fund_year)
    batch = make_batch(cast, [award, paid], sent=True)
    for one in (award, paid):
        dies(cast, one.person)
    with pytest.raises(NotAllowed):
        make_claim(cast, award)
    read_answer(batch, actor=cast.payer, failed={1: "账户已注销"})
    assert (fresh(award).state, fresh(paid).state) == ("failed", "paid")
    claim = make_claim(cast, award, confirmed=True, at=SOON)
    assert fresh(award).state == "failed"
    with pytest.raises(NotAllowed):
        operations.reissue(award, account=claim.account, actor=cast.reviewer, at=SOON)
    operations.reissue(award, account=claim.account, actor=cast.payer, at=SOON)
    again = make_batch(cast, [award], sent=True)
    read_answer(again, actor=cast.payer, at=SOON)
    assert fresh(award).state == "paid"
    assert check_ledger(fund_year) == []


def test_a_bounced_payment_of_somebody_who_died_since_goes_to_the_heirs(cast, fund_year, award):
    batch = make_batch(cast, [award], sent=True)
    read_answer(batch, actor=cast.payer)
    operations.bounce(
        batch.lines.get(),
        came_back_on=LATER.date(),
        reason="户主死亡",
        reference="T1",
        actor=cast.payer,
        at=LATER,
    )
    dies(cast, award.person)
    claim = make_claim(cast, award, confirmed=True, at=SOON)
    operations.reissue(award, account=claim.account, actor=cast.second_payer, at=SOON)
    assert fresh(award).state == "due"
    assert check_ledger(fund_year) == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_revoked_death_voids_the_claim_and_blocks_the_heirs_account(cast, dead, confirmed):
    claim = make_claim(cast, dead, confirmed=confirmed)
    assert revive(cast, dead.person) == operations.Followed(held=0, voided=1)
    claim.refresh_from_db()
    held = fresh(dead)
    assert (claim.state, held.state, held.claim) == ("void", "held", None)
    if confirmed:
        assert obstacle(held) == "The account is that of an heir, but the person is alive."
        own = make_checked_account(cast, dead.person)
        operations.change_account(dead, own, reason="mistake", actor=cast.payer, at=SOON)
    assert operations.unhold_award(dead, actor=cast.payer, at=SOON).state == "due"
    assert operations.follow_deaths(at=SOON) == operations.Followed(held=0, voided=0)


def test_a_revoked_death_stops_the_line_of_a_batch(cast, dead):
    make_claim(cast, dead, confirmed=True)
    batch = make_batch(cast, [dead], confirmed=True)
    assert revive(cast, dead.person).voided == 1
    with pytest.raises(Refused, match="but the person is alive"):
        operations.send_batch(batch, actor=cast.payer, at=SOON)


def waits_for(cast, award) -> str:
    return needed(waiting_awards(cast.payer).get(pk=award.pk), at=AT)


def test_what_a_held_award_waits_for(cast, fund_year, dead):
    assert "enters the heirs' claim" in waits_for(cast, dead)
    make_claim(cast, dead, heirs=[make_heir("蓝小满")])
    assert waits_for(cast, dead) == "A county reviewer confirms the heirs' claim of 蓝小满."
    without = make_award(cast, fund_year, without_account=True)
    assert "enters the right account" in waits_for(cast, without)
    make_checked_account(cast, without.person)
    assert "points the award to the account" in waits_for(cast, without)
    unchecked = make_award(
        cast, fund_year, account=make_account(person := make_person(at=AT)), person=person
    )
    assert waits_for(cast, unchecked) == "Another person checks the bank account."
    by_hand = operations.hold_award(
        make_award(cast, fund_year), reason="核实", actor=cast.payer, at=AT
    )
    assert waits_for(cast, by_hand).startswith("Nothing stands in the way any more")
    failed = make_award(cast, fund_year)
    read_answer(make_batch(cast, [failed], sent=True), actor=cast.payer, failed={1: "x"})
    assert "enters the right account" in waits_for(cast, failed)
    make_checked_account(cast, failed.person)
    assert "reissues the payment" in waits_for(cast, failed)
