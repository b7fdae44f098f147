"""An employee's application under the first review that the employer signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from assistance.cases import operations
from assistance.cases.models import Application, Decision, EmployerReview
from assistance.cases.operations.leaving import Incomplete
from assistance.cases.queries import insurance_kinds, is_employee
from assistance.cases.states import State
from assistance.registry.models import Enrolment, Person
from assistance.registry.operations import enrol
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import Desk, hand_in_papers
from tests.factories.files import upload
from tests.factories.registry import SINCE, make_bill, make_person

CODE = "91331127MA2E0ABC1K"


def _employee(desk: Desk) -> Person:
    person = make_person(enrolled=False, category="DIBIAN", at=desk.now)
    enrol(
        person,
        kind=Enrolment.Kind.EMPLOYEE,
        county=desk.cast.county,
        first_day=SINCE,
        actor=None,
        at=desk.now,
    )
    make_bill(person, at=desk.now)
    return person


def _draft(desk: Desk, person: Person | None = None) -> Application:
    person = person or _employee(desk)
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


def _file(desk: Desk, case: Application, actor=None, **given) -> Application:
    words = {
        "employer": "景宁山泉水务有限公司",
        "credit_code": CODE,
        "opinion": "情况属实，同意上报",
        "signed_on": desk.now.date(),
        "scan": upload(),
    }
    return operations.file_employer_review(
        case, **(words | given), actor=actor or desk.cast.window, at=desk.now, version=None
    )


def test_the_case_goes_to_county_review_under_the_employers_paper(desk):
    case = _file(desk, _draft(desk))
    review = EmployerReview.objects.get()
    assert (case.state, review.credit_code, review.filed_by) == (
        State.COUNTY_REVIEW,
        CODE,
        desk.cast.window,
    )
    assert case.decisions.get().kind == Decision.Kind.EMPLOYER_REVIEW
    assert case.fact_sheets.filter(kind="accepted").exists()
    assert case.deadline_on is not None
    assert not case.changes.filter(to_state=State.FIRST_REVIEW).exists()


def test_the_window_clerk_who_filed_never_reviews(desk):
    case = _file(desk, _draft(desk))
    assert case.participations.get(user=desk.cast.window).part == "entry"
    with pytest.raises(NotAllowed):
        operations.propose(case, opinion="", actor=desk.cast.window, at=desk.now, version=None)
    case = operations.propose(case, opinion="", actor=desk.cast.reviewer, at=desk.now, version=None)
    assert case.state == State.PROPOSED


@pytest.mark.parametrize("code", ["91331127MA2E0ABC1L", "12345", "", "91331127MA2E0ABC1"])
def test_a_credit_code_with_a_wrong_check_digit_is_refused(desk, code):
    with pytest.raises(Refused):
        _file(desk, _draft(desk), credit_code=code)
    assert Application.objects.get().state == State.DRAFT


@pytest.mark.parametrize("given", [{"employer": " "}, {"opinion": ""}, {"scan": None}])
def test_the_paper_must_be_there_and_say_who_and_what(desk, given):
    with pytest.raises(Refused):
        _file(desk, _draft(desk), **given)


def test_a_day_of_signing_to_come_is_refused(desk):
    with pytest.raises(Refused):
        _file(desk, _draft(desk), signed_on=desk.now.date() + timedelta(days=1))


def test_a_resident_goes_by_the_township(desk):
    case = _draft(desk, desk.person())
    assert insurance_kinds(case) == {Enrolment.Kind.RESIDENT}
    with pytest.raises(Refused):
        _file(desk, case)


def test_the_register_says_who_is_an_employee(desk):
    assert is_employee(_draft(desk))
    assert not is_employee(_draft(desk, desk.person()))


def test_a_township_clerk_does_not_take_this_road(desk):
    with pytest.raises(NotAllowed):
        _file(desk, _draft(desk), desk.cast.clerk)


def test_nothing_may_be_missing(desk):
    case = _draft(desk)
    for bill in case.fact_sheets.get().items.all():
        operations.remove_bill(
            bill, reason="重录", actor=desk.cast.window, at=desk.now, version=None
        )
    with pytest.raises(Incomplete):
        _file(desk, case)


def test_after_a_return_it_comes_again_with_the_paper_filed_before(desk):
    case = _file(desk, _draft(desk))
    operations.return_application(
        case, reason="缺费用清单", actor=desk.cast.reviewer, at=desk.now, version=None
    )
    case = _file(desk, case, scan=None)
    first, second = EmployerReview.objects.order_by("id")
    assert (case.state, first.scan) == (State.COUNTY_REVIEW, second.scan)


def test_an_employers_review_is_written_once(desk):
    _file(desk, _draft(desk))
    with pytest.raises(ProgrammingError), transaction.atomic():
        EmployerReview.objects.update(opinion="改")
