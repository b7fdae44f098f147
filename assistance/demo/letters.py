"""What refused and returned applicants of the demo county get in writing, and how it reaches them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import localdate

from assistance.cases import operations
from assistance.cases.models import Application, Letter, Service
from assistance.cases.queries import facts_found, items_to_complete
from assistance.cases.states import State
from assistance.demo.days import ONE_DAY, Days, moment
from assistance.demo.schedule import Telling
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk

# Refused, with the letter written and not served yet; and refused without a letter so far.
UNSERVED = frozenset({"late", "returned-county-2"})
UNWRITTEN = frozenset({"not-insured", "returned-township-2"})
GROUNDS = {
    Twist.UNDER_THREE_YEARS: "people",
    Twist.NOT_INSURED: "people",
    Twist.LATE: "deadline",
}
How = Service.How


class Correspondence:
    def __init__(self, days: Days) -> None:
        self.days = days

    def tell(self, walk: Walk) -> Telling:
        """The letter on the working day after the decision, its service two later."""
        key = walk.story.plan.key
        written_on = self._workday_after(localdate(walk.story.times[-1][1]))
        yield moment(written_on, 9, 5)
        case = walk.reread()
        if key in UNWRITTEN or case.state not in (State.REFUSED, State.RETURNED):
            return
        letter = _write(walk, case, moment(written_on, 9, 5))
        if key in UNSERVED:
            return
        served_on = self._workday_after(self._workday_after(written_on))
        yield moment(served_on, 15, 10)
        how = How.VILLAGE if len(key) % 2 else How.IN_PERSON
        operations.record_service(
            letter,
            served_on=served_on,
            how=how,
            received_by=case.applicant_name,
            actor=walk.clerk,
            at=moment(served_on, 15, 10),
        )

    def _workday_after(self, day: date) -> date:
        return self.days.calendar.next_workday(day + ONE_DAY)


def _write(walk: Walk, case: Application, at: datetime) -> Letter:
    if case.state == State.RETURNED:
        items = "\n".join(items_to_complete(case, on=localdate(at)))
        return operations.issue_correction(case, items=items, actor=walk.clerk, at=at)
    plan = walk.story.plan
    below = "hardship_deductible" if plan.hardship else "other_deductible"
    return operations.issue_refusal(
        case,
        facts=facts_found(case),
        grounds=[GROUNDS.get(plan.twist, below)],
        reasons=case.decisions.filter(kind="refusal_proposal").latest("id").opinion,
        actor=walk.reviewer,
        at=at,
    )
