"""Bottom-line money that turns out too much after it was paid: proposed, agreed to, repaid, netted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import LedgerAccount, Programme, Recovery
from assistance.payments.operations import (
    confirm_batch,
    confirm_entry,
    draw_up_batch,
    record_repayment,
    send_batch,
)
from assistance.payments.queries import balances, figures
from assistance.payments.states import AwardState
from assistance.screening.models import BottomLineCase
from assistance.screening.operations import case_work, claims, meetings, releases
from assistance.screening.queries.overpaid import overpaid, paid_too_much
from assistance.screening.states import BottomLineState, ClaimState
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.bottom_line import (
    AT,
    City,
    case_of,
    departments,
    fresh,
    hold,
    make_fund,
    make_listed,
    make_meeting,
    make_review,
    make_sealed,
)
from tests.factories.payments import read_answer
from tests.factories.registry import make_aid, make_bill

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=5)
JANUARY = AT + timedelta(days=90)
Q4 = date(2025, 12, 31)
WHY = {"kind": "new_aid", "explanation": "惠民保次年一月赔付，兜底时未扣减"}


@pytest.fixture
def city() -> City:
    departments()
    return City()


def paid_case(city: City, *, at=AT, **listed) -> BottomLineCase:
    """65,000 borne, 15,000 granted and paid."""
    make_fund(city)
    person = make_listed(city, "65000.00", **listed)
    make_sealed(city, person, at=at)
    pay(city, granted_by_meeting(city, person, at=at), at=at)
    return case_of(person)


def granted_by_meeting(city: City, person, *, at=AT):
    hold(city, make_meeting(city, at=at), at=at)
    resolution = case_of(person).resolutions.latest("id")
    return releases.release(resolution, actor=city.approver, at=at)


def pay(city: City, award, *, at=AT) -> None:
    signed = {"actor": city.payer, "at": at}
    batch = draw_up_batch(
        agency=city.agency, programme=Programme.BOTTOM_LINE, awards=[award], **signed
    )
    confirm_batch(batch, actor=city.second_payer, at=at)
    send_batch(batch, **signed)
    read_answer(fresh(batch), actor=city.payer, at=at)
    assert fresh(award).state == AwardState.PAID


def claimed_back(city: City, case: BottomLineCase) -> Recovery:
    proposal = claims.propose_claim(case, **WHY, actor=city.reviewer, at=LATER)
    (recovery,) = claims.agree_claim(proposal, actor=city.approver, at=LATER)
    return recovery


def repaid(city: City, recovery: Recovery) -> None:
    entry = record_repayment(
        recovery,
        amount=recovery.amount,
        on=LATER.date(),
        reference="进账单1",
        actor=city.payer,
        at=LATER,
    )
    confirm_entry(entry, actor=city.fund, at=LATER)


def test_what_late_aid_shows_to_be_too_much_is_proposed_by_one_and_claimed_by_another(city):
    case = paid_case(city)
    with translation.override("en"), pytest.raises(NotAllowed, match="The money is paid"):
        releases.take_back(case, reason="撤回", actor=city.approver, at=LATER)
    with translation.override("en"), pytest.raises(Refused, match="nothing more is too much"):
        claims.propose_claim(case, **WHY, actor=city.reviewer, at=LATER)
    make_aid(case.person, "4000.00", at=LATER)
    assert claims.look_at_paid(LATER.date()) == 1
    assert fresh(case).to_claim == Decimal("4000.00")
    assert list(paid_too_much(city.approver)) == [case]
    with pytest.raises(NotAllowed):
        claims.propose_claim(case, **WHY, actor=city.approver, at=LATER)
    proposal = claims.propose_claim(case, **WHY, actor=city.reviewer, at=LATER)
    assert (proposal.overpaid, proposal.difference) == (Decimal("4000.00"),) * 2
    with pytest.raises(Refused):
        claims.propose_claim(case, **WHY, actor=city.reviewer, at=LATER)
    with pytest.raises(NotAllowed):
        claims.agree_claim(proposal, actor=city.reviewer, at=LATER)
    (recovery,) = claims.agree_claim(proposal, actor=city.approver, at=LATER)
    assert (recovery.programme, recovery.amount, recovery.reason) == (
        "bottom_line",
        Decimal("4000.00"),
        "new_aid",
    )
    assert recovery.source.startswith(f"{case.number}/")
    with pytest.raises(NotAllowed):
        claims.agree_claim(fresh(proposal), actor=city.approver, at=LATER)
    repaid(city, recovery)
    assert granted(case.person, 2025, Bucket.BOTTOM_LINE) == Decimal("11000.00")
    books = balances(recovery.award.fund_year)
    assert books[LedgerAccount.PAID_OUT] == Decimal("11000.00")
    assert (fresh(case).state, fresh(case).to_claim) == (BottomLineState.AWARDED, Decimal(0))


def test_a_reversed_bill_takes_all_of_it_back_and_a_proposal_that_is_stale_is_not_agreed_to(city):
    case = paid_case(city)
    make_aid(case.person, "4000.00", at=LATER)
    proposal = claims.propose_claim(case, **WHY, actor=city.reviewer, at=LATER)
    bill = case.person.settlements.get()
    reverse_bill(bill, reason="重复上传", actor=city.clerk, at=LATER)
    with translation.override("en"), pytest.raises(Refused, match="have changed"):
        claims.agree_claim(proposal, actor=city.approver, at=LATER)
    turned = claims.turn_down_claim(
        proposal, reason="住院费用已冲销，重新提出", actor=city.approver, at=LATER
    )
    assert turned.state == ClaimState.TURNED_DOWN
    assert claimed_back(city, case).amount == Decimal("15000.00")


def test_the_next_quarter_nets_what_was_kept_and_not_what_came_back(city):
    case = paid_case(city)
    make_aid(case.person, "4000.00", at=LATER)
    repaid(city, claimed_back(city, case))
    make_bill(case.person, "10000.00", settled_on=date(2025, 11, 3), at=JANUARY)
    make_review(city, case.person, last_day=Q4, at=JANUARY)
    following = case_of(case.person)
    # 75,000 less 11,000 kept less 4,000 of aid, down to 50,000.
    assert (following.paid_before, following.proposed) == (Decimal("11000.00"), Decimal("10000.00"))


def test_what_a_further_award_has_netted_is_not_claimed_back_as_well(city):
    case = paid_case(city)
    make_aid(case.person, "4000.00", at=LATER)
    recovery = claimed_back(city, case)
    make_bill(case.person, "10000.00", settled_on=date(2025, 11, 3), at=JANUARY)
    make_sealed(city, case.person, last_day=Q4, at=JANUARY)
    assert case_of(case.person).proposed == Decimal("6000.00")
    make_fund(city, year=2026, at=JANUARY)
    award = granted_by_meeting(city, case.person, at=JANUARY)
    assert award is not None
    assert figures(recovery).outstanding == Decimal("0.00")
    assert fresh(recovery).state == "settled"
    assert granted(case.person, 2025, Bucket.BOTTOM_LINE) == Decimal("21000.00")
    # The older case of the year is no place to claim at, and nothing is claimed before all is paid.
    make_aid(case.person, "500.00", at=JANUARY)
    for one in (case, case_of(case.person)):
        with pytest.raises(Refused):
            claims.propose_claim(one, **WHY, actor=city.reviewer, at=JANUARY)


def test_what_a_meeting_gave_above_the_rule_is_no_extra_once_a_later_quarter_has_netted_it(city):
    make_fund(city)
    make_fund(city, year=2026, at=JANUARY)
    person = make_listed(city, "65000.00")
    make_sealed(city, person)
    meeting = make_meeting(city)
    voted = {"vote": "granted", "amount": Decimal("25000.00"), "reason": "特别困难", "source": None}
    meetings.resolve(meeting.resolutions.get(), **voted, actor=city.city_supervisor, at=AT)
    hold(city, meeting)
    resolution = case_of(person).resolutions.get()
    pay(city, releases.release(resolution, actor=city.approver, at=AT))
    assert overpaid(case_of(person)).amount == Decimal(0)
    make_bill(person, "20000.00", settled_on=date(2025, 11, 3), at=JANUARY)
    make_sealed(city, person, last_day=Q4, at=JANUARY)
    assert case_of(person).proposed == Decimal("10000.00")
    pay(city, granted_by_meeting(city, person, at=JANUARY), at=JANUARY)
    # 85,000 borne, 35,000 given: what the rule gives. 4,000 of aid lower it by as much.
    assert overpaid(case_of(person)).amount == Decimal(0)
    make_aid(person, "4000.00", at=JANUARY)
    assert overpaid(case_of(person)).amount == Decimal("4000.00")


def test_a_quarter_of_which_nothing_was_paid_is_whole_in_the_next(city):
    make_fund(city)
    person = make_listed(city, "65000.00")
    make_sealed(city, person)
    assert granted_by_meeting(city, person) is not None
    releases.take_back(case_of(person), reason="持卡人账户有误", actor=city.approver, at=LATER)
    case_work.recheck(case_of(person), reason="待下次会议", actor=city.reviewer, at=LATER)
    make_bill(person, "5000.00", settled_on=date(2025, 11, 3), at=JANUARY)
    make_review(city, person, last_day=Q4, at=JANUARY)
    assert (case_of(person).paid_before, case_of(person).proposed) == (
        Decimal("0.00"),
        Decimal("20000.00"),
    )


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_open_one_recovery():
    departments()
    city = City()
    case = paid_case(city)
    make_aid(case.person, "4000.00", at=LATER)
    proposal = claims.propose_claim(case, **WHY, actor=city.reviewer, at=LATER)
    people = (city.approver, city.second_approver)
    done = at_once(
        *(lambda who=who: claims.agree_claim(proposal, actor=who, at=LATER) for who in people)
    )
    assert sorted(type(one) is list for one in done) == [False, True]
    assert Recovery.objects.get().amount == Decimal("4000.00")
