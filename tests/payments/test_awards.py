from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistance.payments import operations
from assistance.payments.models import Award, Programme
from assistance.payments.operations import CannotMove, NotEnoughMoney
from assistance.payments.queries import available, award_history, balances, check_ledger, obstacle
from assistance.payments.states import AwardState
from assistance.registry.models import BankAccount
from assistance.registry.operations import record_death, retire_account
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.payments import (
    AT,
    LATER,
    MILLION,
    make_award,
    make_batch,
    make_checked_account,
    make_fund_year,
    read_answer,
)
from tests.factories.registry import make_account, make_person

ZERO = Decimal("0.00")


def failed_award(cast, fund_year):
    award = make_award(cast, fund_year)
    read_answer(make_batch(cast, [award], sent=True), actor=cast.payer, failed={1: "账号不存在"})
    award.refresh_from_db()
    return award


def test_create_award_is_due_with_a_checked_account(cast, fund_year):
    award = make_award(cast, fund_year)
    assert (award.state, award.state_reason, award.number) == ("due", "", "JZ-331127-2026-00001")
    assert [(c.from_state, c.to_state) for c in award_history(award)] == [("", "due")]


def test_create_award_again_returns_the_first(cast, fund_year):
    award = make_award(cast, fund_year)
    again = operations.create_award(
        programme=Programme.JINGNING,
        agency=cast.agency,
        person=award.person,
        account=award.account,
        amount=award.amount,
        benefit_year=2025,
        fund_year=fund_year,
        source=award.source,
        at=LATER,
    )
    assert (again, Award.objects.count()) == (award, 1)


def test_create_award_refuses_without_exactly_its_reservation(cast, fund_year):
    operations.reserve(
        fund_year, amount=Decimal("100"), reference="A/1", actor=cast.approver, at=AT
    )
    other_year = make_fund_year(cast, year=2027)
    values = {
        "programme": Programme.JINGNING,
        "agency": cast.agency,
        "person": make_person(at=AT),
        "account": None,
        "benefit_year": 2025,
        "at": AT,
    }
    for year, source, amount in (
        (fund_year, "A/1", "100.01"),
        (fund_year, "A/2", "100"),
        (other_year, "A/1", "100"),
    ):
        with pytest.raises(Refused):
            operations.create_award(fund_year=year, source=source, amount=Decimal(amount), **values)
    operations.release("A/1", actor=cast.approver, at=AT)
    with pytest.raises(Refused):
        operations.create_award(fund_year=fund_year, source="A/1", amount=Decimal("100"), **values)
    with pytest.raises(Refused):
        operations.create_award(fund_year=fund_year, source="A/1", amount=ZERO, **values)
    assert Award.objects.count() == 0


def test_create_award_without_an_account_is_held(cast, fund_year):
    award = make_award(cast, fund_year, without_account=True)
    assert (award.state, award.state_reason) == ("held", "No bank account has been chosen.")


def test_create_award_with_an_unchecked_account_is_held(cast, fund_year):
    person = make_person(at=AT)
    award = make_award(cast, fund_year, person=person, account=make_account(person, at=AT))
    assert (award.state, award.state_reason) == (
        "held",
        "The bank account has not been checked by a second person yet.",
    )


def test_create_award_for_the_dead_is_held(cast, fund_year):
    person = make_person(at=AT)
    record_death(person, died_on=date(2026, 3, 1), actor=None, at=AT)
    person.refresh_from_db()
    award = make_award(cast, fund_year, person=person)
    assert (award.state, award.state_reason) == (
        "held",
        "The person died on 2026-03-01: the money may not go to the old account.",
    )


def test_obstacle_names_each_thing_wrong_with_an_account(cast, fund_year):
    award = make_award(cast, fund_year)
    assert obstacle(award) is None
    stranger = make_checked_account(cast, make_person(at=AT))
    award.account = stranger
    assert obstacle(award) == "The bank account belongs to somebody else's record."
    award = Award.objects.get(pk=award.pk)
    award.account.holder_name = "=HYPERLINK(1)"
    assert obstacle(award) == (
        "Account holder, bank or account number contain characters that a bank file cannot carry."
    )
    award = Award.objects.get(pk=award.pk)
    retire_account(award.account, reason="lost", actor=None, at=AT)
    award = Award.objects.get(pk=award.pk)
    assert obstacle(award) == "The bank account is no longer used."


