"""A wrong amount after the agreement: found by one, decided by another, publicised anew."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistance.cases import operations
from assistance.cases.models import Application, Correction, NoticeLine
from assistance.cases.queries import queue_for
from assistance.cases.states import State
from assistance.entitlements.models import Bucket, Entry
from assistance.entitlements.queries import granted
from assistance.payments.models import LedgerAccount
from assistance.payments.queries import balances, check_ledger
from assistance.payments.states import AwardState
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.cases import YEAR, Desk, accepted
from tests.factories.paying import pay, step
from tests.factories.registry import make_aid

pytestmark = pytest.mark.usefixtures("in_english")
FINDING = "一次住院的自付多计了20000元。"


def report(desk: Desk, case: Application) -> Application:
    cast = desk.cast
    return step(desk, operations.report_error, case, cast.reviewer, kind="figures", finding=FINDING)


def order(desk: Desk, case: Application) -> Application:
    return step(desk, operations.order_correction, case, desk.cast.approver, opinion="退回更正")


def lower(desk: Desk, case: Application, total: str = "40000.00") -> None:
    """The county accepts another cost of the one bill."""
    item = accepted(case).items.get()
    operations.judge_item(
        item,
        values={"total": Decimal(total), "note": "按发票更正"},
        actor=desk.cast.reviewer,
        at=desk.now,
        version=None,
    )


def again(desk: Desk, case: Application) -> Application:
    case = step(desk, operations.propose, case, desk.cast.reviewer, opinion="更正后拟同意")
    return step(desk, operations.agree, case, desk.cast.approver, opinion="同意更正")


def kept(case: Application) -> Decimal:
    return granted(case.person, YEAR, Bucket.JINGNING)


def reread(case: Application) -> Application:
    return Application.objects.select_related("award", "person").get(pk=case.pk)


def test_correction_under_notice_goes_round_again_and_is_publicised_anew(desk):
    case = desk.agreed()
    first = desk.notice()
    assert case.amount == Decimal("25000.00")
    report(desk, case)
    case = order(desk, case)
    assert (case.state, case.amount) == (State.COUNTY_REVIEW, None)
    assert case.changes.last().reason == FINDING
    assert first.lines.get().outcome == NoticeLine.Outcome.STOPPED
    assert kept(case) == 0
    assert balances(desk.fund)[LedgerAccount.RESERVED] == 0
    lower(desk, case)
    case = again(desk, case)
    assert (case.state, case.amount) == (State.PUBLICITY, Decimal("15000.00"))
    second = desk.notice()
    assert [line.application_id for line in second.lines.all()] == [case.pk]
    correction = case.corrections.get()
    assert (correction.first_amount, correction.corrected_amount) == (
        Decimal("25000.00"),
        Decimal("15000.00"),
    )
    assert correction.line == first.lines.get()


def test_correction_after_approval_cancels_the_award_and_books_exactly_back(desk):
    case = desk.approved()
    award = case.award
    report(desk, case)
    award.refresh_from_db()
    assert award.state == AwardState.HELD
    case = order(desk, case)
    award.refresh_from_db()
    assert (award.state, reread(case).award) == (AwardState.CANCELLED, None)
    sums = [entry.amount for entry in Entry.objects.order_by("id")]
    assert sums == [Decimal("25000.00"), Decimal("-25000.00")]
    lower(desk, case)
    again(desk, case)
    desk.certified()
    operations.close_due_notices(at=desk.now)
    case = reread(case)
    assert case.award.amount == kept(case) == Decimal("15000.00")
    assert check_ledger(desk.fund) == []


def test_corrected_to_nothing_it_is_refused_and_the_amount_is_zero(desk):
    case = desk.agreed()
    report(desk, case)
    case = order(desk, case)
    lower(desk, case, "10000.00")
    case = step(desk, operations.propose_refusal, case, desk.cast.reviewer, reason="未超过起付标准")
    case = step(desk, operations.agree, case, desk.cast.approver, opinion="")
    assert case.state == State.REFUSED
    assert case.corrections.get().corrected_amount == 0


def test_amount_found_right_lets_the_award_go_on(desk):
    case = report(desk, desk.approved())
    step(desk, operations.dismiss_error, case, desk.cast.approver, opinion="核对无误")
    case = reread(case)
    assert (case.state, case.award.state) == (State.APPROVED, AwardState.DUE)
    assert case.corrections.get().outcome == Correction.Outcome.DISMISSED
    report(desk, case)  # another error may still be found


def test_who_reviews_reports_and_who_approves_decides(desk):
    case = desk.approved()
    for user in (desk.cast.approver, desk.cast.clerk, desk.cast.leader, desk.cast.payer):
        with pytest.raises(NotAllowed):
            step(desk, operations.report_error, case, user, kind="figures", finding=FINDING)
    report(desk, case)
    for user in (desk.cast.reviewer, desk.cast.payer, desk.cast.fund):
        with pytest.raises(NotAllowed):
            step(desk, operations.order_correction, case, user, opinion="退回")
    with pytest.raises(Refused, match="reported already"):
        report(desk, case)


def test_nothing_is_corrected_or_dismissed_without_a_finding(desk):
    case = desk.approved()
    for operation in (operations.order_correction, operations.dismiss_error):
        with pytest.raises(Refused, match="No wrong amount"):
            step(desk, operation, case, desk.cast.approver, opinion="退回")


def test_ended_notice_does_not_close_a_case_with_a_reported_error(desk):
    case = desk.agreed()
    desk.certified()
    report(desk, case)
    operations.close_due_notices(at=desk.now)
    assert reread(case).state == State.PUBLICITY
    step(desk, operations.dismiss_error, case, desk.cast.approver, opinion="核对无误")
    operations.close_due_notices(at=desk.now)
    assert reread(case).state == State.APPROVED


def test_paid_award_is_not_corrected_this_way(desk):
    case = pay(desk, desk.approved())
    with pytest.raises(Refused, match="official correction"):
        report(desk, case)
    assert not Correction.objects.exists()


def test_reopened_case_overtakes_the_open_finding(desk):
    case = report(desk, desk.approved())
    step(desk, operations.reopen, case, desk.cast.approver, reason="退回")
    assert case.corrections.get().outcome == Correction.Outcome.OVERTAKEN


def test_new_aid_after_the_award_stops_it_until_the_approver_decides(desk):
    case = desk.approved()
    make_aid(case.person, "5000.00", benefit_year=YEAR)
    assert reread(case).award.state == AwardState.HELD
    with pytest.raises(NotAllowed):
        step(desk, operations.pay_anyway, case, desk.cast.reviewer, opinion="已扣")
    step(desk, operations.pay_anyway, case, desk.cast.approver, opinion="该项救助已在单据中扣除")
    assert reread(case).award.state == AwardState.DUE
    with pytest.raises(Refused, match="Nothing stops"):
        step(desk, operations.pay_anyway, case, desk.cast.approver, opinion="再次")


def test_stopped_case_is_reopened_with_the_new_facts(desk):
    case = desk.approved()
    reverse_bill(accepted(case).items.get().settlement, reason="退费", actor=None, at=desk.now)
    case = step(desk, operations.reopen, case, desk.cast.approver, reason="票据已退")
    assert case.state == State.COUNTY_REVIEW
    assert kept(case) == 0


def test_approver_finds_doubted_and_stopped_cases_in_his_queue(desk):
    doubted, cast = desk.approved(), desk.cast
    assert list(queue_for(cast.approver)) == []
    report(desk, doubted)
    stopped = desk.approved()
    make_aid(stopped.person, "5000.00", benefit_year=YEAR)
    assert set(queue_for(cast.approver)) == {doubted, stopped}
    assert not set(queue_for(cast.second_approver)) - {doubted, stopped}


def test_case_in_doubt_is_put_on_no_notice(desk):
    report(desk, desk.agreed())
    with pytest.raises(Refused):
        desk.notice()


def test_reported_error_is_not_passed_over_by_paying(desk):
    case = report(desk, desk.approved())
    with pytest.raises(Refused, match="order the correction"):
        step(desk, operations.pay_anyway, case, desk.cast.approver, opinion="照发")


@pytest.mark.django_db(transaction=True)
def test_two_decisions_on_a_finding_at_once_are_one():
    desk = Desk()
    case = report(desk, desk.approved())
    approver = desk.cast.approver
    outcomes = at_once(
        lambda: step(desk, operations.order_correction, case, approver, opinion="退回"),
        lambda: step(desk, operations.dismiss_error, case, approver, opinion="无误"),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Entry.objects.count() in {1, 2}
    assert check_ledger(desk.fund) == []
