from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assistance.payments import operations
from assistance.payments.models import (
    Award,
    LedgerAccount,
    LedgerLine,
    LedgerTransaction,
    Programme,
)
from assistance.payments.operations import NotEnoughMoney
from assistance.payments.queries import (
    available,
    balances,
    check_ledger,
    fund_years_visible_to,
    reservation,
    statement,
    with_balances,
)
from assistance.payments.states import AwardState
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.payments import (
    AT,
    LATER,
    MILLION,
    make_award,
    make_batch,
    make_fund_year,
    read_answer,
)

Kind = LedgerTransaction.Kind
ZERO = Decimal("0.00")


def held(fund_year) -> dict[str, Decimal]:
    return {account.value: amount for account, amount in balances(fund_year).items()}


def reserve(cast, fund_year, amount, reference="A/1"):
    return operations.reserve(
        fund_year, amount=Decimal(amount), reference=reference, actor=cast.approver, at=AT
    )


def book(cast, fund_year, kind=Kind.TOP_UP, amount="500.00", reference="paper", actor=None):
    return operations.budget(
        fund_year,
        kind=kind,
        amount=Decimal(amount),
        reference=reference,
        note="why",
        actor=actor or cast.fund,
        at=AT,
    )


def test_open_fund_year_again_is_the_same(cast, fund_year):
    again = operations.open_fund_year(
        actor=None, agency=cast.agency, programme=Programme.JINGNING, year=fund_year.year
    )
    assert again == fund_year


def test_budget_comes_from_appropriated(fund_year):
    assert held(fund_year) == {
        "appropriated": -MILLION,
        "available": MILLION,
        "reserved": ZERO,
        "in_transit": ZERO,
        "paid_out": ZERO,
        "recovered": ZERO,
    }


def test_budget_of_the_same_paper_counts_once(cast, fund_year):
    assert book(cast, fund_year) == book(cast, fund_year)
    assert available(fund_year) == MILLION + 500


def test_budget_refuses_another_amount_under_the_same_paper(cast, fund_year):
    book(cast, fund_year)
    with pytest.raises(Refused) as refusal:
        book(cast, fund_year, amount="501.00")
    assert str(refusal.value) == "500.00 yuan are already booked under this paper."


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.005"])
def test_budget_refuses_what_is_no_amount(cast, fund_year, amount):
    with pytest.raises(Refused):
        book(cast, fund_year, amount=amount)


def test_budget_refuses_other_kinds_and_no_paper(cast, fund_year):
    with pytest.raises(Refused):
        book(cast, fund_year, kind=Kind.PAY)
    with pytest.raises(Refused):
        book(cast, fund_year, reference="  ")


@pytest.mark.parametrize("who", ["payer", "approver", "outside_fund", "auditor", "administrator"])
def test_budget_is_for_the_fund_supervisor_of_the_agency(cast, fund_year, who):
    with pytest.raises(NotAllowed):
        book(cast, fund_year, actor=getattr(cast, who))


def test_carry_over_leaves_the_year_before(cast, fund_year):
    next_year = make_fund_year(cast, year=2027, amount=None)
    book(cast, next_year, kind=Kind.CARRY_OVER, amount="400000.00")
    assert (available(fund_year), available(next_year)) == (Decimal("600000.00"), 400000)
    assert held(fund_year)["appropriated"] == Decimal("-600000.00")
    assert (check_ledger(fund_year), check_ledger(next_year)) == ([], [])


def test_carry_over_refuses_more_than_is_left(cast, fund_year):
    next_year = make_fund_year(cast, year=2027, amount=None)
    with pytest.raises(NotEnoughMoney):
        book(cast, next_year, kind=Kind.CARRY_OVER, amount="1000000.01")
    assert (available(fund_year), available(next_year)) == (MILLION, ZERO)


def test_carry_over_into_the_first_year_of_the_system(cast, fund_year):
    book(cast, fund_year, kind=Kind.CARRY_OVER, amount="10.00")
    assert available(fund_year) == MILLION + 10


