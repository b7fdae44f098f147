"""One object in every stage a path needs, and a valid answer to every form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assistance.cases import operations
from assistance.cases.models import Application, BulkRun, Notice, Objection
from assistance.registry.models import Person
from assistance.registry.operations import add_household_member, found_household
from tests.factories.cases import Desk, declared
from tests.factories.files import upload
from tests.factories.registry import make_category, make_person, new_number
from tests.permissions.bills_sample import BillsSample
from tests.permissions.drawn_sample import DrawnSample
from tests.permissions.letters_sample import LettersSample
from tests.permissions.lists_sample import ListsSample
from tests.permissions.meetings_sample import MeetingsSample
from tests.permissions.partners_sample import PartnersSample
from tests.permissions.payers_sample import PayersSample
from tests.permissions.payments_sample import PaymentsSample
from tests.permissions.people_sample import PeopleSample
from tests.permissions.routes_sample import RoutesSample

Row = dict[str, Any]


class Sample:
    """A county with one case in every stage that a person acts on, all in one township."""

    def __init__(self) -> None:
        start = timezone.localdate() - timedelta(days=40)
        # A year that can still be applied for on that day, whatever day the tests run on.
        self.desk = Desk(start=start, year=start.year if start.month > 6 else start.year - 1)
        self.cast = self.desk.cast
        assert self.cast.of_each_role()
        self.strangers = [
            self.cast.neighbour_clerk,
            self.cast.neighbour_leader,
            self.cast.outside_clerk,
            self.cast.outside_leader,
            self.cast.outside_window,
            self.cast.outside_reviewer,
            self.cast.outside_approver,
            self.cast.outside_payer,
            self.cast.outside_fund,
            self.cast.outside_partner,
            self.cast.outside_city,
        ]
        self.approved = self.desk.approved()
        self.ended_notice = Notice.objects.get()
        self.under_notice = self.desk.agreed()
        # Reviewed by the second reviewer, so that the first may investigate.
        self.desk.reviewer = self.cast.second_reviewer
        self.objected = self.desk.agreed()
        self.desk.reviewer = self.cast.reviewer
        self.notice = self.desk.notice()
        self.objection = self._objection(scan=upload())
        self.decided = operations.decide_objection(
            self._objection(),
            outcome="unfounded",
            finding="不属实",
            actor=self.cast.reviewer,
            at=self.desk.now,
        )
        self.desk.later(days=1)
        self.draft = self.desk.draft()
        self.parked = self.desk.parked()
        self.first_review = self.desk.submitted()
        self.county_review = self.desk.reviewed_first()
        self.proposed = self.desk.proposed()
        self.waiting = self.desk.agreed()
        self.letters = LettersSample(self.desk)
        self.run = self._run(desk_draft=self.desk.draft())
        self.done_run = operations.carry_out(
            self._run(desk_draft=self.desk.draft()), actor=self.cast.clerk, at=self.desk.now
        )
        self.routes = RoutesSample(self.desk)
        for case in (self.approved, self.objected, self.under_notice):
            case.refresh_from_db()
        self.relative = self._relative()
        self.people = PeopleSample(self.cast)
        self.payments = PaymentsSample(self.cast)
        self.lists = ListsSample(self.cast)
        self.payers = PayersSample(self.cast)
        self.bills = BillsSample(self.cast)
        self.drawn = DrawnSample(self.cast)
        self.partners = PartnersSample(self.cast)
        self.meetings = MeetingsSample(self.cast)

    def _relative(self) -> Person:
        """The wife of the draft's patient, in one household with him."""
        wife, at = make_person("蓝秋月", sex="2"), timezone.now()
        since = timezone.localdate() - timedelta(days=400)
        found_household(self.draft.person, first_day=since, actor=self.cast.clerk, at=at)
        add_household_member(
            self.draft.person,
            member=wife,
            relation="spouse",
            first_day=since,
            actor=self.cast.clerk,
            at=at,
        )
        return wife

    def _run(self, *, desk_draft: Application) -> BulkRun:
        return operations.prepare_run(
            "submit", [desk_draft.number], actor=self.cast.clerk, at=self.desk.now
        )

    def _objection(self, **given: Any) -> Objection:
        line = self.notice.lines.get(application=self.objected)
        return operations.record_objection(
            line,
            received_on=self.desk.now.date(),
            content="核实收入",
            objector="蓝某",
            actor=self.cast.leader,
            at=self.desk.now,
            **given,
        )


