"""What else the desk does in a week: telephone calls, cases handed over, opinions signed for many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistance.accounts.models import Division
from assistance.cases.models import BulkRun, CallNote
from assistance.cases.operations import (
    accept_hand_over,
    carry_out,
    note_call,
    prepare_run,
    propose_hand_over,
)
from assistance.demo.days import Days, moment
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk

# Working days ago.
OFFERED, ACCEPTED, CALLED, SIGNED = 3, 2, 2, 1


class Everyday:
    """What is done at the desks besides the steps of the cases themselves."""

    def __init__(self, staff: Staff, days: Days, walks: Sequence[Walk]) -> None:
        self.staff = staff
        self.days = days
        self.together = [walk for walk in walks if walk.story.plan.twist is Twist.TOGETHER]

    def tell(self, walk: Walk) -> Telling:
        twist = walk.story.plan.twist
        if twist is Twist.HANDED_OVER:
            yield from self._hand_over(walk, accepted=True)
        elif twist is Twist.OFFERED:
            yield from self._hand_over(walk, accepted=False)
        elif twist is Twist.CALLED:
            yield from self._call(walk)

    def sign(self) -> Telling:
        """The leader of a township signs for all that waits there; one number was chosen twice."""
        if not self.together:
            return
        at = self._at(SIGNED, 16, 20)
        yield at
        numbers = [walk.application.number for walk in self.together]
        actor = self.together[0].leader
        run = prepare_run(
            BulkRun.Kind.SIGN_FIRST_REVIEW,
            [*numbers, numbers[0]],
            words="经入户核实，情况属实，同意上报。",
            actor=actor,
            at=at,
        )
        carry_out(run, actor=actor, at=self._at(SIGNED, 16, 25))

    def _hand_over(self, walk: Walk, *, accepted: bool) -> Telling:
        """Offered by the leader of the old township, taken by the one of the new."""
        at = self._at(OFFERED if accepted else CALLED, 9, 15)
        yield at
        other = self._neighbour(walk.story.township)
        offer = propose_hand_over(
            walk.reread(),
            to_township=other,
            reason=f"申请人已随子女迁居{other.name}，便于入户核实。",
            actor=walk.leader,
            at=at,
        )
        if not accepted:
            return
        at = self._at(ACCEPTED, 10, 40)
        yield at
        accept_hand_over(offer, actor=self.staff.desks[other.pk].leader, at=at)

    def _neighbour(self, township: Division) -> Division:
        places = self.staff.townships
        return places[(places.index(township) + 1) % len(places)]

    def _call(self, walk: Walk) -> Telling:
        at = self._at(CALLED, 15, 10)
        yield at
        case = walk.reread()
        note_call(
            case.person,
            application=case,
            caller=CallNote.Caller.RELATIVE,
            caller_name="患者之女",
            asked="材料是否已收到，何时能办结？",
            told="材料已收齐，案件在县级审核中；拟批后还须公示，公示期满无异议即发放。",
            actor=self.staff["window"],
            at=at,
        )

    def _at(self, ago: int, hour: int, minute: int) -> datetime:
        return moment(self.days.ago(ago), hour, minute)
