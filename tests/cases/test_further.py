"""A further application of the year, and the office's own correction after payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistance.cases import operations
from assistance.cases.models import Application, EvidenceKind
from assistance.cases.models.applications import Group
from assistance.cases.states import State
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import Recovery
from assistance.payments.operations import confirm_entry, record_repayment
from assistance.payments.queries import check_ledger
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import (
    COMMON_PAPERS,
    YEAR,
    Desk,
    accepted,
    declared,
    hand_in_papers,
    other_ill,
)
from tests.factories.identity import merge
from tests.factories.paying import pay, step
from tests.factories.registry import make_aid, make_bill

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def paid(desk) -> Application:
    """60,000 of own cost, 25,000 granted and paid."""
    return pay(desk, desk.approved())


def further(desk: Desk, previous: Application, *, signed: bool = True) -> Application:
    case = operations.apply_again(
        previous, received_on=desk.now.date(), actor=desk.cast.clerk, at=desk.now
    )
    if signed:
        hand_in_papers(case, EvidenceKind.APPLICATION, at=desk.now)
    return case


def official(desk: Desk, previous: Application) -> Application:
    return operations.open_official_correction(
        previous, reason="内部检查发现重复计入一次住院", actor=desk.cast.clerk, at=desk.now
    )


def to_review(desk: Desk, case: Application) -> Application:
    case = step(desk, operations.submit, case, desk.cast.clerk)
    return step(desk, operations.sign_first_review, case, desk.cast.leader, opinion="属实")


def lower(desk: Desk, case: Application, total: str) -> None:
    item = accepted(case).items.order_by("id")[0]
    values = {"total": Decimal(total), "note": "按发票更正"}
    operations.judge_item(item, values=values, actor=desk.cast.reviewer, at=desk.now, version=None)


def overpaid(desk: Desk, previous: Application, total: str) -> Application:
    """An official correction to that own cost, decided."""
    case = to_review(desk, official(desk, previous))
    lower(desk, case, total)
    case = step(
        desk, operations.propose_recovery, case, desk.cast.reviewer, kind="figures", opinion="多计"
    )
    return step(desk, operations.agree, case, desk.cast.approver, opinion="同意追回")


def kept(case: Application) -> Decimal:
    return granted(case.person, YEAR, Bucket.JINGNING)


def test_supplement_is_the_years_due_less_what_was_paid(desk, paid):
    make_bill(paid.person, "20000.00", settled_on=date(YEAR, 11, 3), at=desk.now)
    case = to_review(desk, further(desk, paid))
    assert case.previous == paid
    assert accepted(case).items.count() == 2
    case = step(desk, operations.propose, case, desk.cast.reviewer, opinion="拟补足")
    case = step(desk, operations.agree, case, desk.cast.approver, opinion="同意")
    assert case.amount == Decimal("10000.00")
    assert desk.notice().lines.get().amount == Decimal("10000.00")
    assert kept(case) == Decimal("35000.00")


def test_facts_of_the_gate_are_those_of_the_earlier_case(desk):
    person = desk.person(own_cost="90000.00", category="")
    first = desk.draft(person)
    operations.save_facts(
        first,
        "declared",
        values=other_ill(person),
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    case = to_review(desk, first)
    case = step(desk, operations.propose, case, desk.cast.reviewer, opinion="拟同意")
    step(desk, operations.agree, case, desk.cast.approver, opinion="同意")
    desk.certified()
    operations.close_due_notices(at=desk.now)
    second = further(desk, Application.objects.get(pk=first.pk))
    sheet = declared(second)
    assert (sheet.group, sheet.gate_paper) == (Group.OTHER_ILL, other_ill(person)["gate_paper"])


def test_any_number_of_further_applications_is_possible(desk, paid):
    case = paid
    for n in range(2):
        # Not twice the same sum: the bank's answers would be one file.
        total = f"{10_000 + 2 * n}.00"
        make_bill(paid.person, total, settled_on=date(YEAR, 10, 3 + n), at=desk.now)
        case = to_review(desk, further(desk, case))
        case = step(desk, operations.propose, case, desk.cast.reviewer, opinion="拟补足")
        case = step(desk, operations.agree, case, desk.cast.approver, opinion="同意")
        assert case.amount == Decimal(5_000 + n)
        desk.certified()
        operations.close_due_notices(at=desk.now)
        case = pay(desk, case)
    assert kept(case) == Decimal("35001.00")
    assert check_ledger(desk.fund) == []


def test_case_is_gone_on_from_once_and_only_by_its_clerks(desk, paid):
    with pytest.raises(NotAllowed):
        operations.apply_again(
            paid, received_on=desk.now.date(), actor=desk.cast.neighbour_clerk, at=desk.now
        )
    second = further(desk, paid)
    with pytest.raises(Refused, match=second.number):
        further(desk, paid)


def test_official_correction_needs_a_reason_and_a_paid_award(desk):
    case = desk.approved()
    with pytest.raises(Refused, match="not paid yet"):
        official(desk, case)
    case = pay(desk, case)
    with pytest.raises(Refused):
        operations.open_official_correction(case, reason=" ", actor=desk.cast.clerk, at=desk.now)


def test_official_correction_was_received_with_the_earlier_case(desk, paid):
    desk.later(days=200)  # long after 30 June
    case = official(desk, paid)
    assert case.received_on == paid.received_on
    assert case.origin == Application.Origin.OFFICIAL
    assert (case.account, case.previous) == (paid.account, paid)


def test_official_correction_upwards_pays_a_supplement(desk, paid):
    case = to_review(desk, official(desk, paid))
    lower(desk, case, "70000.00")
    case = step(desk, operations.propose, case, desk.cast.reviewer, opinion="少计")
    assert case.amount == Decimal("5000.00")


def test_who_applies_again_signs_again_and_the_office_that_corrects_does_not(desk, paid):
    case = further(desk, paid, signed=False)
    brought = set(case.evidence.values_list("kind", flat=True))
    assert brought == set(COMMON_PAPERS) - {EvidenceKind.APPLICATION}
    with pytest.raises(Refused, match="Missing paper: Application, signed"):
        step(desk, operations.submit, case, desk.cast.clerk)
    step(desk, operations.withdraw, case, desk.cast.clerk, reason="放弃")
    case = official(desk, paid)
    assert EvidenceKind.APPLICATION in case.evidence.values_list("kind", flat=True)
    assert step(desk, operations.submit, case, desk.cast.clerk).state == State.FIRST_REVIEW


def test_lower_result_pays_nothing_and_opens_a_recovery(desk, paid):
    case = overpaid(desk, paid, "40000.00")
    assert (case.state, case.amount) == (State.OVERPAID, 0)
    recovery = Recovery.objects.get()
    assert (recovery.amount, recovery.award, recovery.reason) == (
        Decimal("10000.00"),
        paid.award,
        Recovery.Reason.FIGURES,
    )
    assert kept(case) == Decimal("25000.00")
    assert check_ledger(desk.fund) == []


def test_overpayment_is_neither_refused_nor_proposed_as_nothing(desk, paid):
    case = to_review(desk, official(desk, paid))
    lower(desk, case, "40000.00")
    for operation, words in (
        (operations.propose, {"opinion": "无"}),
        (operations.propose_refusal, {"reason": "无应补"}),
    ):
        with pytest.raises(Refused, match=r"10,000\.00 yuan were paid too much"):
            step(desk, operation, case, desk.cast.reviewer, **words)
    lower(desk, case, "60000.00")
    with pytest.raises(Refused, match="Nothing has been paid too much"):
        step(
            desk, operations.propose_recovery, case, desk.cast.reviewer, kind="facts", opinion="多"
        )


def test_a_refusal_is_not_agreed_to_over_money_that_came_to_light_since(desk, paid):
    case = to_review(desk, desk.draft(desk.person(own_cost="40000.00")))
    case = step(desk, operations.propose_refusal, case, desk.cast.reviewer, reason="重复申请")
    merge(paid.person, case.person, at=desk.now)
    with pytest.raises(Refused, match=r"10,000\.00 yuan were paid too much"):
        step(desk, operations.agree, case, desk.cast.approver, opinion="同意")
    assert Application.objects.get(pk=case.pk).state == State.PROPOSED


def test_new_aid_after_payment_is_claimed_back(desk, paid):
    make_aid(paid.person, "5000.00", benefit_year=YEAR, at=desk.now)
    case = to_review(desk, official(desk, paid))
    case = step(
        desk, operations.propose_recovery, case, desk.cast.reviewer, kind="new_aid", opinion="工会"
    )
    step(desk, operations.agree, case, desk.cast.approver, opinion="同意")
    assert Recovery.objects.get().amount == Decimal("2500.00")


def test_money_that_came_back_makes_room_for_a_later_supplement(desk, paid):
    case = overpaid(desk, paid, "40000.00")
    recovery = Recovery.objects.get()
    entry = record_repayment(
        recovery,
        amount=Decimal("10000.00"),
        on=desk.now.date(),
        reference="回单1",
        actor=desk.cast.payer,
        at=desk.now,
    )
    confirm_entry(entry, actor=desk.cast.fund, at=desk.now)
    assert kept(case) == Decimal("15000.00")
    make_bill(paid.person, "30000.00", settled_on=date(YEAR, 12, 3), at=desk.now)
    more = to_review(desk, further(desk, case))
    lower(desk, more, "40000.00")
    more = step(desk, operations.propose, more, desk.cast.reviewer, opinion="补足")
    assert more.amount == Decimal("15000.00")


def test_later_supplement_ends_the_claim_that_is_still_open(desk, paid):
    case = overpaid(desk, paid, "40000.00")
    make_bill(paid.person, "40000.00", settled_on=date(YEAR, 12, 3), at=desk.now)
    more = to_review(desk, further(desk, case))
    more = step(desk, operations.propose, more, desk.cast.reviewer, opinion="补足")
    assert more.amount == Decimal("10000.00")
    step(desk, operations.agree, more, desk.cast.approver, opinion="同意")
    recovery = Recovery.objects.get()
    assert recovery.state == "settled"
    assert recovery.entries.get().kind == "reduction"
    assert kept(case) == Decimal("35000.00")
