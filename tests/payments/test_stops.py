"""What becomes known about an award that has not left keeps it in the office."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistance.payments.models import Award
from assistance.payments.operations import (
    CannotBatch,
    cancel_award,
    confirm_batch,
    discard_batch,
    lift_stops,
    send_batch,
    stop_award,
    unhold_award,
)
from assistance.payments.states import AwardState
from assistance.settlements.models import OtherAid
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.payments import LATER, make_award, make_batch, make_fund_year
from tests.factories.registry import make_aid, make_bill


@pytest.fixture
def award(cast, fund_year) -> Award:
    return make_award(cast, fund_year)


def state_of(award: Award) -> AwardState:
    return AwardState(Award.objects.get(pk=award.pk).state)


def test_aid_of_another_department_holds_a_due_award_of_its_year(award):
    make_aid(award.person, benefit_year=2025)
    award.refresh_from_db()
    assert award.state == AwardState.HELD
    assert "New aid was reported" in award.state_reason


def test_charity_and_aid_of_another_year_hold_nothing(award):
    make_aid(award.person, benefit_year=2025, giver=OtherAid.Giver.CHARITY)
    make_aid(award.person, benefit_year=2024)
    assert state_of(award) == AwardState.DUE
    assert not award.stops.exists()


def test_reversed_bill_holds_the_award(award):
    bill = make_bill(award.person)
    assert state_of(award) == AwardState.DUE
    reverse_bill(bill, reason="退费", actor=None, at=LATER)
    assert state_of(award) == AwardState.HELD


def test_stopped_award_is_not_let_go_by_the_payment_office(cast, award):
    make_aid(award.person, benefit_year=2025)
    with pytest.raises(Refused, match="has to decide first"):
        unhold_award(award, actor=cast.payer, at=LATER)
    lift_stops(award, reason="已在核定时扣除", actor=cast.approver, at=LATER)
    assert state_of(award) == AwardState.DUE


def test_award_held_for_another_reason_stays_held_when_the_stop_is_lifted(cast, fund_year):
    award = make_award(cast, fund_year, without_account=True)
    make_aid(award.person, benefit_year=2025)
    lift_stops(award, reason="已扣除", actor=cast.approver, at=LATER)
    assert state_of(award) == AwardState.HELD


def test_one_cause_stops_once_even_after_it_was_lifted(cast, award):
    for _n in range(2):
        stop_award(award, source="aid:1", reason="r", actor=None, at=LATER)
        lift_stops(award, reason="已核", actor=cast.approver, at=LATER)
    assert state_of(award) == AwardState.DUE
    assert award.stops.count() == 1


def test_line_with_a_stopped_award_holds_up_its_batch(cast, award):
    batch = make_batch(cast, [award], confirmed=True)
    make_aid(award.person, benefit_year=2025)
    with pytest.raises(CannotBatch, match="New aid was reported"):
        send_batch(batch, actor=cast.payer, at=LATER)
    discard_batch(batch, reason="重做", actor=cast.payer, at=LATER)
    assert state_of(award) == AwardState.HELD
    with pytest.raises(CannotBatch):
        make_batch(cast, [award])


def test_batch_with_a_stopped_award_is_not_confirmed(cast, award):
    batch = make_batch(cast, [award])
    make_aid(award.person, benefit_year=2025)
    with pytest.raises(CannotBatch):
        confirm_batch(batch, actor=cast.second_payer, at=LATER)


def test_sent_or_cancelled_award_is_not_stopped(cast, fund_year, award):
    make_batch(cast, [award], sent=True)
    gone = cancel_award(
        make_award(cast, fund_year, person=award.person), reason="r", actor=None, at=LATER
    )
    make_aid(award.person, benefit_year=2025)
    assert (state_of(award), state_of(gone)) == (AwardState.SENT, AwardState.CANCELLED)
    assert stop_award(award, source="x", reason="r", actor=None, at=LATER) is None


@pytest.mark.django_db(transaction=True)
def test_aid_and_sending_at_once_leave_no_stopped_award_with_the_bank():
    cast = Cast()
    award = make_award(cast, make_fund_year(cast), Decimal("7500.00"))
    batch = make_batch(cast, [award], confirmed=True)
    assert cast.payer.roles
    at_once(
        lambda: send_batch(batch, actor=cast.payer, at=LATER),
        lambda: make_aid(award.person, benefit_year=2025),
    )
    stopped = award.stops.filter(lifted_at=None).exists()
    assert (state_of(award), stopped) in {(AwardState.SENT, False), (AwardState.BATCHED, True)}
