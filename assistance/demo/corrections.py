"""Amounts that change after the agreement: corrected, stopped, without money, paid too much."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from assistance.cases import operations
from assistance.cases.models import Application, FactSheet
from assistance.cases.operations import continue_waiting
from assistance.demo.days import ONE_DAY, Days, moment
from assistance.demo.money import Fund
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk
from assistance.payments.models import LedgerTransaction
from assistance.payments.operations import (
    budget,
    confirm_entry,
    record_decision_letter,
    record_repayment,
    take_back_budget,
)
from assistance.payments.queries import available
from assistance.payments.states import AwardState
from assistance.settlements.models import OtherAid
from assistance.settlements.operations import record_aid

FOUND = "一次住院费用中有 4000.00 元系重复计入，公示金额偏高。"
MORE_FOUND = "内部检查发现一次住院费用中有 4000.00 元系重复计入。"
TWICE = Decimal("4000.00")
REPAID = Decimal("1200.00")
LATE_AID = Decimal("3000.00")
OPENED, REPAID_ON = 24, 12  # working days ago


class Corrections:
    """What reviewers and approvers find out about cases that were agreed to already."""

    def __init__(self, staff: Staff, days: Days) -> None:
        self.staff = staff
        self.days = days

    def under_notice(self, walk: Walk, at: datetime) -> Telling:
        """Found by the reviewer while the notice hangs, ordered by the approver, agreed to anew."""
        case = walk.application
        yield at
        operations.report_error(
            case, kind="figures", finding=FOUND, actor=walk.reviewer, at=at, version=None
        )
        at = self._next(at, 9)
        yield at
        operations.order_correction(
            case, opinion="同意更正，重新核定后再次公示。", actor=walk.approver, at=at, version=None
        )
        self._lower(case, walk, at + timedelta(minutes=30))
        words = {"opinion": "已剔除重复费用，按更正后金额拟同意补助。"}
        later = at + timedelta(minutes=50)
        operations.propose(case, **words, actor=walk.reviewer, at=later, version=None)
        at = self._next(at, 10)
        yield at
        operations.agree(
            case, opinion="同意按更正后金额补助。", actor=walk.approver, at=at, version=None
        )

    def aid_after_award(self, walk: Walk, at: datetime) -> Telling:
        """Another department tells of its help when the award is made and not yet paid."""
        while walk.reread().award is None:
            at = self._next(at, 11)
            yield at
        record_aid(
            walk.application.person,
            benefit_year=walk.story.year,
            giver=OtherAid.Giver.UNION,
            amount=LATE_AID,
            given_on=localdate(at) - ONE_DAY,
            paper="总工会大病救助通知",
            actor=walk.reviewer,
            at=at + timedelta(minutes=5),
        )

    def without_money(self, walk: Walk, at: datetime) -> Telling:
        """Everything left was carried over to next year too early: the case waits overnight."""
        fund, actor = Fund(self.staff, self.days), self.staff["fund"]
        year = localdate(at).year
        at = moment(localdate(at), 17, 30)
        yield at
        entry = budget(
            fund.of(year + 1),
            kind=LedgerTransaction.Kind.CARRY_OVER,
            amount=available(fund.of(year)),
            note="年末结余提前结转",
            reference=f"景财社〔{year}〕88号",
            actor=actor,
            at=at,
        )
        at += timedelta(minutes=10)
        yield at
        operations.agree(
            walk.application, opinion="同意补助。", actor=walk.approver, at=at, version=None
        )
        at = self._next(at, 8)
        yield at
        take_back_budget(entry, reason="尚有已同意案件待支付，退回本年度账户", actor=actor, at=at)
        continue_waiting(at=at + timedelta(minutes=1))

    def after_payment(self, walk: Walk) -> Telling:
        """The office finds its own error after payment: corrected on the same road, claimed back."""
        if walk.story.plan.twist is not Twist.OVERPAID:
            return
        at = moment(self.days.ago(OPENED), 9, 10)
        yield at
        previous = walk.reread()
        if previous.award is None or previous.award.state != AwardState.PAID:
            return
        case = operations.open_official_correction(
            previous, reason=MORE_FOUND, actor=walk.clerk, at=at
        )
        at = self._next(at, 9)
        operations.submit(case, actor=walk.clerk, at=at, version=None)
        at += timedelta(hours=2)
        operations.sign_first_review(
            case, opinion="已与患者核对，情况属实。", actor=walk.leader, at=at, version=None
        )
        at = self._next(at, 10)
        self._lower(case, walk, at)
        operations.propose_recovery(
            case,
            kind="figures",
            opinion="一次住院费用重复计入，多发部分应予追回。",
            actor=walk.reviewer,
            at=at + timedelta(minutes=20),
            version=None,
        )
        at = self._next(at, 11)
        operations.agree(case, opinion="同意追回。", actor=walk.approver, at=at, version=None)
        yield from self._repay(walk, at)

    def _repay(self, walk: Walk, at: datetime) -> Telling:
        """The decision is written and a first part comes back."""
        recovery = walk.application.person.recoveries.get()
        decided = self._next(at, 15)
        yield decided
        day = localdate(decided)
        record_decision_letter(
            recovery,
            decision_number=f"景医保追〔{day.year}〕1号",
            heard_on=localdate(at),
            decided_on=day,
            remedies_told_on=day,
            due_on=day + timedelta(days=60),
            actor=self.staff["payment1"],
            at=decided,
        )
        paid = moment(self.days.ago(REPAID_ON), 14, 20)
        yield paid
        entry = record_repayment(
            recovery,
            amount=min(REPAID, recovery.amount),
            on=localdate(paid),
            reference="财政专户进账单 0001",
            actor=self.staff["payment1"],
            at=paid,
        )
        yield paid + timedelta(hours=2)
        confirm_entry(entry, actor=self.staff["fund"], at=paid + timedelta(hours=2))

    def _lower(self, case: Application, walk: Walk, at: datetime) -> None:
        """The county accepts less of the largest bill than was entered."""
        sheet = case.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED)
        item = sheet.items.select_related("settlement", "sheet").order_by("-total", "id")[0]
        operations.judge_item(
            item,
            values={"total": item.total - TWICE, "note": "剔除重复计入费用4000.00元"},
            actor=walk.reviewer,
            at=at,
            version=None,
        )

    def _next(self, at: datetime, hour: int) -> datetime:
        """That hour of the next working day."""
        return moment(self._workday_after(localdate(at)), hour, 10)

    def _workday_after(self, day: date) -> date:
        return self.days.calendar.next_workday(day + ONE_DAY)
