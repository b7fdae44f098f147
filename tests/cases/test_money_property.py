"""Whatever is granted, corrected, paid, claimed back and repaid in whatever order: the books agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistance.cases import operations
from assistance.cases.models import Application, FactSheet
from assistance.cases.states import State
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import (
    Award,
    FundYear,
    LedgerAccount,
    LedgerTransaction,
    Recovery,
    RecoveryEntry,
)
from assistance.payments.operations import (
    ask_waiver,
    budget,
    confirm_entry,
    record_repayment,
    reject_entry,
)
from assistance.payments.queries import balances, check_ledger, figures, standing_claims
from assistance.payments.states import AwardState
from assistance.shared.errors import Refused
from tests.factories.cases import YEAR, Desk, accepted
from tests.factories.paying import pay, step
from tests.factories.sizes import examples

CAP = Decimal("100000.00")
ZERO = Decimal("0.00")


class County:
    """One person's year, and everything that people may do to it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.first = desk.draft(desk.person())
        self.steps = 0

    @property
    def case(self) -> Application:
        """The newest case of the year."""
        rows = Application.objects.select_related("award", "person")
        return rows.filter(person=self.first.person).order_by("id").last() or self.first

    def do(self, name: str, own: Decimal) -> bool:
        """Take the step if it is possible; whether it was."""
        self.steps += 1
        act: Callable[[Decimal], object] = getattr(self, name)
        try:
            with transaction.atomic():
                act(own)
        except (Refused, LookupError, AssertionError):
            return False
        return True

    def review(self, own: Decimal) -> None:
        """To county review, with another own cost accepted than the bill says."""
        case, cast = self.case, self.desk.cast
        if case.state in (State.DRAFT, State.RETURNED):
            step(self.desk, operations.submit, case, cast.clerk)
            case = step(self.desk, operations.sign_first_review, case, cast.leader, opinion="属实")
        assert case.state == State.COUNTY_REVIEW
        accepted(case).items.update(total=own)

    def decide(self, own: Decimal) -> None:
        """Proposed as it comes out, and agreed to."""
        self.review(own)
        case, cast = self.case, self.desk.cast
        try:
            with transaction.atomic():
                step(self.desk, operations.propose, case, cast.reviewer, opinion="拟")
        except Refused:
            words = {"kind": "figures", "opinion": "多发"}
            step(self.desk, operations.propose_recovery, case, cast.reviewer, **words)
        step(self.desk, operations.agree, self.case, cast.approver, opinion="同意")

    def close(self, own: Decimal) -> None:
        assert self.case.state == State.PUBLICITY
        if not self.case.notice_lines.filter(outcome="open").exists():
            self.desk.certified()
        operations.close_due_notices(at=self.desk.now)

    def report(self, own: Decimal) -> None:
        words = {"kind": "figures", "finding": "有误"}
        step(self.desk, operations.report_error, self.case, self.desk.cast.reviewer, **words)

    def correct(self, own: Decimal) -> None:
        approver = self.desk.cast.approver
        step(self.desk, operations.order_correction, self.case, approver, opinion="更正")

    def dismiss(self, own: Decimal) -> None:
        approver = self.desk.cast.approver
        step(self.desk, operations.dismiss_error, self.case, approver, opinion="无误")

    def reopen(self, own: Decimal) -> None:
        step(self.desk, operations.reopen, self.case, self.desk.cast.approver, reason="退回")

    def pay(self, own: Decimal) -> None:
        self.desk.later(minutes=1)
        pay(self.desk, self.case)

    def again(self, own: Decimal) -> None:
        desk = self.desk
        operations.open_official_correction(
            self.case, reason="复核", actor=desk.cast.clerk, at=desk.now
        )

    def repay(self, own: Decimal) -> None:
        claim = Recovery.objects.filter(state__in=("open", "partly"))[0]
        record_repayment(
            claim,
            amount=min(own, figures(claim).enterable),
            on=self.desk.now.date(),
            reference=f"S{self.steps}",
            actor=self.desk.cast.payer,
            at=self.desk.now,
        )

    def waive(self, own: Decimal) -> None:
        claim = Recovery.objects.filter(state__in=("open", "partly"))[0]
        amount = min(own / 10, figures(claim).enterable).quantize(Decimal("0.01"))
        actor, at = self.desk.cast.payer, self.desk.now
        ask_waiver(
            claim, amount=amount, reference=f"W{self.steps}", reason="困难", actor=actor, at=at
        )

    def confirm(self, own: Decimal) -> None:
        confirm_entry(self._waiting(), actor=self.desk.cast.fund, at=self.desk.now)

    def reject(self, own: Decimal) -> None:
        reject_entry(self._waiting(), reason="误", actor=self.desk.cast.fund, at=self.desk.now)

    def top_up(self, own: Decimal) -> None:
        budget(
            self.desk.fund,
            kind=LedgerTransaction.Kind.TOP_UP,
            amount=own,
            reference=f"T{self.steps}",
            actor=self.desk.cast.fund,
            at=self.desk.now,
        )
        operations.continue_waiting(at=self.desk.now)

    def _waiting(self) -> RecoveryEntry:
        return RecoveryEntry.objects.filter(confirmed_at=None, rejected_at=None)[0]


