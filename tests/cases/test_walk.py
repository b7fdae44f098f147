"""The walk: from the desk to an award, step by step, each by its own person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistance.accounts.roles import Role
from assistance.cases import operations
from assistance.cases.models import Application, Decision, FactSheet, Notice, NoticeLine
from assistance.cases.models.applications import Exclusion, Group
from assistance.cases.operations.closing import close_due_notices
from assistance.cases.operations.leaving import Incomplete
from assistance.cases.queries import estimate, missing
from assistance.cases.states import State
from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.queries import available
from assistance.payments.states import AwardState
from assistance.settlements.models import Setting
from assistance.settlements.operations import void_aid
from assistance.shared.errors import NotAllowed, Refused, Stale
from tests.factories.accounts import user
from tests.factories.cases import RECEIVED, YEAR, accepted, declared, noon, other_ill
from tests.factories.registry import make_aid, make_bill, make_person


def test_register_fills_in_what_the_register_proves(desk):
    case = desk.draft(desk.person(category="DIBAO"))
    sheet = declared(case)
    assert (sheet.group, sheet.hukou_in_county, sheet.insured_in_county) == (
        Group.HARDSHIP,
        True,
        True,
    )
    assert sheet.items.count() == 1
    assert case.state == State.DRAFT
    assert case.account is not None
    assert case.number.startswith("331127-2026-00001-")


def test_register_refuses_a_day_in_the_future(desk):
    with pytest.raises(Refused):
        desk.draft(received_on=RECEIVED + timedelta(days=1))


def test_register_refuses_another_township(desk):
    person = desk.person()
    with pytest.raises(NotAllowed):
        operations.register_application(
            programme="jn21",
            benefit_year=YEAR,
            person=person,
            township=desk.cast.other_township,
            received_on=RECEIVED,
            applicant_name=person.name,
            applicant_relation="self",
            actor=desk.cast.clerk,
            at=desk.now,
        )


def test_estimate_is_half_of_what_exceeds_ten_thousand(desk):
    case = desk.draft(desk.person(own_cost="60000.00"))
    found = estimate(case, declared(case))
    assert (found.own_cost, found.amount) == (Decimal("60000.00"), Decimal("25000.00"))
    assert [line.clause for line in found.lines if line.code == "RATIO_APPLIED"] == ["JN21-2.2.2"]


def test_submit_lists_everything_that_is_missing(desk):
    case = desk.draft(desk.person(own_cost="0", category=""))
    with pytest.raises(Incomplete) as refused:
        operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    gaps = [gap.sentence for gap in missing(case, declared(case), on=RECEIVED) if gap.blocks]
    assert str(refused.value) == " ".join(gaps)
    assert [gap.field for gap in missing(case, declared(case), on=RECEIVED)] == ["group", "bills"]


def test_gate_of_the_other_group_needs_a_negative_decision_with_its_paper(desk):
    case = desk.draft(desk.person(category="", own_cost="90000.00"))
    values = {**other_ill(case.person), "gate_outcome": "pending", "gate_paper": ""}
    operations.save_facts(
        case, "declared", values=values, actor=desk.cast.clerk, at=desk.now, version=None
    )
    fields = [gap.field for gap in missing(case, declared(case), on=RECEIVED)]
    assert fields == ["gate_paper", "gate_outcome"]
    operations.save_facts(
        case,
        "declared",
        values=other_ill(case.person),
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    assert missing(case, declared(case), on=RECEIVED) == []
    assert estimate(case, declared(case)).amount == Decimal("16000.00")


def test_whole_walk_ends_in_an_award_that_is_due(desk):
    case = desk.approved()
    assert case.state == State.APPROVED
    assert case.award is not None
    assert (case.award.amount, case.award.state) == (Decimal("25000.00"), AwardState.DUE)
    assert granted(case.person, YEAR, Bucket.JINGNING) == Decimal("25000.00")
    assert available(desk.fund) == Decimal("975000.00")
    assert [change.to_state for change in case.changes.order_by("id")] == [
        State.DRAFT,
        State.FIRST_REVIEW,
        State.COUNTY_REVIEW,
        State.PROPOSED,
        State.PUBLICITY,
        State.APPROVED,
    ]
    assert list(case.decisions.order_by("id").values_list("kind", flat=True)) == [
        Decision.Kind.FIRST_REVIEW,
        Decision.Kind.PROPOSAL,
        Decision.Kind.AGREEMENT,
    ]


def test_four_steps_are_four_people(desk):
    case = desk.approved()
    parts = case.participations.order_by("id")
    assert [(row.user, row.part) for row in parts] == [
        (desk.cast.clerk, "entry"),
        (desk.cast.leader, "first_review"),
        (desk.cast.reviewer, "county_review"),
        (desk.cast.approver, "approval"),
    ]


def test_a_form_of_an_older_version_is_stale(desk):
    case = desk.draft()
    operations.save_facts(
        case,
        "declared",
        values={"note": "a"},
        actor=desk.cast.clerk,
        at=desk.now,
        version=case.version,
    )
    with pytest.raises(Stale):
        operations.save_facts(
            case,
            "declared",
            values={"note": "b"},
            actor=desk.cast.second_clerk,
            at=desk.now,
            version=case.version,
        )
    assert declared(case).note == "a"


def test_a_fact_of_the_future_is_refused(desk):
    case = desk.draft()
    with pytest.raises(Refused):
        operations.save_facts(
            case,
            "declared",
            values={"gate_applied_on": RECEIVED + timedelta(days=1)},
            actor=desk.cast.clerk,
            at=desk.now,
            version=None,
        )
    assert declared(case).gate_applied_on is None


def test_accepted_figures_leave_the_declared_ones_alone(desk):
    case = desk.reviewed_first()
    item = accepted(case).items.get()
    operations.judge_item(
        item,
        values={"exclusion": Exclusion.THIRD_PARTY, "note": "交通事故"},
        actor=desk.cast.reviewer,
        at=desk.now,
        version=None,
    )
    assert declared(case).items.get().exclusion == ""
    assert estimate(case, accepted(case)).amount == 0
    assert estimate(case, declared(case)).amount == Decimal("25000.00")


def test_other_figures_than_the_bill_need_a_note(desk):
    case = desk.reviewed_first()
    item = accepted(case).items.get()
    item.total = Decimal("50000.00")
    with pytest.raises(Refused):
        operations.judge_item(
            item,
            values={"total": Decimal("50000.00")},
            actor=desk.cast.reviewer,
            at=desk.now,
            version=None,
        )


def test_clerk_cannot_change_the_figures_of_a_bill(desk):
    case = desk.draft()
    item = declared(case).items.get()
    operations.judge_item(
        item,
        values={"total": Decimal("1.00"), "therapeutic": False},
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    item.refresh_from_db()
    assert (item.total, item.therapeutic) == (Decimal("60000.00"), False)


def test_nothing_due_cannot_be_proposed_but_refused(desk):
    case = desk.reviewed_first(desk.person(own_cost="10000.00"))
    with pytest.raises(Refused):
        operations.propose(case, opinion="", actor=desk.cast.reviewer, at=desk.now, version=None)
    operations.propose_refusal(
        case, reason="未超过起付标准", actor=desk.cast.reviewer, at=desk.now, version=None
    )
    case = operations.agree(case, opinion="", actor=desk.cast.approver, at=desk.now, version=None)
    assert case.state == State.REFUSED
    assert case.changes.last().reason == "未超过起付标准"
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0


def test_new_bills_stop_the_proposal_until_they_are_taken_over(desk):
    case = desk.reviewed_first()
    make_bill(case.person, "20000.00", setting=Setting.INPATIENT, at=desk.now)
    with pytest.raises(Refused):
        operations.propose(case, opinion="", actor=desk.cast.reviewer, at=desk.now, version=None)
    changes = operations.refresh_items(
        case, "accepted", actor=desk.cast.reviewer, at=desk.now, version=None
    )
    assert changes == (1, 0)
    case = operations.propose(case, opinion="", actor=desk.cast.reviewer, at=desk.now, version=None)
    assert case.amount == Decimal("35000.00")


def test_bill_settled_after_the_day_received_does_not_count(desk):
    person = desk.person()
    case = desk.draft(person, received_on=date(2026, 3, 2))
    assert declared(case).items.count() == 1
    case = desk.draft(desk.person(), received_on=date(2025, 5, 19))
    assert declared(case).items.count() == 0


def test_agree_refuses_an_amount_that_is_no_longer_the_proposed_one(desk):
    case = desk.proposed()
    make_bill(case.person, "20000.00", at=desk.now)
    with pytest.raises(Refused):
        operations.agree(case, opinion="", actor=desk.cast.approver, at=desk.now, version=None)
    assert Application.objects.get(pk=case.pk).state == State.PROPOSED
    assert available(desk.fund) == Decimal("1000000.00")


def test_second_application_of_the_year_is_paid_the_rest(desk):
    first = desk.approved()
    make_bill(first.person, "20000.00", at=desk.now)
    second = desk.approved(first.person)
    assert second.pk != first.pk
    assert second.award.amount == Decimal("10000.00")
    assert granted(first.person, YEAR, Bucket.JINGNING) == Decimal("35000.00")


def test_one_application_of_a_person_and_year_is_under_way(desk):
    first = desk.submitted()
    second = desk.draft(first.person)
    with pytest.raises(Refused) as refused:
        operations.submit(second, actor=desk.cast.clerk, at=desk.now, version=None)
    assert first.number in str(refused.value)
    assert Application.objects.get(pk=second.pk).state == State.DRAFT


def test_returned_case_keeps_the_days_it_has_used(desk):
    case = desk.submitted()
    assert case.deadline_on == date(2026, 3, 23)  # 15 working days after 2 March
    desk.later(days=2)
    case = operations.return_application(
        case, reason="缺发票", actor=desk.cast.leader, at=desk.now, version=None
    )
    assert case.deadline_on is None
    desk.later(days=26)  # 30 March, a Monday; 清明 is on 6 April
    case = operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    assert case.deadline_on == date(2026, 4, 17)  # 13 working days are left


def test_send_back_keeps_the_reason_and_clears_the_amount(desk):
    case = desk.proposed()
    case = operations.send_back(
        case, reason="请核对自付", actor=desk.cast.approver, at=desk.now, version=None
    )
    assert (case.state, case.amount) == (State.COUNTY_REVIEW, None)
    assert case.changes.last().reason == "请核对自付"


def test_what_the_township_corrects_after_a_return_is_pointed_out_to_the_reviewer(desk):
    case = desk.reviewed_first()
    operations.return_application(
        case, reason="请核对户籍", actor=desk.cast.reviewer, at=desk.now, version=None
    )
    operations.save_facts(
        case,
        "declared",
        values={"insured_since": date(2020, 1, 1)},
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    operations.sign_first_review(
        case, opinion="属实", actor=desk.cast.leader, at=desk.now, version=None
    )
    gaps = missing(case, accepted(case), on=RECEIVED)
    assert [(gap.field, gap.blocks) for gap in gaps] == [("insured_since", False)]


def test_who_typed_a_bill_on_the_persons_page_does_not_review_the_case(desk):
    """Somebody may be window clerk and reviewer at once; for one case he is one of them."""
    both = user("both", Role.WINDOW_CLERK, Role.REVIEWER, agency=desk.cast.agency)
    person = desk.person(own_cost="0")
    make_bill(person, "60000.00", actor=both, at=desk.now)
    case = desk.reviewed_first(person)
    with pytest.raises(NotAllowed):
        operations.propose(case, opinion="", actor=both, at=desk.now, version=None)
    assert (
        operations.propose(
            case, opinion="", actor=desk.cast.reviewer, at=desk.now, version=None
        ).state
        == State.PROPOSED
    )


def test_withdrawn_before_the_county_has_it(desk):
    case = desk.submitted()
    case = operations.withdraw(
        case, reason="本人放弃", actor=desk.cast.clerk, at=desk.now, version=None
    )
    assert case.state == State.WITHDRAWN


def test_reopened_case_gives_its_money_back(desk):
    case = desk.approved()
    award = case.award
    case = operations.reopen(
        case, reason="金额有误", actor=desk.cast.approver, at=desk.now, version=None
    )
    award.refresh_from_db()
    assert (case.state, award.state) == (State.COUNTY_REVIEW, AwardState.CANCELLED)
    assert granted(case.person, YEAR, Bucket.JINGNING) == 0
    assert available(desk.fund) == Decimal("1000000.00")


def test_reopened_case_is_publicised_again_before_it_is_paid(desk):
    case = desk.approved()
    case = operations.reopen(
        case, reason="金额有误", actor=desk.cast.approver, at=desk.now, version=None
    )
    make_aid(case.person, "10000.00", at=desk.now)
    operations.save_facts(
        case,
        "accepted",
        values={"other_aid": Decimal("10000.00")},
        actor=desk.cast.reviewer,
        at=desk.now,
        version=None,
    )
    operations.propose(case, opinion="", actor=desk.cast.reviewer, at=desk.now, version=None)
    case = operations.agree(case, opinion="", actor=desk.cast.approver, at=desk.now, version=None)
    assert (case.state, case.amount) == (State.PUBLICITY, Decimal("20000.00"))
    assert case.notice_lines.filter(outcome=NoticeLine.Outcome.OPEN).count() == 0
    desk.certified()
    operations.close_due_notices(at=desk.now)
    case.refresh_from_db()
    assert case.award.amount == Decimal("20000.00")
    assert granted(case.person, YEAR, Bucket.JINGNING) == Decimal("20000.00")


def test_notice_of_a_township_takes_every_agreed_case_once(desk):
    desk.agreed()
    desk.agreed()
    notice = desk.notice()
    assert notice.lines.count() == 2
    with pytest.raises(Refused):
        desk.notice()
    assert Notice.objects.count() == 1


def test_noon_is_in_shanghai():
    assert noon(RECEIVED).isoformat() == "2026-03-02T12:00:00+08:00"


def test_a_bill_excluded_in_the_first_case_of_the_year_is_excluded_in_the_second(desk):
    person = desk.person()
    hit_by_a_car = make_bill(person, "40000.00", settled_on=date(YEAR, 6, 1), at=desk.now)
    case = desk.reviewed_first(person)
    item = accepted(case).items.get(settlement=hit_by_a_car)
    operations.judge_item(
        item,
        values={"exclusion": "THIRD_PARTY", "note": "车祸"},
        actor=desk.reviewer,
        at=desk.now,
        version=None,
    )
    operations.propose(case, opinion="", actor=desk.reviewer, at=desk.now, version=None)
    operations.agree(case, opinion="", actor=desk.cast.approver, at=desk.now, version=None)
    desk.certified()
    close_due_notices(at=desk.now)
    second = desk.reviewed_first(person)
    again = accepted(second).items.get(settlement=hit_by_a_car)
    assert (again.exclusion, again.note) == ("THIRD_PARTY", "车祸")
    assert estimate(second, accepted(second)).amount == 0


def test_aid_noted_on_a_bill_is_deducted_once_in_the_second_case(desk):
    person = desk.person()
    make_aid(person, "10000.00", at=desk.now)
    case = desk.reviewed_first(person)
    item = accepted(case).items.get()
    operations.judge_item(
        item, values={"other_aid": Decimal(10000)}, actor=desk.reviewer, at=desk.now, version=None
    )
    operations.save_facts(
        case,
        FactSheet.Kind.ACCEPTED,
        values={"other_aid": Decimal(0)},
        actor=desk.reviewer,
        at=desk.now,
        version=None,
    )
    proposed = operations.propose(case, opinion="", actor=desk.reviewer, at=desk.now, version=None)
    assert proposed.amount == Decimal("20000.00")
    operations.send_back(case, reason="重核", actor=desk.cast.approver, at=desk.now, version=None)
    operations.propose_refusal(case, reason="试", actor=desk.reviewer, at=desk.now, version=None)
    operations.agree(case, opinion="", actor=desk.cast.approver, at=desk.now, version=None)
    second = desk.draft(person)
    assert declared(second).other_aid == 0
    assert estimate(second, declared(second)).amount == Decimal("20000.00")


def test_more_aid_than_the_register_shows_is_pointed_out(desk):
    person = desk.person()
    aid = make_aid(person, "10000.00", at=desk.now)
    case = desk.reviewed_first(person)
    void_aid(aid, reason="错记", actor=None, at=desk.now)
    found = missing(case, accepted(case), on=desk.now.date())
    assert [(gap.field, gap.blocks) for gap in found] == [("other_aid", False)]


def test_register_refuses_a_person_of_another_township(desk):
    with pytest.raises(NotAllowed):
        desk.draft(make_person(township=desk.cast.other_township, at=desk.now))