def _step(case: Application, **data: Any) -> tuple[list[Any], Row]:
    return [case.number], {"version": case.version, **data}


def _facts(case: Application) -> Row:
    return {
        "version": case.version,
        "group": "HARDSHIP",
        "hukou_in_county": "true",
        "insured_in_county": "true",
        "other_aid": "0",
        "note": "已核",
    }


def _bill(sample: Sample) -> Row:
    return {
        "version": sample.draft.version,
        "token": "t1",
        "settled_on": f"{sample.desk.year}-05-21",
        "setting": "inpatient",
        "institution": "县医院",
        "total": "800",
        "in_scope": "700",
        "basic": "0",
        "supplementary": "0",
        "big_illness": "0",
        "assistance": "0",
        "designated": "on",
    }


def _paper(sample: Sample) -> tuple[list[Any], Row]:
    row = sample.draft.evidence.order_by("id")[0]
    return [sample.draft.number, row.pk], {}


def _drafts_of_everybody(sample: Sample) -> tuple[list[Any], Row]:
    for user in [*sample.cast.of_each_role().values(), *sample.strangers]:
        operations.save_draft(
            user, "facts", sample.draft.number, values={"note": "写"}, at=timezone.now()
        )
    return ["facts", sample.draft.number], {}


def _registration(sample: Sample) -> Row:
    return {
        "programme": "jn21",
        "benefit_year": sample.desk.year,
        "received_on": _today(),
        "township": sample.cast.township.pk,
        "applicant_relation": "self",
    }


def _newcomer(sample: Sample) -> Row:
    return {
        "id_number": new_number(),
        "name": "蓝新来",
        "since": "2020-01-01",
        "hukou_township": sample.cast.township.pk,
        "hukou_village": "一村",
    }


