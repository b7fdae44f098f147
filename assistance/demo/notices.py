"""From the agreement to the award: the notice in the township, objections, the certificate."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Notice, NoticeLine, Objection
from assistance.cases.states import State
from assistance.demo.corrections import Corrections
from assistance.demo.days import ONE_DAY, Days, moment
from assistance.demo.schedule import Schedule, Telling
from assistance.demo.staff import Desk, Staff
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk
from assistance.payments.models import Programme
from assistance.payments.operations import hold_award
from assistance.registry.operations import record_death
from assistance.settlements.models import OtherAid
from assistance.settlements.operations import record_aid

PLACE = "乡镇（街道）政务公开栏、所在村务公开栏"
CERTIFICATE = "本公示已在政务公开栏和村务公开栏张贴满期，公示期间收到的异议均已登记。"
DOUBT = "反映该户名下有营运车辆，家庭经济状况与申报不符。"
WEB_DOUBT = "该户患者系交通事故受伤，听说医疗费已由肇事方赔付，请核实。"
FINDINGS = {
    Twist.UNFOUNDED: "经核查，车辆已于申请前报废注销，异议不成立。",
    Twist.FOUNDED: "经核查，一次住院费用已由肇事方赔付，异议成立，退回重新审核。",
}
OUTCOMES = {
    Twist.UNFOUNDED: Objection.Outcome.UNFOUNDED,
    Twist.FOUNDED: Objection.Outcome.FOUNDED,
}
LineOutcome = NoticeLine.Outcome


class NothingCloses(Exception):
    """A case under notice could not be closed: the log has the reason."""


class Publicity:
    """The notices of all townships and what happens to the cases on them."""

    def __init__(self, schedule: Schedule, staff: Staff, days: Days) -> None:
        self.schedule = schedule
        self.staff = staff
        self.days = days
        self.corrections = Corrections(staff, days)

    def tell(self, walk: Walk) -> Telling:
        """A case to the end of its story; the first agreed case of a township draws up its notice."""
        yield from walk.tell()
        if walk.story.plan.twist is Twist.NO_MONEY:
            yield from self.corrections.without_money(walk, walk.story.times[-1][1])
        case = walk.reread()
        if case.state != State.PUBLICITY:
            return
        drawn_up = self._workday_after(localdate(case.state_since))
        yield moment(drawn_up, 8, 20)
        if not walk.application.notice_lines.filter(outcome=LineOutcome.OPEN).exists():
            self._draw_up(walk, moment(drawn_up, 8, 20))
        yield from self._twist(walk, self._workday_after(drawn_up))

    def _close(self, at: datetime) -> None:
        """What the clock does every minute: close the cases whose notice has ended."""
        if operations.close_due_notices(at=at).failed:
            raise NothingCloses(at.isoformat())

    def _draw_up(self, walk: Walk, at: datetime) -> None:
        desk = self.staff.desks[walk.story.township.pk]
        notice = operations.draw_up_notice(
            desk.township,
            agency=self.staff.agency,
            programme=Programme.JINGNING,
            actor=desk.clerk,
            at=at,
        )
        certified = walk.story.plan.twist is not Twist.NO_CERTIFICATE
        self.schedule.begin(self._hang(notice, desk, localdate(at), certified=certified))

    def _hang(self, notice: Notice, desk: Desk, drawn_up: date, *, certified: bool) -> Telling:
        """Posted the day after it was drawn up, certified the first working day after its last day."""
        posted = self._workday_after(drawn_up)
        yield moment(posted, 8, 40)
        notice = operations.post_notice(
            notice, posted_on=posted, place=PLACE, actor=desk.clerk, at=moment(posted, 8, 40)
        )
        if not certified or notice.last_day is None:
            return
        at = moment(self._workday_after(notice.last_day), 9, 30)
        yield at
        operations.certify_notice(notice, text=CERTIFICATE, actor=desk.leader, at=at)
        self._close(at + timedelta(minutes=1))

    def _twist(self, walk: Walk, posted: date) -> Telling:
        twist = walk.story.plan.twist
        at = moment(self._workday_after(posted), 10, 5)
        if twist in {Twist.OBJECTION, *OUTCOMES}:
            yield at
            yield from self._objection(walk, at)
        elif twist is Twist.OBJECTION_WEB:
            yield at
            yield from self._web_objection(walk, at)
        elif twist is Twist.DIED:
            yield at
            clerk = self.staff.desks[walk.story.township.pk].clerk
            person = walk.application.person
            record_death(person, died_on=localdate(at) - ONE_DAY, actor=clerk, at=at)
        elif twist is Twist.NEW_AID:
            yield at
            self._new_aid(walk, at)
        elif twist is Twist.HELD:
            yield from self._hold(walk, at)
        elif twist is Twist.LATE_AID:
            yield from self.corrections.aid_after_award(walk, at)
        elif twist is Twist.CORRECTED:
            yield from self._corrected(walk, at)

    def _corrected(self, walk: Walk, at: datetime) -> Telling:
        """Agreed to anew, the case is on a new notice the day after."""
        yield from self.corrections.under_notice(walk, at)
        again = moment(self._workday_after(localdate(walk.reread().state_since)), 8, 20)
        yield again
        if not walk.application.notice_lines.filter(outcome=LineOutcome.OPEN).exists():
            self._draw_up(walk, again)

    def _objection(self, walk: Walk, at: datetime) -> Telling:
        twist = walk.story.plan.twist
        anonymous = twist is Twist.OBJECTION
        line = walk.application.notice_lines.get(outcome=LineOutcome.OPEN)
        objection = operations.record_objection(
            line,
            received_on=localdate(at),
            content=DOUBT,
            objector="" if anonymous else "蓝某（同村）",
            contact="" if anonymous else "0578-0000002",
            channel=Objection.Channel.PHONE,
            category=Objection.Category.MEANS,
            actor=self.staff.desks[walk.story.township.pk].clerk,
            at=at,
        )
        if anonymous:
            return
        at = moment(self.days.calendar.add_working_days(localdate(at), 2), 14, 30)
        yield at
        operations.decide_objection(
            objection,
            outcome=OUTCOMES[twist],
            finding=FINDINGS[twist],
            actor=self._investigator(walk),
            at=at,
        )
        operations.issue_objection_letter(objection, actor=self._investigator(walk), at=at)
        # The notice may have ended meanwhile.
        self._close(at + timedelta(minutes=1))

    def _web_objection(self, walk: Walk, at: datetime) -> Telling:
        """A neighbour who gives his name sends the public form; the other reviewer looks into it."""
        line = walk.application.notice_lines.get(outcome=LineOutcome.OPEN)
        objection = operations.receive_objection(
            line,
            category=Objection.Category.OTHER_PAYER,
            content=WEB_DOUBT,
            objector="雷某（邻居）",
            contact="0578-0000001",
            token=f"demo-{line.pk}",
            at=at,
        )
        at = moment(self._workday_after(localdate(at)), 9, 25)
        yield at
        operations.take_on_objection(objection, actor=self._investigator(walk), at=at)

    def _investigator(self, walk: Walk) -> User:
        other = "reviewer2" if walk.reviewer == self.staff["reviewer1"] else "reviewer1"
        return self.staff[other]

    def _new_aid(self, walk: Walk, at: datetime) -> None:
        record_aid(
            walk.application.person,
            benefit_year=walk.story.year,
            giver=OtherAid.Giver.GOVERNMENT,
            amount=Decimal("5000.00"),
            given_on=localdate(at) - ONE_DAY,
            paper="临时救助审批表",
            actor=self.staff.desks[walk.story.township.pk].clerk,
            at=at,
        )

    def _hold(self, walk: Walk, at: datetime) -> Telling:
        """Held by the payment office on the day of the award, before the next payment run."""
        while (award := walk.reread().award) is None:
            at = moment(self._workday_after(localdate(at)), 11, 0)
            yield at
        hold_award(
            award,
            reason="家属来电称银行卡遗失，待核实。",
            actor=self.staff["payment1"],
            at=at + timedelta(minutes=1),
        )

    def _workday_after(self, day: date) -> date:
        return self.days.calendar.next_workday(day + ONE_DAY)