def test_hold_and_unhold(cast, fund_year):
    award = make_award(cast, fund_year)
    held = operations.hold_award(award, reason=" asked ", actor=cast.payer, at=AT)
    assert (held.state, held.state_reason) == ("held", "asked")
    released = operations.unhold_award(award, actor=cast.payer, at=AT)
    assert (released.state, released.state_reason) == ("due", "")


def test_hold_needs_a_reason(cast, fund_year):
    award = make_award(cast, fund_year)
    with pytest.raises(Refused, match=r"^Give a reason\.$"):
        operations.hold_award(award, reason=" ", actor=cast.payer, at=AT)


def test_hold_does_not_reach_into_a_batch(cast, fund_year):
    award = make_award(cast, fund_year)
    make_batch(cast, [award])
    with pytest.raises(NotAllowed):
        operations.hold_award(award, reason="r", actor=cast.payer, at=AT)


def test_unhold_refuses_while_the_obstacle_stands(cast, fund_year):
    award = make_award(cast, fund_year, without_account=True)
    with pytest.raises(Refused, match="No bank account"):
        operations.unhold_award(award, actor=cast.payer, at=AT)
    account = make_checked_account(cast, award.person)
    operations.change_account(award, account, reason="asked", actor=cast.payer, at=AT)
    assert operations.unhold_award(award, actor=cast.payer, at=AT).state == "due"


def test_change_account_keeps_the_state_and_leaves_a_row(cast, fund_year):
    award = make_award(cast, fund_year)
    account = make_checked_account(cast, award.person)
    changed = operations.change_account(award, account, reason="asked", actor=cast.payer, at=AT)
    last = award_history(award).last()
    assert (changed.account, changed.state) == (account, "due")
    assert (last.from_state, last.to_state) == ("due", "due")
    assert last.reason == (
        "Bank account changed. The patient or his guardian named another account"
    )


@pytest.mark.parametrize(
    ("reason", "note", "sentence"),
    [
        ("", "", "Choose a reason from the list."),
        ("whim", "", "Choose a reason from the list."),
        ("other", " ", "Say in the note why the account is changed."),
    ],
)
def test_change_account_needs_a_reason_of_the_list(cast, fund_year, reason, note, sentence):
    award = make_award(cast, fund_year)
    account = make_checked_account(cast, award.person)
    with pytest.raises(Refused) as refusal:
        operations.change_account(award, account, reason=reason, note=note, actor=cast.payer, at=AT)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("part", ["entered_by", "checked_by"])
def test_change_account_refuses_whoever_entered_or_checked_it(cast, fund_year, part):
    award = make_award(cast, fund_year)
    account = make_checked_account(cast, award.person)
    BankAccount.objects.filter(pk=account.pk).update(**{part: cast.payer})
    with pytest.raises(NotAllowed, match="You entered or checked this account"):
        operations.change_account(award, account, reason="asked", actor=cast.payer, at=AT)
    award.refresh_from_db()
    assert award.account_id != account.pk
    operations.change_account(award, account, reason="asked", actor=cast.second_payer, at=AT)


def test_change_account_to_the_same_one_is_refused(cast, fund_year):
    award = make_award(cast, fund_year)
    with pytest.raises(Refused, match="paid to this account already"):
        operations.change_account(award, award.account, reason="asked", actor=cast.payer, at=AT)


def test_change_account_refuses_unchecked_foreign_and_batched(cast, fund_year):
    award = make_award(cast, fund_year)
    for account in (
        make_account(award.person, at=AT),
        make_checked_account(cast, make_person(at=AT)),
    ):
        with pytest.raises(Refused):
            operations.change_account(award, account, reason="asked", actor=cast.payer, at=AT)
    make_batch(cast, [award])
    with pytest.raises(NotAllowed):
        operations.change_account(
            award,
            make_checked_account(cast, award.person),
            reason="asked",
            actor=cast.payer,
            at=AT,
        )


def test_reissue_pays_the_mended_account(cast, fund_year):
    award = failed_award(cast, fund_year)
    assert (award.state, award.state_reason) == ("failed", "账号不存在")
    account = make_checked_account(cast, award.person)
    operations.reissue(award, account=account, actor=cast.payer, at=LATER)
    batch = make_batch(cast, [award], sent=True)
    read_answer(batch, actor=cast.payer)
    award.refresh_from_db()
    assert (award.state, award.account, balances(fund_year)["paid_out"]) == (
        "paid",
        account,
        award.amount,
    )
    assert check_ledger(fund_year) == []


