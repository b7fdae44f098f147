"""One application from the desk to the agreement, by the operations the screens call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Application, FactSheet
from assistance.cases.models.applications import Group
from assistance.demo.cast import Story
from assistance.demo.families import (
    applicant_of,
    declared_by,
    from_relatives_case,
    live_together,
    somebody,
)
from assistance.demo.papers import hand_in
from assistance.demo.profiles import Bill, Card
from assistance.demo.roads import proof_of_earlier_receipt, signed_by_employer
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.demo.twists import Step, Twist
from assistance.payments.models import Programme

Kind = FactSheet.Kind
OPERATIONS: dict[Step, Callable[..., Application]] = {
    Step.SUBMIT: operations.submit,
    Step.WITHDRAW: operations.withdraw,
    Step.EMPLOYER: operations.file_employer_review,
    Step.SIGN: operations.sign_first_review,
    Step.RETURN_TOWNSHIP: operations.return_application,
    Step.RETURN_COUNTY: operations.return_application,
    Step.PROPOSE: operations.propose,
    Step.REFUSE: operations.propose_refusal,
    Step.SEND_BACK: operations.send_back,
    Step.AGREE: operations.agree,
}
AUTHORITY = "景宁畲族自治县民政局"
REASONS = {
    Step.RETURN_TOWNSHIP: ("出院记录缺页，请补齐后重新提交。", "身份证复印件不清晰，请重新提交。"),
    Step.RETURN_COUNTY: ("一次住院票据与系统结算数据不一致，请核对。", "请补充外伤原因说明。"),
    Step.SEND_BACK: ("其中一次住院疑为外伤，请核实是否有第三方责任后再报。",),
    Step.WITHDRAW: ("申请人主动撤回。",),
}
OPINIONS = {
    Step.EMPLOYER: ("经核实，该职工情况属实，同意上报。",),
    Step.SIGN: ("经入户核实，情况属实，同意上报。", "材料齐全，情况属实，同意上报。"),
    Step.PROPOSE: ("经系统数据比对，拟同意补助。", "费用已核对，扣除其他部门救助，拟同意补助。"),
    Step.AGREE: ("同意。", "同意补助，按规定公示。"),
}
REFUSALS = {
    Twist.UNDER_THREE_YEARS: "外地户籍，至申请之日在本县连续参保差一天满三年，不符合补助条件。",
    Twist.NOT_INSURED: "费用发生年度未在本县参加基本医疗保险，不符合补助条件。",
    Twist.LATE: "已超过次年6月底的申请期限，不予补助。",
}
WITH_MEALS = frozenset({"county-review-1", "proposed-1", "paid-1", "due-1"})
MEALS = Decimal("126.00")
BELOW = "个人自付费用未超过起付标准，不予补助。"


class Walk:
    """Tells one story. The same people take the same part throughout, another person each part."""

    def __init__(self, story: Story, staff: Staff) -> None:
        self.story = story
        self.staff = staff
        self.rng = rng = story.rng
        desk = staff.desks[story.township.pk]
        by_employer = Step.EMPLOYER in story.plan.steps
        elsewhere = by_employer or story.plan.twist is Twist.RELATIVE
        window = staff["window"] if elsewhere or len(story.plan.key) % 7 == 0 else None
        self.clerk = window or desk.clerk
        self.leader = desk.leader
        self.reviewer = staff[rng.choice(("reviewer1", "reviewer2"))]
        self.approver = staff[rng.choice(("approver1", "approver2"))]
        self.case: Application | None = None

    @property
    def application(self) -> Application:
        """The case as it was registered: the operations read its row anew, under its lock."""
        assert self.case is not None, "registered first"
        return self.case

    def reread(self) -> Application:
        """The case as it is in the database now."""
        rows = Application.objects.select_related("person", "award", "account")
        return rows.get(pk=self.application.pk)

    def tell(self) -> Telling:
        for step, at in self.story.times:
            yield at
            self._take(step, at)

    def _take(self, step: Step, at: datetime) -> None:
        if step is Step.REGISTER:
            self._register(at)
            return
        actor, word = self._part(step)
        words = {word: self._words(step)} if word else {}
        if step in (Step.SUBMIT, Step.EMPLOYER):
            hand_in(self.application, actor=actor, at=at)
        if step is Step.EMPLOYER:
            words |= signed_by_employer(at)
        OPERATIONS[step](self.application, **words, actor=actor, at=at, version=None)
        if step is Step.SIGN:
            self._review(at + timedelta(minutes=30))

    def _part(self, step: Step) -> tuple[User, str]:
        """Who takes the step, and whether he writes an opinion or a reason."""
        return {
            Step.SUBMIT: (self.clerk, ""),
            Step.WITHDRAW: (self.clerk, "reason"),
            Step.EMPLOYER: (self.clerk, "opinion"),
            Step.SIGN: (self.leader, "opinion"),
            Step.RETURN_TOWNSHIP: (self.leader, "reason"),
            Step.RETURN_COUNTY: (self.reviewer, "reason"),
            Step.PROPOSE: (self.reviewer, "opinion"),
            Step.REFUSE: (self.reviewer, "reason"),
            Step.SEND_BACK: (self.approver, "reason"),
            Step.AGREE: (self.approver, "opinion"),
        }[step]

    def _words(self, step: Step) -> str:
        if step is Step.REFUSE:
            return REFUSALS.get(self.story.plan.twist, BELOW)
        if step is Step.AGREE and Step.REFUSE in self.story.plan.steps:
            return "同意不予补助。"
        return self.rng.choice((REASONS | OPINIONS)[step])

    def _register(self, at: datetime) -> None:
        story = self.story
        person = somebody(story.profile)
        if story.plan.twist is Twist.RELATIVE:
            declared_by(self.staff.desks[story.township.pk].clerk, person, at=at)
        live_together(story, person, actor=self.clerk, at=at)
        self.case = from_relatives_case(story, person, actor=self.clerk, at=at)
        self.case = self.case or operations.register_application(
            programme=Programme.JINGNING,
            benefit_year=story.year,
            person=person,
            township=story.township,
            received_on=story.received_on,
            **applicant_of(story, person),
            **proof_of_earlier_receipt(story),
            actor=self.clerk,
            at=at,
        )
        self._fill_in(at + timedelta(minutes=12))
        if story.plan.twist is Twist.GATE_PENDING:
            self._park(at + timedelta(minutes=20))
        if story.plan.twist is Twist.TYPED_LATE:
            self._confirm_receipt(at + timedelta(minutes=50))

    def _confirm_receipt(self, at: datetime) -> None:
        """The leader compares the receipt of 30 June with the day the clerk names."""
        operations.decide_earlier_receipt(
            self.application, confirmed=True, note="", actor=self.leader, at=at, version=None
        )

    def _park(self, at: datetime) -> None:
        """Received in time; the clock stands still until civil affairs has decided."""
        sheet = self.application.fact_sheets.get(kind=Kind.DECLARED)
        assert sheet.gate_applied_on is not None
        operations.park(
            self.application,
            what=sheet.gate_kind,
            applied_on=sheet.gate_applied_on,
            remind_on=localdate(at) + timedelta(days=30),
            actor=self.clerk,
            at=at,
            version=None,
        )

    def _fill_in(self, at: datetime) -> None:
        """The facts that the register does not prove, a bill of paper, and what does not count."""
        operations.save_facts(
            self.application,
            Kind.DECLARED,
            values=self._facts(),
            actor=self.clerk,
            at=at,
            version=None,
        )
        account = self.application.person.bank_accounts.filter(
            is_social_security_card=False
        ).first()
        if account is not None:
            operations.choose_account(
                self.application, account=account, actor=self.clerk, at=at, version=None
            )
        if self.story.typed is not None:
            bill = _typed(self.story.typed)
            operations.add_bill(self.application, bill=bill, actor=self.clerk, at=at, version=None)
        self._exclude(Kind.DECLARED, self.clerk, at)

    def _facts(self) -> dict[str, Any]:
        story = self.story
        passbook = "无社会保障卡，发放至本人存折账户" if story.profile.card is Card.PASSBOOK else ""
        values: dict[str, Any] = {"note": story.plan.twist.value or passbook}
        if story.plan.hardship:
            return values
        pending = story.plan.twist is Twist.GATE_PENDING
        outcome = FactSheet.GateOutcome.PENDING if pending else FactSheet.GateOutcome.NEGATIVE
        applied = story.received_on - timedelta(days=9 if pending else 40)
        paper = "" if pending else f"景民不予〔{applied.year}〕{self.rng.randint(1, 400)}号"
        return values | {
            "group": Group.OTHER_ILL,
            "gate_applied_on": applied,
            "gate_kind": "低边" if self.rng.random() < 0.6 else "低保",
            "gate_authority": AUTHORITY,
            "gate_outcome": outcome,
            "gate_paper": paper,
        }

    def _exclude(self, kind: FactSheet.Kind, actor: User, at: datetime) -> None:
        """The clerk marks what he sees; the last case shows only to the county."""
        sheet = self.application.fact_sheets.get(kind=kind)
        seen = self.story.excluded[:-1] if kind == Kind.DECLARED else self.story.excluded[-1:]
        for bill, exclusion in seen:
            item = sheet.items.select_related("settlement", "sheet").get(
                settlement__settled_on=bill.settled_on, settlement__total=bill.total
            )
            operations.judge_item(
                item,
                values={"exclusion": exclusion, "note": exclusion.label},
                actor=actor,
                at=at,
                version=None,
            )

    def _review(self, at: datetime) -> None:
        """What the county finds in some cases: the last exclusion, or meals on a hospital bill."""
        if self.story.excluded:
            self._exclude(Kind.ACCEPTED, self.reviewer, at)
        if self.story.plan.key not in WITH_MEALS:
            return
        sheet = self.application.fact_sheets.get(kind=Kind.ACCEPTED)
        item = sheet.items.select_related("settlement", "sheet").order_by("-total", "id")[0]
        operations.judge_item(
            item,
            values={"total": item.total - MEALS, "note": "扣除住院期间膳食费126.00元"},
            actor=self.reviewer,
            at=at,
            version=None,
        )


def _typed(bill: Bill) -> dict[str, Any]:
    return asdict(bill) | {
        "service_to": bill.settled_on if bill.service_from else None,
        "invoice_code": f"9933{bill.settled_on:%y}09",
        "invoice_number": f"{bill.settled_on:%m%d}{int(bill.total * 100):09d}",
    }