# The arguments and the form of each path, by its name.
Answer = Callable[[Sample], tuple[list[Any], Row]]
CASES: Mapping[str, Answer] = {
    "register": lambda s: ([s.draft.person_id], _registration(s)),
    "register_person": lambda s: ([], _newcomer(s)),
    "search": lambda s: ([], {"q": "无此人"}),
    "submit": lambda s: _step(s.draft),
    "sign_first_review": lambda s: _step(s.first_review, opinion="属实"),
    "return_application": lambda s: _step(s.first_review, reason="缺件"),
    "propose": lambda s: _step(s.county_review, opinion="拟同意"),
    "propose_refusal": lambda s: _step(s.county_review, reason="不符合"),
    "agree": lambda s: _step(s.proposed, opinion="同意"),
    "send_back": lambda s: _step(s.proposed, reason="请复核"),
    "withdraw": lambda s: _step(s.draft, reason="放弃"),
    "park": lambda s: _step(
        s.draft,
        what=make_category("DIBIAN").name,
        applied_on=s.draft.received_on,
        remind_on=_day(30),
    ),
    "remind": lambda s: _step(s.parked, remind_on=_day(60)),
    "resume": lambda s: _step(
        s.parked, outcome="negative", authority="景宁畲族自治县民政局", paper="2026-7号"
    ),
    "reopen": lambda s: _step(s.approved, reason="有误"),
    "application": lambda s: ([s.draft.number], {}),
    "receipt": lambda s: ([s.draft.number], {}),
    "facts": lambda s: ([s.draft.number], {}),
    "save_facts": lambda s: ([s.draft.number], _facts(s.draft)),
    "estimate": lambda s: ([s.draft.number], _facts(s.draft)),
    "add_bill": lambda s: ([s.draft.number], _bill(s)),
    "refresh_bills": lambda s: ([s.draft.number], {}),
    "judge_bill": lambda s: (
        [s.draft.number, declared(s.draft).items.get().pk],
        {"version": s.draft.version, "other_aid": "0", "note": "无"},
    ),
    "remove_bill": lambda s: (
        [s.draft.number, declared(s.draft).items.get().pk],
        {"version": s.draft.version, "reason": "重复"},
    ),
    "name_applicant": lambda s: (
        [s.draft.number],
        {
            "version": s.draft.version,
            "relation": "agent",
            "name": "钟有田",
            "kinship": "村干部",
            "id_number": new_number(),
        },
    ),
    "file_for_member": lambda s: (
        [s.draft.number],
        {
            "member": s.relative.pk,
            "received_on": _today(),
            "applicant_relation": "agent",
            "applicant_kinship": "配偶",
        },
    ),
    "save_draft": lambda s: (["facts", s.draft.number], {"note": "写到一半"}),
    "discard_draft": _drafts_of_everybody,
    "evidence": lambda s: ([s.draft.number], {}),
    "paper": _paper,
    "paper_file": _paper,
    "paper_preview": _paper,
    "paper_thumbnail": _paper,
    "add_evidence": lambda s: ([s.draft.number], {"kind": "other", "papers": upload()}),
    "void_evidence": lambda s: (_paper(s)[0], {"reason": "重复"}),
    "record_original": lambda s: (_paper(s)[0], {"original": "seen"}),
    "add_aid": lambda s: (
        [s.draft.number],
        {
            "version": s.draft.version,
            "giver": "union",
            "amount": "10",
            "given_on": f"{s.desk.year}-06-01",
            "paper": "1号",
        },
    ),
    "choose_account": lambda s: _step(s.draft, account=s.draft.account_id),
    "new_account": lambda s: (
        [s.draft.number],
        {"bank": "农商银行", "number": "6217990000000000006", "is_social_security_card": "on"},
    ),
    "notice": lambda s: ([s.notice.number], {}),
    "notice_sheet": lambda s: ([s.notice.number], {}),
    "post_notice": lambda s: ([_drawn_up(s).number], {"posted_on": _today(), "place": "公开栏"}),
    "certify_notice": lambda s: ([s.notice.number], {"text": "已张贴"}),
    "record_objection": lambda s: (
        [s.notice.number, s.notice.lines.get(application=s.under_notice).pk],
        {
            "received_on": s.notice.posted_on,
            "channel": "phone",
            "category": "means",
            "content": "核实",
        },
    ),
    "decide_objection": lambda s: (
        [s.objection.number],
        {"outcome": "unfounded", "finding": "已核实"},
    ),
    "prepare_bulk": lambda s: ([], {"kind": "submit", "number": s.draft.number}),
    "bulk_run": lambda s: ([s.run.pk], {}),
    "carry_out_bulk": lambda s: ([s.run.pk], {}),
    "take_back_bulk": lambda s: ([s.done_run.pk], {}),
    "bulk_file_csv": lambda s: ([s.run.pk], {}),
    "bulk_file_xlsx": lambda s: ([s.run.pk], {}),
    "enquiries": lambda s: ([], {"words": "无此人"}),
    "enquiry": lambda s: ([s.draft.person_id], {}),
    "call": lambda s: (
        [s.draft.person_id],
        {"caller": "relative", "application": s.draft.pk, "asked": "进度", "told": "待提交"},
    ),
    "draw_up_notice": lambda s: ([], {"township": s.cast.township.pk, "programme": "jn21"}),
}


def _drawn_up(sample: Sample) -> Notice:
    return operations.draw_up_notice(
        sample.cast.township,
        agency=sample.cast.agency,
        programme="jn21",
        actor=sample.cast.clerk,
        at=timezone.now(),
    )


def _day(later: int) -> str:
    return (timezone.localdate() + timedelta(days=later)).isoformat()


def _today() -> str:
    return timezone.localdate().isoformat()
