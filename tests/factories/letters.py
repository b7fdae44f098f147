"""Letterheads and letters, each letter by an officer who may write it."""

from __future__ import annotations

from assistance.accounts.models import Agency
from assistance.cases import operations
from assistance.cases.models import Application, Letter, LetterHead
from tests.factories.cases import Desk


def make_head(agency: Agency) -> LetterHead:
    return LetterHead.objects.get_or_create(
        agency=agency,
        defaults={
            "authority": "景宁畲族自治县医疗保障局",
            "prefix": "景医保",
            "address": "鹤溪街道人民中路1号",
            "reconsidered_by": "景宁畲族自治县人民政府",
            "court": "景宁畲族自治县人民法院",
        },
    )[0]


def refused(desk: Desk, reason: str = "未超过起付标准") -> Application:
    """A case whose refusal the approver has agreed to."""
    case = operations.propose_refusal(
        desk.reviewed_first(), reason=reason, actor=desk.reviewer, at=desk.now, version=None
    )
    return operations.agree(
        case, opinion="同意", actor=desk.cast.approver, at=desk.now, version=None
    )


def returned(desk: Desk, reason: str = "出院记录缺页") -> Application:
    return operations.return_application(
        desk.submitted(), reason=reason, actor=desk.cast.leader, at=desk.now, version=None
    )


def refusal_letter(desk: Desk, case: Application) -> Letter:
    make_head(desk.cast.agency)
    return operations.issue_refusal(
        case,
        facts="经审核。",
        grounds=["hardship_deductible"],
        reasons="自付费用未超过起付标准。",
        actor=desk.reviewer,
        at=desk.now,
    )


def correction_letter(desk: Desk, case: Application) -> Letter:
    make_head(desk.cast.agency)
    return operations.issue_correction(
        case, items="出院记录\n户口簿", actor=desk.cast.clerk, at=desk.now
    )