def test_reissue_refuses_the_account_the_bank_refused(cast, fund_year):
    award = failed_award(cast, fund_year)
    with pytest.raises(Refused, match=r"^The bank has refused this account\."):
        operations.reissue(award, account=award.account, actor=cast.payer, at=LATER)
    number = award.account.number
    same = make_person_account_again(cast, award, number)
    assert operations.reissue(award, account=same, actor=cast.payer, at=LATER).state == "due"


def make_person_account_again(cast, award, number):
    retire_account(award.account, reason="refused", actor=None, at=LATER)
    later = LATER + timedelta(hours=1)
    return make_account(
        award.person, number=number, entered_by=cast.clerk, checked_by=cast.leader, at=later
    )


def test_reissue_refuses_an_unchecked_account_and_its_own_checker(cast, fund_year):
    award = failed_award(cast, fund_year)
    unchecked = make_account(award.person, entered_by=cast.clerk, at=LATER)
    with pytest.raises(Refused, match="not been checked"):
        operations.reissue(award, account=unchecked, actor=cast.payer, at=LATER)
    own = make_account(award.person, entered_by=cast.clerk, checked_by=cast.payer, at=LATER)
    with pytest.raises(Refused, match=r"^You entered or checked this account"):
        operations.reissue(award, account=own, actor=cast.payer, at=LATER)
    assert operations.reissue(award, account=own, actor=cast.second_payer, at=LATER).state == "due"


@pytest.mark.parametrize("state", [AwardState.DUE, AwardState.HELD, AwardState.FAILED])
def test_cancel_award_releases_its_money(cast, fund_year, state):
    award = failed_award(cast, fund_year) if state == "failed" else make_award(cast, fund_year)
    if state == AwardState.HELD:
        operations.hold_award(award, reason="r", actor=cast.payer, at=AT)
    operations.cancel_award(award, reason="reopened", actor=cast.approver, at=LATER)
    again = operations.cancel_award(award, reason="reopened", actor=cast.approver, at=LATER)
    assert (again.state, again.state_reason, available(fund_year)) == (
        "cancelled",
        "reopened",
        MILLION,
    )
    assert check_ledger(fund_year) == []


@pytest.mark.parametrize("sent", [False, True])
def test_cancel_award_refuses_what_is_in_a_batch(cast, fund_year, sent):
    award = make_award(cast, fund_year)
    make_batch(cast, [award], sent=sent)
    with pytest.raises(CannotMove):
        operations.cancel_award(award, reason="r", actor=cast.approver, at=AT)
    assert available(fund_year) == MILLION - award.amount


def test_move_to_fund_year_releases_and_reserves(cast, fund_year):
    award = make_award(cast, fund_year, "100.00")
    next_year = make_fund_year(cast, year=2027)
    operations.move_to_fund_year(award, next_year, actor=cast.fund, at=LATER)
    award.refresh_from_db()
    assert (award.fund_year, available(fund_year), available(next_year)) == (
        next_year,
        MILLION,
        MILLION - 100,
    )
    assert award_history(award).last().reason == (
        "Moved from the fund account of 2026 to that of 2027."
    )
    operations.cancel_award(award, reason="r", actor=cast.approver, at=LATER)
    assert (available(next_year), check_ledger(fund_year), check_ledger(next_year)) == (
        MILLION,
        [],
        [],
    )


def test_move_to_fund_year_refuses(cast, fund_year):
    award = make_award(cast, fund_year, "100.00")
    poor, earlier = make_fund_year(cast, year=2027, amount=None), make_fund_year(cast, year=2025)
    with pytest.raises(NotEnoughMoney):
        operations.move_to_fund_year(award, poor, actor=cast.fund, at=LATER)
    with pytest.raises(NotAllowed):
        operations.move_to_fund_year(award, poor, actor=cast.payer, at=LATER)
    for year in (earlier, fund_year):
        with pytest.raises(Refused):
            operations.move_to_fund_year(award, year, actor=cast.fund, at=LATER)
    make_batch(cast, [award])
    with pytest.raises(CannotMove):
        operations.move_to_fund_year(award, poor, actor=cast.fund, at=LATER)
    assert available(poor) == ZERO