STEPS = [name for name in vars(County) if not name.startswith("_") and name not in ("do", "case")]
OFTEN = ["decide", "close", "pay", "again", "decide", "close", "pay", "confirm"]
costs = st.integers(min_value=900_000, max_value=25_000_000).map(lambda fen: Decimal(fen) / 100)
plans = st.lists(st.tuples(st.sampled_from(STEPS + OFTEN * 2), costs), min_size=8, max_size=24)


def assert_books_agree(county: County) -> None:
    person = county.first.person
    kept = granted(person, YEAR, Bucket.JINGNING)
    paid = sum((award.amount for award in Award.objects.filter(state=AwardState.PAID)), ZERO)
    back = RecoveryEntry.objects.filter(kind="repayment", confirmed_at__isnull=False)
    recovered = sum((entry.amount for entry in back), ZERO)
    reserved = sum(
        (balances(year)[LedgerAccount.RESERVED] for year in FundYear.objects.all()), ZERO
    )
    assert kept == paid + reserved - recovered
    assert ZERO <= kept <= CAP
    assert ZERO <= standing_claims(person, YEAR, county.first.programme) <= paid
    for year in FundYear.objects.all():
        assert sum(balances(year).values()) == ZERO
        assert check_ledger(year) == []


@pytest.fixture
def new_county(db) -> Callable[[], County]:
    """Everybody is made once; what an example does is rolled back."""
    desk = Desk(money="150000.00")
    cast, start = desk.cast, desk.now
    assert cast.of_each_role()
    assert cast.second_payer.roles

    def make() -> County:
        desk.now = start + timedelta(minutes=1)
        return County(desk)

    return make


# Without shrinking: an example is a hundred transactions, and the plan that fails is short enough to read.
@settings(
    max_examples=examples(8),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans)
def test_books_agree_after_any_history_of_a_year(new_county, plan):
    with transaction.atomic():
        county = new_county()
        for name, own in plan:
            if county.do(name, own):
                assert_books_agree(county)
        connection.check_constraints()
        transaction.set_rollback(True)


def test_the_histories_can_reach_everything(new_county):
    """What the property is worth: one scripted history takes every step."""
    county = new_county()
    for name, own in [
        ("decide", 60_000), ("report", 0), ("dismiss", 0), ("report", 0), ("correct", 0),
        ("decide", 70_000), ("close", 0), ("reopen", 0), ("decide", 50_000), ("close", 0), ("pay", 0),
        ("again", 0), ("decide", 30_000), ("repay", 4_000), ("reject", 0), ("repay", 3_000),
        ("confirm", 0), ("waive", 10_000), ("confirm", 0), ("again", 0), ("decide", 300_000),
        ("close", 0), ("pay", 0),
    ]:  # fmt: skip
        assert county.do(name, Decimal(own)), (name, own)
        assert_books_agree(county)
    assert county.do("top_up", Decimal(1000))
    assert FactSheet.objects.exists()
    assert set(Recovery.objects.values_list("state", flat=True)) <= {"settled", "waived"}
