"""A valid answer to every path about corrections, further applications and recoveries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assistance.cases import operations
from assistance.cases.models import Application, FactSheet
from assistance.payments.models import Recovery
from assistance.payments.operations import record_repayment, stop_award
from assistance.registry.models import Enrolment
from assistance.registry.operations import end_enrolment
from tests.factories.cases import accepted
from tests.factories.paying import pay, step
from tests.factories.recoveries import claim, make_paid_award
from tests.permissions.sample import Answer, Row, Sample


def _to(case: Application, **data: Any) -> tuple[list[Any], Row]:
    case = Application.objects.get(pk=case.pk)
    return [case.number], {"version": case.version, **data}


def _reported(sample: Sample) -> tuple[list[Any], Row]:
    """By the reviewer who has reviewed the case, whoever asks."""
    case = sample.under_notice
    if not case.corrections.exists():
        actor = sample.cast.reviewer
        step(sample.desk, operations.report_error, case, actor, kind="facts", finding="有误")
    return _to(case, opinion="核对")


def _stopped(sample: Sample) -> tuple[list[Any], Row]:
    award = sample.approved.award
    stop_award(award, source="t", reason="新增救助", actor=None, at=timezone.now())
    return _to(sample.approved, opinion="照发")


def _paid(sample: Sample) -> Application:
    case = Application.objects.select_related("award").get(pk=sample.approved.pk)
    return case if case.award is not None and case.award.state == "paid" else pay(sample.desk, case)


def _overpaid(sample: Sample) -> tuple[list[Any], Row]:
    """An official correction in county review that finds less than was paid."""
    previous, desk, cast = _paid(sample), sample.desk, sample.cast
    case = previous.further.first()
    if case is None:
        case = operations.open_official_correction(
            previous, reason="复核", actor=cast.clerk, at=desk.now
        )
        step(desk, operations.submit, case, cast.clerk)
        step(desk, operations.sign_first_review, case, cast.leader, opinion="属实")
        accepted(case).items.update(total=Decimal("30000.00"))
    return _to(case, kind="facts", opinion="多发")


def _asked(sample: Sample) -> tuple[list[Any], Row]:
    """The case in county review, of somebody who was insured up to the year's end only."""
    case = sample.county_review
    enrolment = Enrolment.objects.get(person=case.person, voided_at=None)
    if enrolment.last_day is None:
        last = date(sample.desk.year, 12, 31)
        if case.received_on <= last:
            last = case.received_on - timedelta(days=1)
        end_enrolment(enrolment, last_day=last, actor=None, at=timezone.now())
    assert case.fact_sheets.filter(kind=FactSheet.Kind.ACCEPTED).exists()
    return _to(case, fact="INSURANCE_DIFFERS", reason="按年度")


def _recovery(sample: Sample) -> Recovery:
    known = Recovery.objects.first()
    if known is not None:
        return known
    award = make_paid_award(sample.cast, sample.payments.fund_year)
    return claim(sample.cast, award, "2500.00", at=timezone.now())[0]


def _claimed(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    return [_recovery(sample).number], data


def _entered(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    recovery = _recovery(sample)
    entry = record_repayment(
        recovery,
        amount=Decimal("100.00"),
        on=timezone.localdate(),
        reference="回单7",
        actor=sample.cast.payer,
        at=timezone.now(),
    )
    return [recovery.number, entry.pk], data


def _letter() -> Row:
    today = timezone.localdate()
    return {
        "decision_number": "景医保追1号",
        "heard_on": today,
        "decided_on": today,
        "remedies_told_on": today,
        "due_on": today + timedelta(days=30),
    }


CORRECTIONS: Mapping[str, Answer] = {
    "report_error": lambda s: _to(s.under_notice, kind="facts", finding="有误"),
    "order_correction": _reported,
    "dismiss_error": _reported,
    "pay_anyway": _stopped,
    "propose_recovery": _overpaid,
    "apply_again": lambda s: _to(s.approved, received_on=timezone.localdate()),
    "open_official_correction": lambda s: _to(_paid(s), reason="复核"),
    "rule_on_fact": _asked,
    "recovery": _claimed,
    "record_repayment": lambda s: _claimed(
        s, amount="10", on=timezone.localdate(), reference="回单1"
    ),
    "record_recovery_decision": lambda s: _claimed(s, **_letter()),
    "agree_instalments": lambda s: _claimed(s, count=3, first_due_on=timezone.localdate()),
    "ask_waiver": lambda s: _claimed(s, amount="10", reference="批件1", reason="困难"),
    "confirm_recovery_entry": _entered,
    "reject_recovery_entry": lambda s: _entered(s, reason="有误"),
}
