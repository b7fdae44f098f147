"""From the sealed list to the award: the joint meeting, its votes, its minutes, the release."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError
from django.utils import translation

from assistance.entitlements.models import Bucket
from assistance.entitlements.queries import granted
from assistance.payments.models import Award, FundSource, LedgerAccount
from assistance.payments.operations import NotEnoughMoney
from assistance.payments.queries import available, balances
from assistance.payments.states import AwardState
from assistance.registry.models import Person
from assistance.screening.models import BottomLineCase, Meeting, Minutes, Resolution
from assistance.screening.operations import bottom_line, case_work, meetings, releases
from assistance.screening.queries.bottom_line import resolved_rate
from assistance.screening.queries.meetings import resolutions_visible_to
from assistance.screening.queries.minutes import filed, minutes_data, on_paper
from assistance.screening.states import BottomLineState, MeetingState
from assistance.settlements.models import OtherAid
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.typeset import typeset
from tests.factories.accounts import Cast
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
    make_run,
    make_sealed,
)
from tests.factories.files import upload
from tests.factories.registry import make_account, make_aid

LATER = AT + timedelta(days=3)


@pytest.fixture
def city(db) -> City:
    city = City()
    assert city.city_supervisor.agency == city.agency.parent
    assert city.approver != city.reviewer
    departments()
    return city


def granted_case(city: City, burden: str = "65000.00") -> Resolution:
    person = make_listed(city, burden)
    make_sealed(city, person)
    hold(city, make_meeting(city))
    return case_of(person).resolutions.get()


def vote(row: Resolution, what: str, amount: str | None = None, reason: str = "", **given):
    values = {"source": None, "actor": Cast().city_supervisor, "at": AT} | given
    figure = Decimal(amount) if amount else None
    return meetings.resolve(row, vote=what, amount=figure, reason=reason, **values)


def test_a_case_goes_from_the_sealed_list_to_an_award_beside_every_maximum(city):
    fund = make_fund(city)
    resolution = granted_case(city)
    award = releases.release(resolution, actor=city.approver, at=LATER)
    assert award is not None
    assert (award.programme, award.amount, award.state) == (
        "bottom_line",
        Decimal("15000.00"),
        AwardState.DUE,
    )
    assert award.agency == city.agency
    assert award.account is not None
    person = resolution.case.person
    assert granted(person, 2025, Bucket.BOTTOM_LINE) == Decimal("15000.00")
    assert granted(person, 2025, Bucket.INPATIENT) == granted(person, 2025, Bucket.JINGNING) == 0
    assert balances(fund)[LedgerAccount.RESERVED] == Decimal("15000.00")
    case = fresh(resolution.case)
    assert case.state == BottomLineState.AWARDED
    assert resolved_rate(case.list).indicator.met is True
    assert releases.release(resolution, actor=city.approver, at=LATER) == award


def test_the_agenda_holds_the_cases_of_all_agencies_of_the_city(city):
    mine = make_listed(city)
    other = make_listed(city)
    make_sealed(city, mine)
    run = make_run(city.other_agency, other)
    reviewed = bottom_line.open_review(run, actor=city.other_reviewer, at=AT)
    bottom_line.seal(reviewed, actor=city.other_approver, at=AT)
    meeting = make_meeting(city)
    assert {row.case.person for row in meeting.resolutions.all()} == {mine, other}
    # What stands on one agenda is on no other.
    assert make_meeting(city).resolutions.count() == 0
    hold(city, meeting)
    make_fund(city)
    fund = make_fund(city, agency=city.other_agency, fund=city.other_fund)
    row = case_of(other).resolutions.get()
    with pytest.raises(NotAllowed):
        releases.release(row, actor=city.approver, at=LATER)
    award = releases.release(row, actor=city.other_approver, at=LATER)
    assert award is not None
    assert (award.agency, award.fund_year) == (city.other_agency, fund)


def test_aid_reported_after_the_vote_sends_the_case_back_to_a_person(city):
    fund = make_fund(city)
    resolution = granted_case(city)
    person = resolution.case.person
    make_aid(person, "4000.00", giver=OtherAid.Giver.CHARITY, at=LATER)
    assert releases.release(resolution, actor=city.approver, at=LATER) is None
    case = fresh(resolution.case)
    assert case.state == BottomLineState.RECHECK
    assert "4,000.00" in case.changes.latest("id").reason
    assert not Award.objects.exists()
    assert available(fund) == Decimal("500000.00")
    assert granted(person, 2025, Bucket.BOTTOM_LINE) == 0
    # The sealed answer stays; the next meeting gets the new one.
    case = case_work.recheck(case, reason="已核实慈善捐助", actor=city.reviewer, at=LATER)
    assert (case.state, case.proposed) == (BottomLineState.AGENDA, Decimal("11000.00"))
    assert case.sealed_assessment is not None
    assert case.sealed_assessment.amount == Decimal("15000.00")
    hold(city, make_meeting(city, at=LATER), at=LATER)
    row = case.resolutions.get(sent_back_at=None)
    award = releases.release(row, actor=city.approver, at=LATER)
    assert award is not None
    assert award.amount == Decimal("11000.00")


def test_a_meeting_is_not_over_before_its_day(city):
    make_sealed(city, make_listed(city))
    meeting = make_meeting(city, at=LATER)
    with translation.override("en"), pytest.raises(Refused, match="has not taken place"):
        hold(city, meeting, at=AT)
    assert fresh(meeting).state == MeetingState.CALLED
    assert hold(city, meeting, at=LATER).state == MeetingState.SIGNED


def test_nothing_is_awarded_before_the_signed_minutes_are_filed(city):
    make_fund(city)
    make_sealed(city, make_listed(city))
    meeting = make_meeting(city)
    row = meeting.resolutions.get()
    with pytest.raises(Refused):
        meetings.close_votes(meeting, actor=city.city_supervisor, at=AT)
    vote(row, "granted", "15000.00")
    with pytest.raises(Refused):
        meetings.close_votes(meeting, actor=city.city_supervisor, at=AT)
    present = {attendance.department_id: "李某" for attendance in meeting.attendance.all()[:2]}
    meetings.record_attendance(meeting, present=present, actor=city.city_supervisor, at=AT)
    meetings.close_votes(meeting, actor=city.city_supervisor, at=AT)
    with pytest.raises(NotAllowed):
        vote(row, "refused", reason="改判")
    with pytest.raises(NotAllowed):
        releases.release(row, actor=city.approver, at=AT)
    meetings.file_minutes(meeting, scan=upload(), actor=city.city_supervisor, at=AT)
    assert releases.release(row, actor=city.approver, at=AT) is not None


def test_the_meeting_may_decide_otherwise_with_a_reason(city):
    person = make_listed(city, "65000.00")
    make_sealed(city, person)
    row = make_meeting(city).resolutions.get()
    with pytest.raises(Refused):
        vote(row, "granted", "20000.00")
    with pytest.raises(Refused):
        vote(row, "granted", "65000.01", "特殊困难")
    assert vote(row, "granted", "20000.00", "特殊困难").amount == Decimal("20000.00")
    with pytest.raises(Refused):
        vote(row, "refused")
    vote(row, "refused", reason="车祸由第三方赔付")
    assert case_of(person).state == BottomLineState.REFUSED
    vote(row, "deferred", reason="待慈善总会答复")
    assert case_of(person).state == BottomLineState.AGENDA
    assert make_meeting(city).resolutions.get().case.person == person


def test_a_case_put_off_is_decided_by_the_meeting_that_took_it_since(city):
    person = make_listed(city, "65000.00")
    make_sealed(city, person)
    first = make_meeting(city).resolutions.get()
    vote(first, "deferred", reason="待慈善总会答复")
    vote(second := make_meeting(city).resolutions.get(), "granted", "15000.00")
    for what in (("deferred", None, "再议"), ("granted", "15000.00", "改判")):
        with pytest.raises(Refused, match=second.meeting.number):
            vote(first, *what)
    assert case_of(person).state == BottomLineState.GRANTED


def test_who_was_granted_less_than_he_needs_does_not_count_as_resolved(city):
    make_fund(city)
    person = make_listed(city, "65000.00")
    make_sealed(city, person)
    meeting = make_meeting(city)
    vote(meeting.resolutions.get(), "granted", "5000.00", "基金不足")
    hold(city, meeting, votes=False)
    row = case_of(person).resolutions.get()
    releases.release(row, actor=city.approver, at=LATER)
    assert resolved_rate(row.case.list).resolved == 0


def test_minutes_say_what_lay_before_the_meeting_whatever_became_known_since(city):
    resolution = granted_case(city)
    BottomLineCase.objects.update(other_aid=Decimal("4000.00"), burden=Decimal("60000.00"))
    rows = list(resolutions_visible_to(city.city_supervisor))
    data = on_paper(minutes_data(resolution.meeting, rows, on=AT.date()))
    assert data["lines"][0][4:6] == ["65,000.00", "0.00"]


def test_minutes_are_kept_as_they_were_printed_when_the_votes_were_closed(city):
    resolution = granted_case(city)
    meeting = resolution.meeting
    kept = Minutes.objects.get(meeting=meeting)
    paper = b64decode(kept.paper)
    assert paper.startswith(b"%PDF")
    assert kept.digest == hashlib.sha256(paper).hexdigest()
    name = resolution.case.person.name
    Person.objects.filter(pk=resolution.case.person_id).update(name="改名后")
    Meeting.objects.filter(pk=meeting.pk).update(chair="换人")
    said = filed(meeting)
    assert said is not None
    assert on_paper(said)["lines"][0][2] == name
    assert typeset("meeting", on_paper(said)) == paper
    extract = on_paper(said, agencies={city.other_agency.pk})
    assert (extract["lines"], extract["total"]) == ([], "0.00 元")
    with pytest.raises(DatabaseError):
        Minutes.objects.filter(pk=kept.pk).update(digest="")


def test_who_records_the_vote_does_not_release_it(city):
    make_fund(city)
    resolution = granted_case(city)
    Resolution.objects.filter(pk=resolution.pk).update(recorded_by=city.approver)
    with pytest.raises(NotAllowed):
        releases.release(resolution, actor=city.approver, at=LATER)
    assert releases.release(resolution, actor=city.second_approver, at=LATER) is not None


def test_the_special_fund_pays_from_the_account_of_its_giver(city):
    make_fund(city)
    source = FundSource.objects.create(agency=city.agency, name="县慈善总会", kind="charity")
    special = make_fund(city, source=source, amount=Decimal("10000.00"))
    person = make_listed(city)
    make_sealed(city, person)
    meeting = make_meeting(city)
    vote(meeting.resolutions.get(), "granted", "15000.00", source=source)
    hold(city, meeting, votes=False)
    row = case_of(person).resolutions.get()
    with pytest.raises(NotEnoughMoney):
        releases.release(row, actor=city.approver, at=LATER)
    assert granted(person, 2025, Bucket.BOTTOM_LINE) == 0
    make_fund(city, source=source, amount=Decimal("10000.00"))
    award = releases.release(row, actor=city.approver, at=LATER)
    assert award is not None
    assert award.fund_year == special


def test_an_award_is_taken_back_exactly_and_the_case_looked_at_again(city):
    fund = make_fund(city)
    resolution = granted_case(city)
    award = releases.release(resolution, actor=city.approver, at=LATER)
    make_aid(resolution.case.person, "1000.00", at=LATER)
    assert fresh(award).state == AwardState.HELD
    case = releases.pay_anyway(
        fresh(resolution.case), reason="与前笔同一救助", actor=city.approver, at=LATER
    )
    assert fresh(award).state == AwardState.DUE
    case = releases.take_back(case, reason="金额有误", actor=city.approver, at=LATER)
    assert case.state == BottomLineState.RECHECK
    assert fresh(award).state == AwardState.CANCELLED
    assert available(fund) == Decimal("500000.00")
    assert granted(case.person, 2025, Bucket.BOTTOM_LINE) == 0


def test_a_case_without_a_card_is_awarded_and_held(city):
    make_fund(city)
    person = make_listed(city, account=False)
    make_account(person, entered_by=city.clerk, at=AT)
    make_sealed(city, person)
    hold(city, make_meeting(city))
    award = releases.release(case_of(person).resolutions.get(), actor=city.approver, at=LATER)
    assert award is not None
    assert award.state == AwardState.HELD


def test_a_meeting_called_off_gives_its_cases_back(city):
    person = make_listed(city)
    make_sealed(city, person)
    meeting = make_meeting(city)
    vote(meeting.resolutions.get(), "granted", "15000.00")
    meeting = meetings.cancel_meeting(meeting, reason="人数不足", actor=city.city_supervisor, at=AT)
    assert meeting.state == MeetingState.CANCELLED
    assert case_of(person).state == BottomLineState.AGENDA
    assert make_meeting(city).resolutions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_make_one_award():
    city = City()
    assert city.city_supervisor.agency == city.agency.parent
    fund = make_fund(city)
    resolution = granted_case(city)
    people = (city.approver, city.second_approver)
    done = at_once(
        *(lambda who=who: releases.release(resolution, actor=who, at=LATER) for who in people)
    )
    award = Award.objects.get()
    assert done == [award, award]
    assert balances(fund)[LedgerAccount.RESERVED] == Decimal("15000.00")
    assert granted(resolution.case.person, 2025, Bucket.BOTTOM_LINE) == Decimal("15000.00")


@pytest.mark.django_db(transaction=True)
def test_two_meetings_called_at_once_never_share_a_case():
    city = City()
    departments()
    make_sealed(city, make_listed(city))
    assert city.city_supervisor.agency == city.agency.parent
    at_once(lambda: make_meeting(city), lambda: make_meeting(city))
    assert Meeting.objects.count() == 2
    assert Resolution.objects.count() == 1
    assert BottomLineCase.objects.get().resolutions.count() == 1
