"""Cases on other roads: under an employer's paper, with an earlier day of receipt, between townships."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assistance.cases import operations
from assistance.cases.models import Application, HandOver
from assistance.registry.models import Enrolment
from assistance.registry.operations import enrol
from tests.factories.cases import Desk, hand_in_papers
from tests.factories.files import upload
from tests.factories.registry import SINCE, make_bill, make_person

CREDIT_CODE = "91331127MA2E0ABC1K"


class RoutesSample:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        cast = desk.cast
        self.employee = self._employee()
        self.filed = operations.file_employer_review(
            self._employee(), **self.review(), scan=upload(), **self._signed(cast.window)
        )
        self.claimed = operations.claim_earlier_receipt(
            desk.draft(), **self.claim(), proof=upload(), **self._signed(cast.clerk)
        )
        self.offer_out = self._offer(desk.draft(), cast.leader, cast.other_township)
        gone = self._offer(desk.draft(), cast.leader, cast.other_township)
        operations.accept_hand_over(gone, actor=cast.neighbour_clerk, at=desk.now)
        case = Application.objects.get(pk=gone.application_id)
        self.offer_in = self._offer(case, cast.neighbour_leader, cast.township)

    def review(self) -> dict[str, Any]:
        return {
            "employer": "景宁山泉水务有限公司",
            "credit_code": CREDIT_CODE,
            "opinion": "情况属实",
            "signed_on": self.desk.now.date(),
        }

    def claim(self) -> dict[str, Any]:
        day = self.desk.now.date() - timedelta(days=1)
        return {"claimed_on": day, "reason": "停电"}

    def _signed(self, actor: Any) -> dict[str, Any]:
        return {"actor": actor, "at": self.desk.now, "version": None}

    def _offer(self, case: Application, actor: Any, to_township: Any) -> HandOver:
        return operations.propose_hand_over(
            case, to_township=to_township, reason="迁居", actor=actor, at=self.desk.now
        )

    def _employee(self) -> Application:
        desk = self.desk
        person = make_person(enrolled=False, category="DIBAO", at=desk.now)
        enrol(
            person,
            kind=Enrolment.Kind.EMPLOYEE,
            county=desk.cast.county,
            first_day=SINCE,
            actor=None,
            at=desk.now,
        )
        make_bill(
            person, settled_on=desk.now.date().replace(year=desk.year, month=1, day=20), at=desk.now
        )
        case = operations.register_application(
            programme="jn21",
            benefit_year=desk.year,
            person=person,
            township=desk.cast.township,
            received_on=desk.now.date(),
            applicant_name=person.name,
            applicant_relation=Application.Relation.SELF,
            actor=desk.cast.window,
            at=desk.now,
        )
        hand_in_papers(case, at=desk.now)
        return case
