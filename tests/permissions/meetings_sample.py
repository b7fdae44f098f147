"""Bottom-line lists, cases and meetings of Jingning and its city in every stage that somebody acts on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from assistance.payments.models import Programme
from assistance.payments.operations import confirm_batch, draw_up_batch, send_batch
from assistance.registry.models import Person
from assistance.screening.models import BottomLineCase, Meeting, Resolution
from assistance.screening.operations import case_work, claims, meetings, releases
from tests.factories.accounts import Cast
from tests.factories.bottom_line import (
    case_of,
    hold,
    make_fund,
    make_listed,
    make_meeting,
    make_review,
    make_run,
    make_sealed,
)
from tests.factories.files import upload
from tests.factories.payments import read_answer
from tests.factories.registry import make_aid, make_bill

Q1, Q2, Q3, Q4 = date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)
EARLIER = date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)


class MeetingsSample:
    def __init__(self, cast: Cast) -> None:
        self.cast, self.at = cast, timezone.now()
        make_fund(cast, year=timezone.localdate().year, at=self.at)
        self.signed = self._signed()
        self.minuted = self._called(Q2)
        self._vote(self.minuted)
        meetings.close_votes(self.minuted, actor=cast.city_supervisor, at=self.at)
        self.called = self._called(Q3)
        self._vote(self.called)
        # Waits since the meeting was called.
        make_sealed(cast, self._person(Q4), last_day=Q4, at=self.at)
        self.run = make_run(cast.agency, self._person(EARLIER[0]), last_day=EARLIER[0])
        self.review = make_review(cast, self._person(EARLIER[1]), last_day=EARLIER[1], at=self.at)
        self.case = self._marked(self.review.cases.get())
        self.stale = make_review(cast, self._person(EARLIER[2]), last_day=EARLIER[2], at=self.at)
        self._aid(self.stale.cases.get().person, 2024)

    def _person(self, day: date) -> Person:
        return make_listed(self.cast, "65000.00", settled_on=day.replace(day=5), booked_at=self.at)

    def _aid(self, person: Person, year: int) -> None:
        make_aid(person, benefit_year=year, at=self.at)

    def _signed(self) -> Meeting:
        """One award that something stopped, one case that came back, one grant to be released."""
        people = [self._person(Q1) for _n in range(5)]
        make_sealed(self.cast, *people, last_day=Q1, at=self.at)
        meeting = hold(self.cast, make_meeting(self.cast, at=self.at), at=self.at)
        paid, changed, granted, too_much, claimed = people
        self._release(paid)
        self._aid(paid, 2025)
        self._aid(changed, 2025)
        self._release(changed)
        self.awarded, self.back = case_of(paid), case_of(changed)
        self.granted = self._row(granted)
        self.too_much, case = self._paid_too_much(too_much), self._paid_too_much(claimed)
        self.claim = claims.propose_claim(
            case, kind="new_aid", explanation="迟报", actor=self.cast.reviewer, at=self.at
        )
        return meeting

    def _paid_too_much(self, person: Person) -> BottomLineCase:
        """Paid by the bank, and then aid of the year is reported."""
        cast, case = self.cast, case_of(person)
        self._release(person)
        batch = draw_up_batch(
            agency=cast.agency,
            programme=Programme.BOTTOM_LINE,
            awards=[self._row(person).award],
            actor=cast.payer,
            at=self.at,
        )
        batch = confirm_batch(batch, actor=cast.second_payer, at=self.at)
        read_answer(send_batch(batch, actor=cast.payer, at=self.at), actor=cast.payer, at=self.at)
        self._aid(person, 2025)
        case.refresh_from_db()
        return case

    def _row(self, person: Person) -> Resolution:
        return case_of(person).resolutions.get()

    def _release(self, person: Person) -> None:
        releases.release(self._row(person), actor=self.cast.approver, at=self.at)

    def _called(self, day: date) -> Meeting:
        make_sealed(self.cast, self._person(day), last_day=day, at=self.at)
        return make_meeting(self.cast, at=self.at)

    def _vote(self, meeting: Meeting) -> None:
        actor, row = self.cast.city_supervisor, meeting.resolutions.get()
        present = {line.department_id: "李代表" for line in meeting.attendance.all()}
        meetings.record_attendance(meeting, present=present, actor=actor, at=self.at)
        meetings.resolve(
            row,
            vote="granted",
            amount=row.proposed,
            reason="",
            source=None,
            actor=actor,
            at=self.at,
        )

    def _marked(self, case: BottomLineCase) -> BottomLineCase:
        """With a marked bill, one to be marked, and an aid with its paper."""
        actor, year = self.cast.reviewer, case.list.run.period.year
        self.bill = case.person.settlements.get()
        self.other_bill = make_bill(
            case.person, "800.00", settled_on=self.bill.settled_on, at=self.at
        )
        case_work.mark_cost(
            case,
            bill=self.bill,
            amount=Decimal("100.00"),
            reason="高值耗材",
            actor=actor,
            at=self.at,
        )
        case_work.add_aid(
            case,
            giver="charity",
            amount=Decimal("500.00"),
            given_on=date(year, 12, 1),
            paper="慈善〔1〕号",
            scan=upload(),
            actor=actor,
            at=self.at,
        )
        self.aid = case.aid.get()
        self.mark = case.marks.get()
        return case
