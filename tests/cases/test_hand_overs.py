"""A case that goes from one township to another and keeps its clock and its history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assistance.cases import operations
from assistance.cases.models import Application, HandOver
from assistance.cases.queries import (
    applications_visible_to,
    hand_overs_visible_to,
    has_moved_away,
    moved_away,
    queue_for,
)
from assistance.cases.states import State
from assistance.registry.models import Residence
from assistance.registry.operations import Place, move_residence
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.cases import Desk, noon


def _propose(desk: Desk, case: Application, actor=None, **given) -> HandOver:
    words = {"to_township": desk.cast.other_township, "reason": "已迁居澄照乡"}
    return operations.propose_hand_over(
        case, **(words | given), actor=actor or desk.cast.leader, at=desk.now
    )


def _accept(desk: Desk, hand_over: HandOver, actor=None) -> HandOver:
    return operations.accept_hand_over(
        hand_over, actor=actor or desk.cast.neighbour_clerk, at=desk.now
    )


def test_clock_and_history_go_with_the_case(desk):
    case = desk.submitted()
    before = (case.state, case.state_since, case.deadline_on, case.number, case.received_on)
    desk.now = noon(date(2026, 3, 5))
    _accept(desk, _propose(desk, case))
    case.refresh_from_db()
    after = (case.state, case.state_since, case.deadline_on, case.number, case.received_on)
    assert (case.township, after) == (desk.cast.other_township, before)
    assert [change.to_state for change in case.changes.order_by("id")] == ["draft", "first_review"]
    assert case.participations.get().user == desk.cast.clerk


def test_the_old_township_no_longer_finds_it_and_the_new_one_works_on_it(desk):
    case = desk.submitted()
    cast = desk.cast
    assert not applications_visible_to(cast.neighbour_leader).exists()
    _accept(desk, _propose(desk, case))
    assert not applications_visible_to(cast.clerk).exists()
    assert list(queue_for(cast.neighbour_leader)) == [case]
    with pytest.raises(NotAllowed):
        operations.sign_first_review(
            case, opinion="属实", actor=cast.leader, at=desk.now, version=None
        )
    case = operations.sign_first_review(
        case, opinion="属实", actor=cast.neighbour_leader, at=desk.now, version=None
    )
    assert case.state == State.COUNTY_REVIEW


def test_until_it_is_accepted_nothing_moves_but_the_receiver_sees_the_offer(desk):
    case = desk.submitted()
    offer = _propose(desk, case)
    case.refresh_from_db()
    assert case.township == desk.cast.township
    assert list(hand_overs_visible_to(desk.cast.neighbour_clerk)) == [offer]
    assert list(hand_overs_visible_to(desk.cast.outside_clerk)) == []
    operations.decline_hand_over(
        offer, reason="实际居住地未变", actor=desk.cast.neighbour_leader, at=desk.now
    )
    assert list(hand_overs_visible_to(desk.cast.neighbour_clerk)) == []
    assert hand_overs_visible_to(desk.cast.leader).get().answer == "实际居住地未变"


def test_a_county_reviewer_offers_too_and_an_offer_can_be_taken_back(desk):
    offer = _propose(desk, desk.submitted(), desk.cast.reviewer)
    operations.take_back_hand_over(offer, reason="提错", actor=desk.cast.leader, at=desk.now)
    with pytest.raises(Refused):
        _accept(desk, offer)


@pytest.mark.parametrize("who", ["clerk", "window", "approver", "neighbour_leader", "auditor"])
def test_others_hand_nothing_over(desk, who):
    with pytest.raises(NotAllowed):
        _propose(desk, desk.submitted(), getattr(desk.cast, who))


@pytest.mark.parametrize("who", ["clerk", "leader", "reviewer", "outside_clerk"])
def test_only_the_receiving_township_accepts(desk, who):
    offer = _propose(desk, desk.submitted())
    with pytest.raises(NotAllowed):
        _accept(desk, offer, getattr(desk.cast, who))


def test_nowhere_twice_and_not_to_another_agency(desk):
    case = desk.submitted()
    for township in (desk.cast.township, desk.cast.outside_township):
        with pytest.raises(Refused):
            _propose(desk, case, to_township=township)
    with pytest.raises(Refused):
        _propose(desk, case, reason=" ")
    _propose(desk, case)
    with pytest.raises(Refused):
        _propose(desk, case)


def test_a_case_on_a_hanging_notice_stays_and_a_finished_one_too(desk):
    case = desk.agreed()
    notice = desk.notice()
    with pytest.raises(Refused):
        _propose(desk, case)
    desk.now = noon(notice.last_day + timedelta(days=1))
    operations.certify_notice(notice, text="满期", actor=desk.cast.leader, at=desk.now)
    operations.close_due_notices(at=desk.now)
    case.refresh_from_db()
    assert case.state == State.APPROVED
    with pytest.raises(NotAllowed):
        _propose(desk, case)


def test_a_stopped_clock_stays_stopped(desk):
    case = desk.parked()
    _accept(desk, _propose(desk, case))
    case = operations.resume(
        case,
        outcome="negative",
        authority="民政局",
        paper="7号",
        actor=desk.cast.neighbour_clerk,
        at=desk.now,
        version=None,
    )
    assert case.state == State.DRAFT


def test_a_move_of_the_patient_proposes_the_hand_over(desk):
    case = desk.submitted()
    cast = desk.cast
    assert not has_moved_away(cast.leader, case)
    desk.later(days=2)
    move_residence(
        case.person,
        kind=Residence.Kind.HUKOU,
        place=Place(cast.other_township, "二村"),
        first_day=desk.now.date(),
        actor=None,
        at=desk.now,
    )
    assert list(moved_away(cast.leader)) == list(moved_away(cast.reviewer)) == [case]
    assert list(moved_away(cast.neighbour_leader)) == []
    offer = _propose(desk, case)
    assert list(moved_away(cast.leader)) == []
    _accept(desk, offer)
    assert list(moved_away(cast.reviewer)) == []


@pytest.mark.django_db(transaction=True)
def test_accepted_and_declined_at_once_one_counts():
    desk = Desk()
    offer = _propose(desk, desk.submitted())
    cast = desk.cast
    assert cast.neighbour_clerk.pk
    assert cast.neighbour_leader.pk
    outcomes = at_once(
        lambda: _accept(desk, offer),
        lambda: operations.decline_hand_over(
            offer, reason="不在本乡", actor=cast.neighbour_leader, at=desk.now
        ),
    )
    assert sum(isinstance(found, Refused) for found in outcomes) == 1
    offer.refresh_from_db()
    moved = Application.objects.get().township == cast.other_township
    assert moved is (offer.outcome == "accepted")
