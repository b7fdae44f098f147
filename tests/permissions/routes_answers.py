"""A valid answer to every path of objections, other roads and hand-overs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistance.cases.models import Application
from tests.factories.files import upload
from tests.permissions.sample import Answer, Row


def _step(case: Application, **data: Any) -> tuple[list[Any], Row]:
    return [case.number], {"version": case.version, **data}


ROUTES: Mapping[str, Answer] = {
    "objection": lambda s: ([s.objection.number], {}),
    "objection_receipt": lambda s: ([s.objection.number], {}),
    "issue_objection_letter": lambda s: ([s.decided.number], {}),
    "objection_paper": lambda s: ([s.objection.number], {}),
    "reveal_objector": lambda s: ([s.objection.number], {}),
    "take_on_objection": lambda s: ([s.objection.number], {}),
    "tell_objector": lambda s: (
        [s.decided.number],
        {"how": "phone", "on": s.decided.decided_at.date()},
    ),
    "propose_hand_over": lambda s: (
        [s.first_review.number],
        {"to_township": s.cast.other_township.pk, "reason": "迁居"},
    ),
    "assign_case": lambda s: ([s.county_review.number], {"reviewer": s.cast.second_reviewer.pk}),
    "accept_hand_over": lambda s: ([s.routes.offer_in.pk], {}),
    "decline_hand_over": lambda s: ([s.routes.offer_in.pk], {"reason": "未迁居"}),
    "take_back_hand_over": lambda s: ([s.routes.offer_out.pk], {"reason": "提错"}),
    "file_employer_review": lambda s: _step(s.routes.employee, **s.routes.review(), scan=upload()),
    "claim_earlier_receipt": lambda s: _step(s.draft, **s.routes.claim(), proof=upload()),
    "decide_earlier_receipt": lambda s: _step(s.routes.claimed, confirmed="true"),
    "employer_paper": lambda s: (
        [s.routes.filed.number, s.routes.filed.employer_reviews.get().pk],
        {},
    ),
    "receipt_proof": lambda s: (
        [s.routes.claimed.number, s.routes.claimed.earlier_receipts.get().pk],
        {},
    ),
}
