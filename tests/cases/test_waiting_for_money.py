"""An agreed case whose fund is empty waits in its turn, and goes on when there is money."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.queries import waiting_for_money
from assistance.cases.states import State
from assistance.entitlements.models import Bucket, Entry
from assistance.entitlements.queries import granted
from assistance.payments.models import LedgerTransaction
from assistance.payments.operations import budget, open_fund_year
from assistance.payments.queries import check_ledger, reserving
from tests.factories.at_once import at_once
from tests.factories.cases import YEAR, Desk, noon
from tests.factories.paying import step
from tests.factories.registry import make_bill

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def poor(db) -> Desk:
    return Desk(money="20000.00")


def give(desk: Desk, amount: str, *, at: datetime | None = None) -> None:
    budget(
        desk.fund,
        kind=LedgerTransaction.Kind.TOP_UP,
        amount=Decimal(amount),
        reference=f"景财社追加 {amount}",
        actor=desk.cast.fund,
        at=at or desk.now,
    )


def state_of(case: Application) -> State:
    return Application.objects.get(pk=case.pk).state_enum


def test_agreement_without_money_books_nothing_and_waits(poor):
    case = poor.agreed()
    assert case.state == State.WAITING_FUNDS
    assert "20,000.00 yuan available" in case.changes.last().reason
    assert case.amount == Decimal("25000.00")
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0
    assert check_ledger(poor.fund) == []


def test_waiting_case_goes_on_once_there_is_money(poor):
    case = poor.agreed()
    assert operations.continue_waiting(at=poor.now) == (0, 0)
    assert state_of(case) == State.WAITING_FUNDS
    give(poor, "5000.00")
    assert operations.continue_waiting(at=poor.now) == (1, 0)
    assert operations.continue_waiting(at=poor.now) == (0, 0)
    assert state_of(case) == State.PUBLICITY
    assert granted(case.person, YEAR, Bucket.JINGNING) == Decimal("25000.00")
    poor.certified()
    operations.close_due_notices(at=poor.now)
    assert state_of(case) == State.APPROVED
    assert check_ledger(poor.fund) == []


def test_cases_go_on_in_the_order_of_their_agreement(poor):
    large = poor.agreed()
    poor.later(minutes=1)
    small = poor.agreed(poor.person(own_cost="12000.00"))
    assert state_of(small) == State.WAITING_FUNDS
    assert list(waiting_for_money()) == [large, small]
    operations.continue_waiting(at=poor.now)
    assert state_of(small) == State.WAITING_FUNDS  # it does not overtake
    give(poor, "5000.00")
    assert operations.continue_waiting(at=poor.now) == (1, 0)
    assert (state_of(large), state_of(small)) == (State.PUBLICITY, State.WAITING_FUNDS)


def test_next_years_fund_pays_what_goes_on_next_year(poor):
    case = poor.agreed()
    new_year = noon(date(poor.now.year + 1, 1, 5))
    assert operations.continue_waiting(at=new_year) == (0, 0)  # no account yet
    poor.fund = open_fund_year(
        agency=poor.cast.agency, programme=case.programme, year=new_year.year, actor=None
    )
    give(poor, "100000.00", at=new_year)
    poor.now = new_year
    assert operations.continue_waiting(at=new_year) == (1, 0)
    assert reserving(f"{case.number}/1").fund_year == poor.fund
    poor.certified()
    operations.close_due_notices(at=poor.now)
    assert Application.objects.get(pk=case.pk).award.fund_year == poor.fund


def test_changed_amount_takes_the_waiting_case_back_to_review(poor):
    case = poor.agreed()
    make_bill(case.person, "500.00", at=poor.now)
    give(poor, "50000.00")
    operations.continue_waiting(at=poor.now)
    assert state_of(case) == State.COUNTY_REVIEW
    assert not Entry.objects.exists()


def test_approver_may_send_a_waiting_case_back(poor):
    case = poor.agreed()
    case = step(poor, operations.send_back, case, poor.cast.approver, reason="请复核")
    assert (case.state, case.amount) == (State.COUNTY_REVIEW, None)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_book_a_case_once():
    desk = Desk(money="20000.00")
    desk.agreed()
    give(desk, "100000.00")
    at_once(*[lambda: operations.continue_waiting(at=desk.now)] * 2)
    assert Entry.objects.count() == 1
    assert check_ledger(desk.fund) == []