def test_take_back_budget_books_the_negative_once(cast, fund_year):
    entry = book(cast, fund_year)
    back = operations.take_back_budget(entry, reason="typed twice", actor=cast.fund, at=AT)
    assert operations.take_back_budget(entry, reason="again", actor=cast.fund, at=AT) == back
    assert (available(fund_year), back.note, back.kind) == (MILLION, "typed twice", "correction")


def test_take_back_of_a_carry_over_takes_back_both_sides(cast, fund_year):
    next_year = make_fund_year(cast, year=2027, amount=None)
    entry = book(cast, next_year, kind=Kind.CARRY_OVER, amount="400000.00")
    operations.take_back_budget(entry, reason="wrong year", actor=cast.fund, at=AT)
    assert (available(fund_year), available(next_year)) == (MILLION, ZERO)


def test_take_back_budget_refuses_promised_money_and_others(cast):
    fund_year = make_fund_year(cast, amount=None)
    entry = book(cast, fund_year)
    with pytest.raises(NotAllowed):
        operations.take_back_budget(entry, reason="r", actor=cast.payer, at=AT)
    promised = reserve(cast, fund_year, "0.01")
    with pytest.raises(NotEnoughMoney):
        operations.take_back_budget(entry, reason="r", actor=cast.fund, at=AT)
    with pytest.raises(Refused):
        operations.take_back_budget(promised, reason="r", actor=cast.fund, at=AT)


def test_reserve_takes_exactly_the_balance(cast, fund_year):
    reserve(cast, fund_year, MILLION)
    assert (available(fund_year), reservation("A/1")) == (ZERO, MILLION)


def test_reserve_refuses_above_the_balance_with_both_figures(cast, fund_year):
    with pytest.raises(NotEnoughMoney) as refusal:
        reserve(cast, fund_year, "1000000.01")
    assert str(refusal.value) == (
        "The fund account of 2026 has 1,000,000.00 yuan available; 1,000,000.01 yuan are needed. "
        "The fund supervisor can top it up."
    )
    assert available(fund_year) == MILLION


def test_reserve_again_books_nothing_more(cast, fund_year):
    assert reserve(cast, fund_year, "10") == reserve(cast, fund_year, "10")
    assert available(fund_year) == MILLION - 10


def test_reserve_refuses_a_reference_that_stands_for_something_else(cast, fund_year):
    reserve(cast, fund_year, "10")
    with pytest.raises(Refused):
        reserve(cast, fund_year, "11")
    with pytest.raises(Refused):
        reserve(cast, make_fund_year(cast, year=2027), "10")
    operations.release("A/1", actor=cast.approver, at=AT)
    with pytest.raises(Refused):
        reserve(cast, fund_year, "10")


def test_release_is_idempotent(cast, fund_year):
    reserve(cast, fund_year, "10")
    first = operations.release("A/1", actor=cast.approver, at=AT)
    assert operations.release("A/1", actor=cast.approver, at=AT) == first
    assert (available(fund_year), reservation("A/1")) == (MILLION, ZERO)


def test_release_of_nothing_is_nothing(cast, fund_year):
    assert operations.release("B/1", actor=cast.approver, at=AT) is None
    assert reservation("B/1") == ZERO


def test_release_refuses_while_an_award_rests_on_it(cast, fund_year):
    award = make_award(cast, fund_year)
    with pytest.raises(Refused):
        operations.release(award.source, actor=cast.approver, at=AT)
    operations.cancel_award(award, reason="r", actor=cast.approver, at=AT)
    operations.release(award.source, actor=cast.approver, at=AT)
    assert available(fund_year) == MILLION


def test_ledger_follows_an_award_from_reservation_to_payment(cast, fund_year):
    awards = [make_award(cast, fund_year, amount) for amount in ("100.00", "20.00")]
    seen = [held(fund_year)]
    batch = make_batch(cast, awards, sent=True)
    seen.append(held(fund_year))
    read_answer(batch, actor=cast.payer, failed={2: "账号不存在"})
    seen.append(held(fund_year))
    columns = ("available", "reserved", "in_transit", "paid_out")
    assert [[row[column] for column in columns] for row in seen] == [
        [MILLION - 120, 120, 0, 0],
        [MILLION - 120, 0, 120, 0],
        [MILLION - 120, 20, 0, 100],
    ]
    assert check_ledger(fund_year) == []


