"""What must not happen on a bottom-line list: nobody lost, nobody listed twice, nobody deciding for his own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistance.registry.operations.ties import declare_relative
from assistance.screening.operations import bottom_line, case_work, meetings, releases
from assistance.screening.operations.drawing import _compared_with
from assistance.screening.states import RunKind
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.bottom_line import (
    AT,
    QUARTER_END,
    City,
    _entry,
    case_of,
    fresh,
    make_listed,
    make_meeting,
    make_review,
    make_run,
)
from tests.factories.registry import make_aid, make_bill

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    city = City()
    assert city.city_supervisor.agency == city.agency.parent
    assert city.approver != city.reviewer
    return city


def figures(case) -> tuple[str, str, str]:
    return case.finding, str(case.burden - case.not_reasonable), str(case.proposed)


def test_a_mark_counts_no_more_than_the_person_still_bears_of_its_bill(city):
    person = make_listed(city, "60000.00")
    extra = make_bill(person, "30000.00", settled_on=date(2025, 9, 1), at=AT)
    make_review(city, person)
    case = case_work.mark_cost(
        case_of(person),
        bill=extra,
        amount=Decimal("20000.00"),
        reason="自行点名高值耗材",
        actor=city.reviewer,
        at=AT,
    )
    assert figures(case) == ("bottom_line", "70000.00", "20000.00")
    reverse_bill(extra, reason="重复结算", actor=None, at=AT)
    bottom_line.refresh(case.list, actor=city.reviewer, at=AT)
    assert figures(fresh(case)) == ("bottom_line", "60000.00", "10000.00")


def test_a_list_is_not_sealed_while_a_newer_one_of_the_quarter_waits(city):
    first, new = make_listed(city, "65000.00"), make_listed(city, "70000.00")
    reviewed = make_review(city, first)
    again = make_run(city.agency, first, new, kind=RunKind.AGAIN)
    with pytest.raises(Refused, match="drawn up again"):
        bottom_line.seal(reviewed, actor=city.approver, at=AT)
    # A supplement supplements what is reviewed, whatever was drawn up since.
    supplement = make_run(city.agency, kind=RunKind.SUPPLEMENT)
    assert _compared_with(supplement) == [reviewed.run]
    _entry(supplement, new, QUARTER_END)
    bottom_line.open_review(supplement, actor=city.reviewer, at=AT)
    newer = bottom_line.open_review(again, actor=city.reviewer, at=AT)
    assert [case.person for case in newer.cases.all()] == [first]
    assert bottom_line.seal(newer, actor=city.approver, at=AT).state == "sealed"


def test_nobody_works_on_the_case_of_a_relative(city):
    mother, other = make_listed(city, "65000.00"), make_listed(city, "65000.00")
    for user in (city.reviewer, city.approver, city.city_supervisor):
        declare_relative(user, relation="parent", name=mother.name, number=mother.id_number, at=AT)
    reviewed = make_review(city, mother, other)
    with pytest.raises(NotAllowed, match="your own case"):
        case_work.leave_out_aid(
            case_of(mother),
            aid=make_aid(mother, "1.00", at=AT),
            reason="",
            actor=city.reviewer,
            at=AT,
        )
    bottom_line.refresh(reviewed, actor=city.reviewer, at=AT)
    with pytest.raises(NotAllowed, match="close to"):
        bottom_line.seal(reviewed, actor=city.approver, at=AT)
    bottom_line.seal(reviewed, actor=city.second_approver, at=AT)
    rows = {row.case.person: row for row in make_meeting(city).resolutions.all()}
    voting = {"vote": "refused", "amount": None, "reason": "无", "source": None, "at": AT}
    meetings.resolve(rows[other], actor=city.city_supervisor, **voting)
    with pytest.raises(NotAllowed, match="your own case"):
        meetings.resolve(rows[mother], actor=city.city_supervisor, **voting)
    with pytest.raises(NotAllowed, match="your own case"):
        releases.release(rows[mother], actor=city.approver, at=AT)
