"""Whatever people do in whatever order, the ledger and the awards tell the same."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistance.payments import operations
from assistance.payments.models import (
    Award,
    Batch,
    BatchLine,
    FundYear,
    LedgerAccount,
    LedgerTransaction,
    Programme,
)
from assistance.payments.queries import balances, check_ledger, reservation
from assistance.payments.states import AwardState, BatchState, LineOutcome
from assistance.registry.models import BankAccount, Person
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.payments import (
    AT,
    LATER,
    make_checked_account,
    make_fund_year,
    return_file,
    return_rows,
)
from tests.factories.registry import make_person
from tests.factories.sizes import examples

ZERO = Decimal("0.00")
BUDGET = Decimal("100.00")


class Office:
    """Everything that can be done to the fund account, on whatever there is to do it to."""

    def __init__(self, cast: Cast, person: Person, accounts: list[BankAccount]) -> None:
        self.cast, self.person, self.accounts = cast, person, accounts
        self.fund_years = [
            make_fund_year(cast, year=2026, amount=BUDGET),
            make_fund_year(cast, year=2027, amount=BUDGET),
        ]
        self.given = 2 * BUDGET
        self.references: list[str] = []

    def do(self, name: str, number: int, amount: Decimal) -> bool:
        """Take the step if it is possible; whether it was."""
        step: Callable[[int, Decimal], Any] = getattr(self, name)
        try:
            with transaction.atomic():
                step(number, amount)
        except (Refused, LookupError):
            return False
        return True

    def top_up(self, number: int, amount: Decimal) -> None:
        kinds = (LedgerTransaction.Kind.TOP_UP, LedgerTransaction.Kind.CARRY_OVER)
        kind = kinds[number % 2]
        operations.budget(
            self.fund_years[1],
            kind=kind,
            amount=amount,
            reference=f"{len(self.references)}-{number}",
            actor=self.cast.fund,
            at=AT,
        )
        if kind == LedgerTransaction.Kind.TOP_UP:
            self.given = -sum(
                balances(year)[LedgerAccount.APPROPRIATED] for year in self.fund_years
            )

    def reserve(self, number: int, amount: Decimal) -> None:
        reference = f"R/{number}"
        operations.reserve(
            self.fund_years[0],
            amount=amount,
            reference=reference,
            actor=self.cast.approver,
            at=AT,
        )
        self.references.append(reference)

    def release(self, number: int, amount: Decimal) -> None:
        reference = self.references[number % len(self.references or [""])]
        operations.release(reference, actor=self.cast.approver, at=AT)

    def award(self, number: int, amount: Decimal) -> None:
        source = self.references[number % len(self.references or [""])]
        operations.create_award(
            programme=Programme.JINGNING,
            agency=self.cast.agency,
            person=self.person,
            account=self.accounts[0],
            amount=reservation(source),
            benefit_year=2025,
            fund_year=self.fund_years[0],
            source=source,
            at=AT,
        )

    def cancel(self, number: int, amount: Decimal) -> None:
        operations.cancel_award(self._award(number), reason="r", actor=self.cast.approver, at=AT)

    def hold(self, number: int, amount: Decimal) -> None:
        operations.hold_award(self._award(number), reason="r", actor=self.cast.payer, at=AT)

    def unhold(self, number: int, amount: Decimal) -> None:
        operations.unhold_award(self._award(number), actor=self.cast.payer, at=AT)

    def move_year(self, number: int, amount: Decimal) -> None:
        operations.move_to_fund_year(
            self._award(number), self.fund_years[1], actor=self.cast.fund, at=LATER
        )

    def reissue(self, number: int, amount: Decimal) -> None:
        award = Award.objects.filter(state=AwardState.FAILED).order_by("id")[number % 3]
        operations.reissue(award, account=self.accounts[1], actor=self.cast.payer, at=LATER)

    def draw_up(self, number: int, amount: Decimal) -> None:
        due = Award.objects.filter(state=AwardState.DUE, fund_year__year=2026).order_by("id")
        operations.draw_up_batch(
            agency=self.cast.agency,
            programme=Programme.JINGNING,
            awards=due[: 1 + number % 3],
            actor=self.cast.payer,
            at=AT,
        )

    def drop(self, number: int, amount: Decimal) -> None:
        batch = self._batch(number, BatchState.DRAFT, BatchState.CONFIRMED)
        line = batch.lines.order_by("position")[number % 2]
        operations.drop_line(batch, line, reason="r", actor=self.cast.payer, at=AT)

    def discard(self, number: int, amount: Decimal) -> None:
        batch = self._batch(number, BatchState.DRAFT, BatchState.CONFIRMED)
        operations.discard_batch(batch, reason="r", actor=self.cast.payer, at=AT)

    def confirm(self, number: int, amount: Decimal) -> None:
        batch = self._batch(number, BatchState.DRAFT)
        operations.confirm_batch(batch, actor=self.cast.second_payer, at=AT)

    def send(self, number: int, amount: Decimal) -> None:
        batch = self._batch(number, BatchState.CONFIRMED)
        operations.send_batch(batch, actor=self.cast.payer, at=AT)

    def answer(self, number: int, amount: Decimal) -> None:
        batch = self._batch(number, BatchState.SENT)
        positions = list(batch.lines.order_by("position").values_list("position", flat=True))
        named = positions if number % 3 else positions[:1]
        failed = {position: "x" for position in named if (position + number) % 2}
        content = return_file(return_rows(batch, failed=failed, only=named))
        operations.read_return(
            batch, content=content, filename="r.csv", actor=self.cast.payer, at=LATER
        )

    def bounce(self, number: int, amount: Decimal) -> None:
        paid = BatchLine.objects.filter(outcome=LineOutcome.PAID).order_by("id")
        line = paid[number % max(len(paid), 1)]
        operations.bounce(
            line,
            came_back_on=LATER.date(),
            reason="x",
            reference=f"T{line.pk}",
            actor=self.cast.second_payer,
            at=LATER,
        )

    def _award(self, number: int) -> Award:
        return Award.objects.order_by("id")[number % max(Award.objects.count(), 1)]

    def _batch(self, number: int, *states: BatchState) -> Batch:
        batches = Batch.objects.filter(state__in=states).order_by("id")
        return batches[number % max(len(batches), 1)]


STEPS = [name for name in vars(Office) if not name.startswith("_") and name != "do"]
# The way to payment comes up more often than its byways, or few examples would get there.
OFTEN = ["reserve", "award", "draw_up", "confirm", "send", "answer"]
amounts = st.integers(min_value=1, max_value=6000).map(lambda fen: Decimal(fen) / 100)
steps = st.tuples(st.sampled_from(STEPS + OFTEN * 2), st.integers(0, 7), amounts)


def owed(fund_year: FundYear, *states: AwardState) -> Decimal:
    awards = Award.objects.filter(fund_year=fund_year, state__in=states)
    return sum((award.amount for award in awards), ZERO)


def assert_all_agrees(office: Office) -> None:
    for fund_year in office.fund_years:
        held = balances(fund_year)
        assert sum(held.values()) == ZERO
        assert all(held[account] >= ZERO for account in LedgerAccount if account != "appropriated")
        assert held[LedgerAccount.IN_TRANSIT] == owed(fund_year, AwardState.SENT)
        assert held[LedgerAccount.PAID_OUT] == owed(fund_year, AwardState.PAID)
        assert check_ledger(fund_year) == []
    appropriated = sum(balances(year)[LedgerAccount.APPROPRIATED] for year in office.fund_years)
    assert appropriated == -office.given


@pytest.fixture
def new_office(cast) -> Callable[[], Office]:
    """Everybody and his accounts are made once; what each example does to them is rolled back."""
    for user in (cast.payer, cast.second_payer, cast.approver, cast.fund):
        assert user.roles
    person = make_person(at=AT)
    accounts = [make_checked_account(cast, person) for _n in range(2)]
    return lambda: Office(cast, person, accounts)


# Without shrinking: an example is a hundred transactions, and the plan that fails is short enough to read.
@settings(
    max_examples=examples(12),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=st.lists(steps, min_size=10, max_size=25))
def test_ledger_agrees_with_the_awards_after_any_sequence(new_office, plan):
    with transaction.atomic():
        office = new_office()
        for name, number, amount in plan:
            if office.do(name, number, amount):
                assert_all_agrees(office)
        connection.check_constraints()
        transaction.set_rollback(True)


def test_the_sequences_can_reach_every_state(new_office):
    """What the property is worth: one scripted run through the same steps reaches all of them."""
    office = new_office()
    for number in range(8):
        office.do("reserve", number, Decimal(5))
        office.do("award", number, Decimal(5))
    for name, number in [
        ("draw_up", 2), ("confirm", 0), ("send", 0), ("answer", 1), ("reissue", 0), ("draw_up", 1),
        ("confirm", 0), ("send", 0), ("answer", 2), ("draw_up", 0), ("confirm", 0), ("send", 0),
        ("draw_up", 0), ("hold", 6), ("cancel", 7), ("move_year", 6), ("bounce", 0),
    ]:  # fmt: skip
        assert office.do(name, number, Decimal(5)), name
        assert_all_agrees(office)
    assert set(Award.objects.values_list("state", flat=True)) >= {
        "sent", "batched", "held", "cancelled", "paid", "failed",
    }  # fmt: skip
    assert Award.objects.filter(fund_year__year=2027).exists()