def test_statement_opens_and_closes_by_day(cast, fund_year):
    reserve(cast, fund_year, "10", "A/1")
    operations.reserve(
        fund_year, amount=Decimal("5"), reference="A/2", actor=cast.approver, at=LATER
    )
    day = LATER.date()
    whole = statement(fund_year)
    part = statement(fund_year, first_day=day, last_day=day)
    before = statement(fund_year, last_day=day - timedelta(days=1))
    assert whole.opening == dict.fromkeys(LedgerAccount, ZERO)
    assert whole.closing == balances(fund_year) == part.closing
    assert part.opening == before.closing
    assert part.per_kind["reserve"][LedgerAccount.RESERVED] == 5
    assert [line.transaction.reference for line in part.lines] == ["A/2:reserve"]
    assert part.lines[0].amounts == {LedgerAccount.AVAILABLE: -5, LedgerAccount.RESERVED: 5}


def test_statement_counts_midnight_to_its_own_day(cast, fund_year):
    midnight = AT.replace(hour=0, minute=0) + timedelta(days=1)
    operations.reserve(
        fund_year, amount=Decimal("5"), reference="A/2", actor=cast.approver, at=midnight
    )
    assert len(statement(fund_year, first_day=date(2026, 3, 3)).lines) == 1
    assert len(statement(fund_year, last_day=date(2026, 3, 2)).lines) == 1


def test_check_ledger_names_what_differs(cast, fund_year):
    award = make_award(cast, fund_year, "100.00")
    reserve(cast, fund_year, "7")
    assert check_ledger(fund_year) == []
    Award.objects.filter(pk=award.pk).update(state=AwardState.PAID)
    assert check_ledger(fund_year) == [
        "“Reserved for approved cases” holds 107.00 yuan, but the awards make 7.00 yuan.",
        "“Paid out” holds 0.00 yuan, but the awards make 100.00 yuan.",
    ]


def test_database_refuses_an_entry_that_does_not_sum_to_zero(cast, fund_year):
    def half_an_entry():
        entry = LedgerTransaction.objects.create(
            fund_year=fund_year, kind=Kind.BUDGET, reference="half", by=cast.fund, at=AT
        )
        LedgerLine.objects.create(
            transaction=entry, account=LedgerAccount.AVAILABLE, amount=Decimal(1)
        )
        connection.check_constraints()

    with pytest.raises(DatabaseError, match="does not sum to zero"), transaction.atomic():
        half_an_entry()


def test_database_refuses_to_change_the_ledger(fund_year):
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerLine.objects.update(amount=Decimal(1))
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerTransaction.objects.all().delete()


def test_database_refuses_an_award_to_be_paid_without_an_account(cast, fund_year):
    award = make_award(cast, fund_year, without_account=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(state=AwardState.DUE)


@pytest.mark.parametrize("size", [1, 3])
def test_fund_accounts_and_statement_ask_the_same_number_of_questions_for_more_rows(
    cast, size, django_assert_num_queries
):
    years = [make_fund_year(cast, year=2026 + n) for n in range(size)]
    for n in range(size):
        reserve(cast, years[0], "10", f"A/{n}")
    assert cast.fund.roles
    with django_assert_num_queries(1):
        rows = [
            (row.year, row.agency.code, row.sum_available, row.sum_appropriated)
            for row in with_balances(fund_years_visible_to(cast.fund))
        ]
    expected = [(year.year, "331127", MILLION, -MILLION) for year in years]
    expected[0] = (2026, "331127", MILLION - 10 * size, -MILLION)
    assert rows == expected[::-1]
    with django_assert_num_queries(2):
        lines = statement(years[0]).lines
        assert [line.transaction.by for line in lines] == [cast.fund] + [cast.approver] * size
