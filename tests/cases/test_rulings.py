"""Facts of the year and of the day received that differ are for a person to decide."""

from __future__ import annotations

from datetime import date

import pytest

from assistance.cases import operations
from assistance.cases.queries import estimate
from assistance.registry.models import Enrolment
from assistance.registry.operations import end_enrolment
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import YEAR, accepted
from tests.factories.paying import step

pytestmark = pytest.mark.usefixtures("in_english")
FACT = "INSURANCE_DIFFERS"


@pytest.fixture
def case(desk):
    """Insured through the year of the cost, but not on the day received."""
    person = desk.person()
    end_enrolment(
        Enrolment.objects.get(person=person), last_day=date(YEAR, 12, 31), actor=None, at=desk.now
    )
    return desk.reviewed_first(person)


def test_differing_insurance_has_no_amount_but_a_question(case):
    found = estimate(case, accepted(case))
    assert not found.is_amount
    assert [(question.fact, question.may_be_ruled_on) for question in found.questions] == [
        (FACT, True)
    ]


def test_question_stops_the_proposal_until_a_reviewer_rules_on_it(desk, case):
    with pytest.raises(Refused, match="decide which counts"):
        step(desk, operations.propose, case, desk.cast.reviewer, opinion="拟同意")
    for user in (desk.cast.approver, desk.cast.clerk):
        with pytest.raises(NotAllowed):
            step(desk, operations.rule_on, case, user, fact=FACT, reason="按费用年度")
    with pytest.raises(Refused):
        step(desk, operations.rule_on, case, desk.cast.reviewer, fact=FACT, reason=" ")
    step(desk, operations.rule_on, case, desk.cast.reviewer, fact=FACT, reason="按费用年度参保认定")
    case = step(desk, operations.propose, case, desk.cast.reviewer, opinion="拟同意")
    assert case.amount == 25_000
    assert case.rulings.get().by == desk.cast.reviewer


def test_what_the_calculation_does_not_ask_is_not_ruled_on(desk):
    case = desk.reviewed_first()
    with pytest.raises(Refused, match="does not ask"):
        step(desk, operations.rule_on, case, desk.cast.reviewer, fact=FACT, reason="按年度")
