"""Papers handed in before the day they were typed, and the last day to apply."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assistance.calculation import Reason
from assistance.cases import operations
from assistance.cases.models import Application, EarlierReceipt
from assistance.cases.queries import estimate, missing
from assistance.cases.states import State
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.cases import Desk, declared, hand_in_papers, noon
from tests.factories.files import upload
from tests.factories.registry import make_bill

LAST_DAY, TYPED = date(2026, 6, 30), date(2026, 7, 5)


@pytest.fixture
def july(db) -> Desk:
    return Desk(start=TYPED)


def is_late(case: Application) -> bool:
    return estimate(case, declared(case)).result.reason == Reason.LATE


def _register(desk: Desk, **given) -> Application:
    person = desk.person()
    words = {
        "programme": "jn21",
        "benefit_year": desk.year,
        "township": desk.cast.township,
        "received_on": LAST_DAY,
        "applicant_name": person.name,
        "applicant_relation": "self",
        "late_reason": "窗口停电，次日补录",
        "late_proof": upload(),
        "actor": desk.cast.clerk,
    }
    case = operations.register_application(person=person, **(words | given), at=desk.now)
    hand_in_papers(case, at=desk.now)
    return case


def _confirm(desk: Desk, case: Application, actor=None, *, confirmed=True, note="") -> Application:
    return operations.decide_earlier_receipt(
        case,
        confirmed=confirmed,
        note=note,
        actor=actor or desk.cast.leader,
        at=desk.now,
        version=None,
    )


def test_received_30_june_typed_5_july_is_late_until_a_second_person_confirms(july):
    case = _register(july)
    assert case.received_on == TYPED
    assert is_late(case)
    case = _confirm(july, case)
    assert case.received_on == LAST_DAY
    assert estimate(case, declared(case)).amount == Decimal("25000.00")


def test_it_is_not_submitted_before_it_is_confirmed(july):
    case = _register(july)
    gaps = missing(case, declared(case), on=TYPED)
    assert [gap.field for gap in gaps if gap.blocks] == ["received_on"]
    with pytest.raises(Refused, match=r"06-30|June 30|6月30日"):
        operations.submit(case, actor=july.cast.clerk, at=july.now, version=None)
    _confirm(july, case)
    case = operations.submit(case, actor=july.cast.clerk, at=july.now, version=None)
    assert case.state == State.FIRST_REVIEW


def test_not_confirmed_the_day_typed_counts_and_the_case_goes_on_as_late(july):
    case = _register(july)
    with pytest.raises(Refused):
        _confirm(july, case, confirmed=False)
    case = _confirm(july, case, confirmed=False, note="登记簿上没有")
    assert (case.received_on, EarlierReceipt.objects.get().outcome) == (TYPED, "rejected")
    case = operations.submit(case, actor=july.cast.clerk, at=july.now, version=None)
    assert case.state == State.FIRST_REVIEW
    assert is_late(case)


@pytest.mark.parametrize(("given"), [{"late_reason": " "}, {"late_proof": None}])
def test_an_earlier_day_needs_a_reason_and_a_proof(july, given):
    with pytest.raises(Refused):
        _register(july, **given)


def test_whoever_named_the_day_does_not_confirm_it(july):
    window = july.cast.window
    case = _register(july, actor=window)
    with pytest.raises(NotAllowed):
        _confirm(july, case, window)
    with pytest.raises(NotAllowed):
        _confirm(july, case, july.cast.clerk)
    assert _confirm(july, case, july.cast.leader).received_on == LAST_DAY


def test_the_database_refuses_one_person_for_both(july):
    _register(july)
    claim = EarlierReceipt.objects.get()
    claim.outcome, claim.decided_by = "confirmed", claim.entered_by
    with pytest.raises(IntegrityError), transaction.atomic():
        claim.save()


def test_a_draft_of_today_may_be_moved_back_later_and_only_once_at_a_time(july):
    case = july.draft()
    claim = {"reason": "原件在柜台", "actor": july.cast.clerk, "at": july.now, "version": None}
    operations.claim_earlier_receipt(case, claimed_on=LAST_DAY, proof=upload(), **claim)
    with pytest.raises(Refused):
        operations.claim_earlier_receipt(case, claimed_on=LAST_DAY, proof=upload(), **claim)
    _confirm(july, case)
    with pytest.raises(Refused):
        operations.claim_earlier_receipt(case, claimed_on=TYPED, proof=upload(), **claim)


def test_bills_settled_after_the_confirmed_day_no_longer_count(db):
    desk = Desk(start=date(2025, 9, 10), year=2025)
    person = desk.person()
    make_bill(person, "3000.00", settled_on=date(2025, 9, 8), at=desk.now)
    case = desk.draft(person)
    assert declared(case).items.count() == 2
    signed = {"actor": desk.cast.clerk, "at": desk.now, "version": None}
    operations.claim_earlier_receipt(
        case, claimed_on=date(2025, 9, 5), reason="补录", proof=upload(), **signed
    )
    _confirm(desk, case)
    assert declared(case).items.count() == 1


def test_30_june_on_a_sunday_moves_the_last_day_to_monday(db):
    """30 June 2024 was a Sunday: the cost of 2023 is still in time on 1 July, not on 2 July."""
    desk = Desk(start=date(2024, 7, 1), year=2023)
    in_time = desk.draft()
    assert not is_late(in_time)
    desk.now = noon(date(2024, 7, 2))
    late = desk.draft()
    assert is_late(late)


def test_handed_in_on_that_sunday_and_typed_on_tuesday_counts_as_the_sunday(db):
    desk = Desk(start=date(2024, 7, 2), year=2023)
    case = desk.draft(received_on=date(2024, 6, 30))
    assert case.received_on == date(2024, 6, 30)
    assert not is_late(case)


@pytest.mark.django_db(transaction=True)
def test_two_people_decide_at_once_and_one_wins():
    desk = Desk(start=TYPED)
    case = _register(desk)
    cast = desk.cast
    assert cast.leader.pk
    assert cast.window.pk
    outcomes = at_once(
        lambda: _confirm(desk, case, cast.leader),
        lambda: _confirm(desk, case, cast.window, confirmed=False, note="不属实"),
    )
    assert sum(isinstance(found, Refused) for found in outcomes) == 1
    assert EarlierReceipt.objects.exclude(outcome="open").count() == 1


def test_a_day_in_the_future_or_before_the_year_is_refused(july):
    for day in (TYPED + timedelta(days=1), date(2024, 12, 31)):
        with pytest.raises(Refused):
            _register(july, received_on=day)
