"""The papers of one case: application and approval form, receipt, statement of settlement."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistance.accounts.models import User
from assistance.cases.models import Application, NoticeLine
from assistance.cases.states import State
from assistance.shared.masking import mask_id
from assistance.shared.money import capital
from assistance.web.explanations import explanation
from assistance.web.paper import case_data as case
from assistance.web.paper.words import day, money, place_of, yes_no


def application_form(application: Application, user: User, on: date) -> dict[str, Any]:
    """医疗救助申请审批表: the fields of the form used in the trade, each filled or left as room."""
    sheet = case.sheet_of(application)
    items = case.items_of(sheet)
    return {
        "title": "医疗救助申请审批表",
        **case.head(application),
        **case.patient(application),
        **case.applicant(application),
        **case.account(application),
        **case.household(application),
        **case.printed(user, on),
        **case.earlier_aid(application, items),
        "group": sheet.get_group_display() if sheet.group else "",
        "settings": "、".join(dict.fromkeys(str(item.get_setting_display()) for item in items)),
        "hukou_in_county": yes_no(sheet.hukou_in_county),
        "insured_in_county": yes_no(sheet.insured_in_county),
        "gate": _gate(sheet),
        "other_aid": money(sheet.other_aid),
        "bills": case.bill_rows(items),
        "sums": case.bill_sums(items),
        "burden": money(case.in_scope_burden(items)),
        "note": sheet.note,
        **_computation(application, sheet),
        "opinions": case.opinions(application),
        **_publicity(application),
    }


def receipt(application: Application, user: User, on: date) -> dict[str, Any]:
    """受理回执, with the day received, which counts even while papers are missing."""
    return {
        "title": "受理回执",
        **case.head(application),
        "patient": application.person.name,
        "patient_number": mask_id(application.person.id_number),
        **case.applicant(application),
        "entered_by": str(application.entered_by),
        **case.printed(user, on),
    }


def statement(application: Application, user: User, on: date) -> dict[str, Any]:
    """医疗救助结算单: the bills, how the amount arises, and the amount in capitals."""
    sheet = case.sheet_of(application)
    items = case.items_of(sheet)
    return {
        "title": "医疗救助结算单",
        **case.head(application),
        **case.patient(application),
        **case.account(application),
        **case.printed(user, on),
        **case.earlier_aid(application, items),
        "group": sheet.get_group_display() if sheet.group else "",
        "bills": case.bill_rows(items),
        "sums": case.bill_sums(items),
        "other_aid": money(sheet.other_aid),
        **_computation(application, sheet),
        "opinions": case.opinions(application),
        "award": application.award.number if application.award is not None else "",
    }


def has_statement(application: Application) -> bool:
    """Whether an amount has been decided, or proposed, that a statement can explain."""
    decided = application.state_enum in case.PROPOSED - {State.REFUSED}
    return decided and application.assessment is not None and application.amount is not None


def _computation(application: Application, sheet: Any) -> dict[str, Any]:
    found = explanation(application, sheet)
    amount = found.amount
    return {
        "lines": [[line.text, place_of(line.clause)] for line in found.lines],
        "problems": list(found.problems),
        "decided": found.decided,
        "amount": money(amount),
        "capital": capital(amount) if amount is not None else "",
    }


def _gate(sheet: Any) -> str:
    """民政局意见: what civil affairs decided on 特困, 低保 or 低边, and on which paper."""
    if not sheet.gate_outcome:
        return ""
    parts = (sheet.gate_authority, sheet.get_gate_outcome_display(), sheet.gate_paper)
    return "，".join(str(part) for part in parts if part)


def _publicity(application: Application) -> dict[str, str]:
    lines = application.notice_lines.select_related("notice").order_by("id")
    line: NoticeLine | None = lines.last()
    if line is None or line.notice.first_day is None:
        return {"publicity": "", "publicity_end": ""}
    notice = line.notice
    return {
        "publicity": f"{notice.number}，{day(notice.first_day)}起，{notice.posted_at_place}",
        "publicity_end": day(notice.last_day),
    }
