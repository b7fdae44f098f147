"""Money that was paid too much: claimed, repaid in parts, confirmed by another, waived, reduced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import LedgerAccount, Recovery, RecoveryEntry
from assistance.payments.operations import (
    Finding,
    agree_instalments,
    ask_waiver,
    confirm_entry,
    record_decision_letter,
    reject_entry,
    settle_claims,
)
from assistance.payments.queries import (
    balances,
    check_ledger,
    figures,
    plan_of,
    recoveries_visible_to,
)
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.payments import LATER, make_award, make_fund_year
from tests.factories.recoveries import claim, make_paid_award, repay

YUAN = Decimal("1.00")


@pytest.fixture
def award(cast, fund_year):
    return make_paid_award(cast, fund_year)


@pytest.fixture
def recovery(cast, award) -> Recovery:
    (opened,) = claim(cast, award, "2500.00")
    return opened


def kept(award) -> Decimal:
    return granted(award.person, 2025, Bucket.JINGNING)


def test_claim_concerns_the_newest_award_first_and_never_more_than_it_paid(cast, fund_year):
    first = make_paid_award(cast, fund_year, "7500.00")
    second = make_paid_award(cast, fund_year, "1000.00", person=first.person)
    opened = claim(cast, first, "2500.00")
    assert [(r.award_id, r.amount) for r in opened] == [
        (second.pk, 1000 * YUAN),
        (first.pk, 1500 * YUAN),
    ]


def test_same_overpayment_found_again_claims_nothing_more(cast, award, recovery):
    again = Finding(source="TEST-CASE/2", reason=Recovery.Reason.FACTS, explanation="复核")
    assert claim(cast, award, "2500.00", finding=again) == []
    (more,) = claim(cast, award, "2600.00", finding=again)
    assert more.amount == 100 * YUAN


def test_later_decision_that_finds_less_takes_the_rest_off_the_claim(cast, award, recovery):
    later = Finding(source="TEST-CASE/2", reason=Recovery.Reason.FACTS, explanation="票据已补")
    assert claim(cast, award, "900.00", finding=later) == []
    recovery.refresh_from_db()
    assert (figures(recovery).outstanding, figures(recovery).reduced) == (900 * YUAN, 1600 * YUAN)
    assert claim(cast, award, "0.00", finding=Finding(
        source="TEST-CASE/3", reason=Recovery.Reason.FACTS, explanation="无多发")) == []  # fmt: skip
    recovery.refresh_from_db()
    assert recovery.state == "settled"


def test_nothing_is_claimed_back_while_an_award_of_the_year_is_unpaid(cast, fund_year, award):
    make_award(cast, fund_year, "500.00", person=award.person)
    with pytest.raises(Refused, match="before it is paid"):
        claim(cast, award, "100.00")


def test_more_than_was_ever_paid_is_refused(cast, award):
    with pytest.raises(Refused, match="more were granted"):
        claim(cast, award, "7500.01")


def test_repayment_leaves_paid_out_and_restores_the_year_once_confirmed(
    cast, fund_year, award, recovery
):
    before = balances(fund_year)
    entry = repay(cast, recovery, "1000.00")
    entered = balances(fund_year)
    assert entered[LedgerAccount.PAID_OUT] == before[LedgerAccount.PAID_OUT] - 1000
    assert entered[LedgerAccount.RECOVERED] == 1000
    assert kept(award) == Decimal("7500.00")
    confirm_entry(entry, actor=cast.fund, at=LATER)
    after = balances(fund_year)
    assert after[LedgerAccount.RECOVERED] == 0
    assert after[LedgerAccount.AVAILABLE] == before[LedgerAccount.AVAILABLE] + 1000
    assert kept(award) == Decimal("6500.00")
    assert check_ledger(fund_year) == []
    recovery.refresh_from_db()
    assert recovery.state == "partly"


def test_slip_entered_or_confirmed_twice_counts_once(cast, fund_year, award, recovery):
    entry = repay(cast, recovery, "1000.00")
    assert repay(cast, recovery, "1000.00") == entry
    with pytest.raises(Refused, match="already entered"):
        repay(cast, recovery, "1000.01")
    for _n in range(2):
        confirm_entry(entry, actor=cast.fund, at=LATER)
    assert kept(award) == Decimal("6500.00")
    assert check_ledger(fund_year) == []


def test_more_than_is_claimed_cannot_be_entered(cast, recovery):
    repay(cast, recovery, "2000.00")
    with pytest.raises(Refused, match=r"500\.00 yuan are still claimed"):
        repay(cast, recovery, "500.01", slip="回单2")


def test_repaid_in_full_it_is_settled_and_takes_nothing_more(cast, recovery):
    confirm_entry(repay(cast, recovery, "2500.00"), actor=cast.fund, at=LATER)
    recovery.refresh_from_db()
    assert recovery.state == "settled"
    with pytest.raises(NotAllowed, match="nothing is claimed"):
        repay(cast, recovery, "0.01", slip="回单9")


def test_rejected_repayment_is_undone_and_its_slip_free_again(cast, fund_year, award, recovery):
    before = balances(fund_year)
    reject_entry(repay(cast, recovery, "1000.00"), reason="金额有误", actor=cast.fund, at=LATER)
    assert balances(fund_year) == before
    assert check_ledger(fund_year) == []
    assert repay(cast, recovery, "1100.00").amount == 1100 * YUAN


def test_only_payment_officers_enter_and_only_the_fund_supervisor_confirms(cast, recovery):
    for user in (cast.fund, cast.approver, cast.reviewer, cast.outside_payer):
        with pytest.raises(NotAllowed):
            repay(cast, recovery, "10.00", actor=user)
    entry = repay(cast, recovery, "10.00")
    for user in (cast.payer, cast.second_payer, cast.approver, cast.outside_fund):
        with pytest.raises(NotAllowed):
            confirm_entry(entry, actor=user, at=LATER)


def test_database_refuses_who_entered_it_as_who_confirms_it(cast, recovery):
    entry = repay(cast, recovery, "10.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryEntry.objects.filter(pk=entry.pk).update(
            confirmed_by=cast.payer, confirmed_at=LATER
        )


def test_waived_money_stays_with_the_person_and_is_not_claimed_again(
    cast, fund_year, award, recovery
):
    wish = ask_waiver(
        recovery, amount=Decimal("2500.00"), reference="景医保〔2026〕7号", reason="已去世，无遗产",
        actor=cast.payer, at=LATER,
    )  # fmt: skip
    recovery.refresh_from_db()
    assert recovery.state == "open"
    confirm_entry(wish, actor=cast.fund, at=LATER)
    recovery.refresh_from_db()
    assert recovery.state == "waived"
    assert kept(award) == Decimal("7500.00")
    assert check_ledger(fund_year) == []
    again = Finding(source="TEST-CASE/2", reason=Recovery.Reason.FACTS, explanation="复核")
    assert claim(cast, award, "2500.00", finding=again) == []


def test_claims_are_not_settled_while_an_entry_waits(cast, award, recovery):
    repay(cast, recovery, "100.00")
    with pytest.raises(Refused, match="waits for the fund supervisor"):
        claim(cast, award, "3000.00")


def test_decision_letter_needs_its_days_in_order(cast, recovery):
    days = {
        "heard_on": date(2026, 3, 4),
        "decided_on": date(2026, 3, 6),
        "remedies_told_on": date(2026, 3, 6),
        "due_on": date(2026, 4, 30),
    }
    with pytest.raises(Refused, match="heard before"):
        record_decision_letter(
            recovery,
            decision_number="景医保追〔2026〕1号",
            **{**days, "heard_on": date(2026, 3, 7)},
            actor=cast.payer,
            at=LATER,
        )
    written = record_decision_letter(
        recovery, decision_number="景医保追〔2026〕1号", **days, actor=cast.payer, at=LATER
    )
    assert written.due_on == date(2026, 4, 30)


def test_plan_is_filled_in_order_and_shows_what_is_overdue(cast, recovery):
    rows = agree_instalments(
        recovery, count=3, first_due_on=date(2026, 3, 31), actor=cast.payer, at=LATER
    )
    assert [(row.due_on, row.amount) for row in rows] == [
        (date(2026, 3, 31), Decimal("833.33")),
        (date(2026, 4, 30), Decimal("833.33")),
        (date(2026, 5, 31), Decimal("833.34")),
    ]
    confirm_entry(repay(cast, recovery, "1000.00"), actor=cast.fund, at=LATER)
    lines = plan_of(recovery, today=date(2026, 5, 1))
    assert [(line.covered, line.overdue) for line in lines] == [
        (Decimal("833.33"), False),
        (Decimal("166.67"), True),
        (Decimal("0.00"), False),
    ]


def test_recoveries_are_read_within_the_scope_with_their_sums(
    cast, recovery, django_assert_num_queries
):
    confirm_entry(repay(cast, recovery, "1000.00"), actor=cast.fund, at=LATER)
    repay(cast, recovery, "200.00", slip="回单2")
    assert cast.payer.roles
    with django_assert_num_queries(1):
        (row,) = recoveries_visible_to(cast.payer)
    assert (row.repaid, row.waiting, row.outstanding) == (1000, 200, 1500)
    assert recoveries_visible_to(cast.clerk).count() == 1
    assert recoveries_visible_to(cast.neighbour_clerk).count() == 0
    assert recoveries_visible_to(cast.outside_payer).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_and_two_officers_at_once_count_a_slip_once():
    cast = Cast()
    fund_year = make_fund_year(cast)
    award = make_paid_award(cast, fund_year)
    (recovery,) = claim(cast, award, "2500.00")
    assert all(user.roles for user in (cast.payer, cast.second_payer, cast.fund))
    entries = at_once(
        lambda: repay(cast, recovery, "2000.00"),
        lambda: repay(cast, recovery, "2000.00", actor=cast.second_payer),
    )
    assert len({entry.pk for entry in entries}) == 1
    at_once(*[lambda: confirm_entry(entries[0], actor=cast.fund, at=LATER)] * 2)
    assert kept(award) == Decimal("5500.00")
    assert check_ledger(fund_year) == []


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_claim_an_overpayment_once():
    cast = Cast()
    award = make_paid_award(cast, make_fund_year(cast))
    assert cast.approver.roles

    def decide(n: int) -> list[Recovery]:
        return settle_claims(
            award.person, 2025, programme=award.programme, overpaid=Decimal("2500.00"),
            finding=Finding(source=f"C/{n}", reason=Recovery.Reason.FACTS, explanation="复核"),
            actor=cast.approver, at=LATER,
        )  # fmt: skip

    at_once(lambda: decide(1), lambda: decide(2))
    assert [recovery.amount for recovery in Recovery.objects.all()] == [Decimal("2500.00")]
