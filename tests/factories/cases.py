"""An application walked from the desk to any stage by the real operations, each by its own person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from assistance.cases import operations
from assistance.cases.models import Application, Evidence, EvidenceKind, FactSheet, Notice
from assistance.cases.models.applications import Group
from assistance.payments.models import FundYear, LedgerTransaction, Programme
from assistance.payments.operations import budget, open_fund_year
from assistance.policies.operations import release_templates
from assistance.registry.models import Person
from tests.factories import stock
from tests.factories.accounts import Cast
from tests.factories.files import make_file, upload
from tests.factories.ready import Way, gone_once
from tests.factories.registry import make_account, make_bill, make_person

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = 2025
RECEIVED = date(2026, 3, 2)  # a Monday


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


class Desk:
    """Jingning's desk on a day of its own, with policies released and money in the fund."""

    def __init__(
        self, *, money: str = "1000000.00", start: date = RECEIVED, year: int = YEAR
    ) -> None:
        self.cast = Cast()
        self.year = year
        self.reviewer = self.cast.reviewer
        self.now = noon(start)
        if not stock.stocked():
            release_templates(at=self.now)
        self.way = Way()
        self.fund = self._fund(money)

    @gone_once
    def _fund(self, money: str) -> FundYear:
        fund = open_fund_year(
            actor=None,
            agency=self.cast.agency,
            programme=Programme.JINGNING,
            year=self.now.year,
        )
        if Decimal(money) and not fund.transactions.exists():
            budget(
                fund,
                kind=LedgerTransaction.Kind.BUDGET,
                amount=Decimal(money),
                note="",
                reference=f"budget {fund.pk}",
                actor=self.cast.fund,
                at=self.now,
            )
        return fund

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    @gone_once
    def person(self, *, own_cost: str = "60000.00", category: str = "DIBAO") -> Person:
        """Somebody of the township with one stay of that own cost in the year, and a checked account."""
        person = make_person(category=category, at=self.now)
        if Decimal(own_cost):
            make_bill(person, own_cost, settled_on=date(self.year, 5, 20), at=self.now)
        make_account(person, entered_by=self.cast.clerk, checked_by=self.cast.payer, at=self.now)
        return person

    @gone_once
    def draft(
        self, person: Person | None = None, *, received_on: date | None = None
    ) -> Application:
        """Received before today means claimed with a proof, and confirmed by the leader."""
        person = person or self.person()
        today = localdate(self.now)
        received_on = received_on or today
        late = received_on < today
        case = operations.register_application(
            programme=Programme.JINGNING,
            benefit_year=self.year,
            person=person,
            township=self.cast.township,
            received_on=received_on,
            late_reason="停电，次日补录" if late else "",
            late_proof=upload() if late else None,
            applicant_name=person.name,
            applicant_relation=Application.Relation.SELF,
            actor=self.cast.clerk,
            at=self.now,
        )
        hand_in_papers(case, at=self.now)
        if not late:
            return case
        signed: dict[str, Any] = {"actor": self.cast.leader, "at": self.now, "version": None}
        return operations.decide_earlier_receipt(case, confirmed=True, note="", **signed)

    @gone_once
    def parked(self, person: Person | None = None) -> Application:
        """A draft that waits for civil affairs since today."""
        today = self.now.date()
        return operations.park(
            self.draft(person or self.person(category="")),
            what="DIBIAN",
            applied_on=today,
            remind_on=today + timedelta(days=30),
            actor=self.cast.clerk,
            at=self.now,
            version=None,
        )

    @gone_once
    def submitted(self, person: Person | None = None) -> Application:
        case = self.draft(person)
        return operations.submit(case, actor=self.cast.clerk, at=self.now, version=None)

    @gone_once
    def reviewed_first(self, person: Person | None = None) -> Application:
        case = self.submitted(person)
        return operations.sign_first_review(
            case, opinion="属实", actor=self.cast.leader, at=self.now, version=None
        )

    @gone_once
    def proposed(self, person: Person | None = None) -> Application:
        case = self.reviewed_first(person)
        return operations.propose(
            case, opinion="拟同意", actor=self.reviewer, at=self.now, version=None
        )

    @gone_once
    def agreed(self, person: Person | None = None) -> Application:
        case = self.proposed(person)
        return operations.agree(
            case, opinion="同意", actor=self.cast.approver, at=self.now, version=None
        )

    @gone_once
    def notice(self) -> Notice:
        """A notice of all agreed cases of the township, posted today."""
        notice = operations.draw_up_notice(
            self.cast.township,
            agency=self.cast.agency,
            programme=Programme.JINGNING,
            actor=self.cast.clerk,
            at=self.now,
        )
        return operations.post_notice(
            notice,
            posted_on=self.now.date(),
            place="村务公开栏",
            actor=self.cast.clerk,
            at=self.now,
        )

    @gone_once
    def certified(self) -> Notice:
        """A notice that has hung its days and is certified; the clock stands on the day after."""
        notice = self.notice()
        assert notice.last_day is not None
        self.now = noon(notice.last_day + timedelta(days=1))
        return operations.certify_notice(
            notice, text="已张贴满期，无异议", actor=self.cast.leader, at=self.now
        )

    @gone_once
    def approved(self, person: Person | None = None) -> Application:
        case = self.agreed(person)
        self.certified()
        operations.close_due_notices(at=self.now)
        return Application.objects.get(pk=case.pk)


# What one may be asked for without a special reason.
COMMON_PAPERS = (
    EvidenceKind.APPLICATION,
    EvidenceKind.IDENTITY,
    EvidenceKind.INSURANCE,
    EvidenceKind.CIVIL_AFFAIRS,
    EvidenceKind.COMMITMENT,
    EvidenceKind.INVOICE,
    EvidenceKind.FEE_LIST,
    EvidenceKind.DISCHARGE,
)


def hand_in_papers(
    case: Application, *kinds: EvidenceKind, at: datetime | None = None
) -> list[Evidence]:
    """One file for all of these papers, or for the common ones, so that the case lacks none."""
    at, actor = at or case.entered_at, case.entered_by
    file = make_file(actor)
    rows = [
        Evidence(application=case, kind=kind, file=file, added_by=actor, added_at=at)
        for kind in kinds or COMMON_PAPERS
    ]
    return Evidence.objects.bulk_create(rows)


def accepted(case: Application) -> FactSheet:
    return case.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED)


def declared(case: Application) -> FactSheet:
    return case.fact_sheets.get(kind=FactSheet.Kind.DECLARED)


def other_ill(person: Person) -> dict[str, object]:
    """Facts of somebody not on the register whom civil affairs has turned down."""
    return {
        "group": Group.OTHER_ILL,
        "gate_applied_on": date(2025, 11, 3),
        "gate_kind": "DIBIAN",
        "gate_authority": "景宁畲族自治县民政局",
        "gate_outcome": FactSheet.GateOutcome.NEGATIVE,
        "gate_paper": "不予确认通知书 2025-118",
    }
