"""What must not happen on a bottom-line list: nobody lost, nobody listed twice, nobody deciding for his own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations import RunSQL
from django.urls import reverse
from django.utils import translation

from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import grant, lock_year
from assistance.registry.models import Person
from assistance.registry.operations.ties import declare_relative
from assistance.screening.models import ListDeparture
from assistance.screening.operations import bottom_line, case_work, meetings, releases
from assistance.screening.operations.drawing import _compared_with
from assistance.screening.queries.bottom_line import runs_to_review
from assistance.screening.queries.quarters import at_another_agency, lost, lost_after_sealing
from assistance.screening.states import ReviewState, RunKind
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import NotAllowed, Refused
from assistance.web.people.screened import screened
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
    with pytest.raises(Refused):
        bottom_line.seal(reviewed, actor=city.approver, at=AT)
    # A supplement supplements what is reviewed, whatever was drawn up since.
    supplement = make_run(city.agency, kind=RunKind.SUPPLEMENT)
    assert _compared_with(supplement) == [reviewed.run]
    _entry(supplement, new, QUARTER_END)
    bottom_line.open_review(supplement, actor=city.reviewer, at=AT)
    newer = bottom_line.open_review(again, actor=city.reviewer, at=AT)
    assert [case.person for case in newer.cases.all()] == [first]
    assert bottom_line.seal(newer, actor=city.approver, at=AT).state == "sealed"


def test_a_list_that_a_newer_one_replaced_is_neither_offered_nor_opened(city):
    person = make_listed(city, "65000.00")
    old = make_run(city.agency, person)
    new = make_run(city.agency, person, kind=RunKind.AGAIN)
    make_run(city.agency, person, kind=RunKind.TRIAL)
    assert [*runs_to_review(city.reviewer)] == [new]
    with translation.override("en"), pytest.raises(Refused, match="newer list"):
        bottom_line.open_review(old, actor=city.reviewer, at=AT)
    reviewed = bottom_line.open_review(new, actor=city.reviewer, at=AT)
    late = make_run(city.agency, person, kind=RunKind.SUPPLEMENT)
    bottom_line.seal(reviewed, actor=city.approver, at=AT)
    assert [*runs_to_review(city.reviewer)] == [late]


def test_nobody_works_on_the_case_of_a_relative(city):
    mother, other = make_listed(city, "65000.00"), make_listed(city, "65000.00")
    for user in (city.reviewer, city.approver, city.city_supervisor):
        declare_relative(user, relation="parent", name=mother.name, number=mother.id_number, at=AT)
    reviewed = make_review(city, mother, other)
    with pytest.raises(NotAllowed):
        case_work.leave_out_aid(
            case_of(mother),
            aid=make_aid(mother, "1.00", at=AT),
            reason="",
            actor=city.reviewer,
            at=AT,
        )
    bottom_line.refresh(reviewed, actor=city.reviewer, at=AT)
    with pytest.raises(NotAllowed):
        bottom_line.seal(reviewed, actor=city.approver, at=AT)
    bottom_line.seal(reviewed, actor=city.second_approver, at=AT)
    rows = {row.case.person: row for row in make_meeting(city).resolutions.all()}
    voting = {"vote": "refused", "amount": None, "reason": "无", "source": None, "at": AT}
    meetings.resolve(rows[other], actor=city.city_supervisor, **voting)
    with pytest.raises(NotAllowed):
        meetings.resolve(rows[mother], actor=city.city_supervisor, **voting)
    with pytest.raises(NotAllowed):
        releases.release(rows[mother], actor=city.approver, at=AT)


def marked(city: City, person, bill, amount: str):
    return case_work.mark_cost(
        case_of(person),
        bill=bill,
        amount=Decimal(amount),
        reason="自行点名高值耗材",
        actor=city.reviewer,
        at=AT,
    )


def test_marks_and_what_is_left_out_follow_the_person_to_the_next_list(city):
    person = make_listed(city, "60000.00")
    extra = make_bill(person, "30000.00", settled_on=date(2025, 9, 1), at=AT)
    aid = make_aid(person, "1000.00", at=AT)
    make_review(city, person)
    marked(city, person, extra, "20000.00")
    leaving = {"aid": aid, "reason": "与报盘同一笔", "actor": city.reviewer, "at": AT}
    case_work.leave_out_aid(case_of(person), **leaving)
    again = make_run(city.agency, person, kind=RunKind.AGAIN)
    newer = bottom_line.open_review(again, actor=city.reviewer, at=AT)
    case = case_of(person)
    assert case.list == newer
    assert figures(case) == ("bottom_line", "70000.00", "20000.00")
    assert case.marks.get().by == city.reviewer


def test_whoever_takes_another_s_mark_back_does_not_seal_the_list(city):
    person = make_listed(city, "60000.00")
    extra = make_bill(person, "30000.00", settled_on=date(2025, 9, 1), at=AT)
    reviewed = make_review(city, person)
    mark = marked(city, person, extra, "20000.00").marks.get()
    roles = city.approver.groups.all() | city.reviewer.groups.all()
    city.second_approver.groups.set(roles)
    both = fresh(city.second_approver)
    case_work.withdraw_mark(mark, actor=both, at=AT)
    with pytest.raises(NotAllowed):
        bottom_line.seal(reviewed, actor=both, at=AT)
    assert bottom_line.seal(reviewed, actor=city.approver, at=AT).state == "sealed"


def test_earlier_money_above_the_burden_that_is_left_blocks_no_list(city):
    person = make_listed(city, "35000.00")
    extra = make_bill(person, "85000.00", settled_on=date(2025, 9, 1), at=AT)
    account = lock_year(person, 2025)
    paid = {"bucket": Bucket.BOTTOM_LINE, "amount": Decimal("40000.00"), "source": "earlier"}
    grant(account, actor=None, at=AT, **paid)
    reviewed = make_review(city, person)
    case = marked(city, person, extra, "85000.00")
    assert (case.finding, case.reason, case.paid_before) == (
        "excluded",
        "BELOW_LIMIT",
        Decimal("40000.00"),
    )
    assert bottom_line.seal(reviewed, actor=city.approver, at=AT).state == "sealed"


def test_a_category_of_the_countys_own_is_a_recipients(city):
    person = make_listed(city, category="COUNTY_OWN")
    make_review(city, person)
    assert case_of(person).finding == "bottom_line"


def test_aid_is_entered_for_somebody_who_has_moved_since(city):
    person = make_listed(city)
    make_review(city, person)
    Person.objects.filter(pk=person.pk).update(agency=city.other_agency)
    case = case_work.add_aid(
        case_of(person),
        giver="red_cross",
        amount=Decimal("1000.00"),
        given_on=date(2025, 9, 20),
        paper="红会〔2025〕8号",
        scan=None,
        actor=city.reviewer,
        at=AT,
    )
    assert case.other_aid == Decimal("1000.00")


def test_a_list_under_review_keeps_its_state_when_the_word_for_it_changes(city):
    reviewed = make_review(city, make_listed(city))
    type(reviewed).objects.update(state="open")
    name = "assistance.screening.migrations.0007_aid_of_answers"
    (renaming,) = [
        step for step in import_module(name).Migration.operations if isinstance(step, RunSQL)
    ]
    with connection.cursor() as cursor:
        cursor.execute(renaming.sql)
    assert fresh(reviewed).state == "review"


def test_nobody_is_a_case_of_two_agencies_in_one_quarter(city):
    moved, stays = make_listed(city), make_listed(city)
    make_review(city, moved)
    # A move of before the day that was entered after the first list: he is on both.
    there = make_run(city.other_agency, moved, stays)
    reviewed = bottom_line.open_review(there, actor=city.other_reviewer, at=AT)
    assert [case.person for case in reviewed.cases.all()] == [stays]
    assert [case.person for case in at_another_agency(reviewed)] == [moved]
    assert (lost(reviewed), lost_after_sealing()) == (0, {})


def test_whom_the_other_agency_names_no_longer_is_taken_in_before_the_seal(city, client):
    moved, stays = make_listed(city), make_listed(city)
    make_review(city, moved, stays)
    there = make_run(city.other_agency, moved)
    reviewed = bottom_line.open_review(there, actor=city.other_reviewer, at=AT)
    again = make_run(city.agency, stays, kind=RunKind.AGAIN)
    bottom_line.open_review(again, actor=city.reviewer, at=AT)
    client.force_login(city.other_reviewer)
    shown = client.get(reverse("bottom_line_list", args=[reviewed.pk]))
    assert shown.context["lost"] == 1
    assert "alert-warning" in shown.content.decode()
    with translation.override("en"), pytest.raises(Refused, match="no case of any list"):
        bottom_line.seal(reviewed, actor=city.other_approver, at=AT)
    assert bottom_line.refresh(reviewed, actor=city.other_reviewer, at=AT) == 1
    assert case_of(moved).list == reviewed
    bottom_line.seal(reviewed, actor=city.other_approver, at=AT)
    assert not lost_after_sealing()


def test_whole_lists_of_two_agencies_never_both_take_somebody_a_supplement_takes_what_came_since(
    city,
):
    moved = make_listed(city)
    make_review(city, moved)
    make_bill(moved, "9000.00", settled_on=date(2025, 9, 1), at=AT)
    there = make_run(city.other_agency, moved)
    reviewed = bottom_line.open_review(there, actor=city.other_reviewer, at=AT)
    assert not reviewed.cases.exists()
    late = make_run(city.other_agency, moved, kind=RunKind.SUPPLEMENT)
    supplement = bottom_line.open_review(late, actor=city.other_reviewer, at=AT)
    assert supplement.cases.get().burden == Decimal("74000.00")


def test_what_a_later_list_replaced_and_what_a_trial_said_is_not_told_as_if_it_held(city, client):
    person = make_listed(city)
    make_review(city, person)
    trial = make_run(city.agency, kind=RunKind.TRIAL)
    again = make_run(city.agency, person, kind=RunKind.AGAIN)
    for run in (trial, again):
        ListDeparture.objects.create(
            run=run, person=person, township=person.township, why="below", burden=0
        )
    bottom_line.open_review(again, actor=city.reviewer, at=AT)
    shown = screened(city.reviewer, person)
    assert [row.run for row, _month in shown["departures"]] == [again]
    client.force_login(city.reviewer)
    page = client.get(reverse("person", args=[person.pk])).content.decode()
    with translation.override("zh-hans"):
        assert page.count(str(ReviewState.SUPERSEDED.label)) == 1
