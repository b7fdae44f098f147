"""People who may qualify are phoned; bills come in once they agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from django.utils.timezone import localdate, now

from assistance.accounts.models import CalendarDay
from assistance.accounts.roles import Role
from assistance.cases.models import Application, StatusChange
from assistance.registry.models import Residence
from assistance.registry.operations import Place, move_residence, record_death
from assistance.registry.operations.ties import declare_relative
from assistance.screening.models import Prospect
from assistance.screening.operations import (
    lapse_prospects,
    prepare_prospects,
    record_prospect_call,
)
from assistance.screening.queries.prospects import is_open
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import user
from tests.factories.at_once import at_once
from tests.factories.cases import Desk, declared, noon
from tests.factories.drawn import make_office, zhoushan_township
from tests.factories.identity import merge
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(desk: Desk):
    """In March 2026, when the cost of 2025 can still be applied for."""
    return desk.now


def found() -> set[tuple[str, int, str]]:
    return set(Prospect.objects.values_list("person__name", "year", "why"))


def test_only_own_cost_above_the_deductible_of_the_group_that_nobody_applied_for(desk, today):
    make_bill(make_person("低保过线", category="DIBAO"), "10000.01")
    make_bill(make_person("低保在线", category="DIBAO"), "10000.00")
    make_bill(make_person("其他过线"), "50000.01")
    make_bill(make_person("其他未过"), "49999.00")
    make_bill(make_person("外地参保", county=desk.cast.other_county), "90000.00")
    make_bill(make_person("报销之后"), "90000.00", basic="60000.00")
    desk.draft(desk.person())
    assert prepare_prospects(at=today) == 2
    assert prepare_prospects(at=today) == 0
    assert found() == {("低保过线", 2025, "high_cost"), ("其他过线", 2025, "high_cost")}


def test_a_recipient_with_cost_and_without_assistance_is_phoned_too(desk, today):
    person = make_person("未获救助", category="DIBIAN")
    make_bill(person, "800.00", settled_on=date(2026, 2, 10), at=today)
    aided = make_person("已获救助", category="DIBIAN")
    make_bill(aided, "800.00", assistance="100.00", settled_on=date(2026, 2, 10), at=today)
    prepare_prospects(at=today)
    assert found() == {("未获救助", 2026, "unassisted")}


def test_where_nobody_applies_an_unassisted_recipient_is_asked_to_the_window(desk, today):
    """ZS22-2.1.4 settles with the bill: who was passed over has no case to open."""
    agency = make_office().agency
    person = make_person("普陀未救助", category="DIBAO", township=zhoushan_township())
    make_bill(person, "800.00", settled_on=date(2026, 2, 10), at=today)
    prepare_prospects(at=today)
    assert found() == {("普陀未救助", 2026, "unassisted")}
    clerk = user("putuo_window", Role.WINDOW_CLERK, agency=agency)
    row = Prospect.objects.get()
    done = record_prospect_call(row, outcome="agreed", actor=clerk, at=today)
    assert (done.state, done.application) == ("agreed", None)
    assert not Application.objects.exists()
    assert prepare_prospects(at=today) == 0
    # Help is given month by month: his answer settles those before it and no other.
    make_bill(person, "300.00", settled_on=date(2026, 4, 10), at=noon(date(2026, 4, 10)))
    assert prepare_prospects(at=noon(date(2026, 4, 20))) == 0
    assert prepare_prospects(at=noon(date(2026, 5, 2))) == 1
    row.refresh_from_db()
    assert row.state == "to_call"
    may = noon(date(2026, 5, 3))
    record_prospect_call(row, outcome="declined", note="已在窗口办理", actor=clerk, at=may)
    assert prepare_prospects(at=noon(date(2026, 5, 20))) == 0


def test_after_the_last_day_to_apply_nobody_is_phoned_about_that_year(desk, today):
    make_bill(make_person(category="DIBAO"), "20000.00")
    assert prepare_prospects(at=noon(date(2026, 7, 20))) == 0


def test_the_last_day_to_apply_is_that_of_the_county_s_calendar(desk):
    """30 June 2024 is a Sunday: Monday counts (B-09), unless the county works on that Sunday."""
    assert is_open(2023, date(2024, 7, 1))
    CalendarDay.objects.create(day=date(2024, 6, 30), is_workday=True)
    assert not is_open(2023, date(2024, 7, 1))


def test_who_has_cost_since_his_decided_case_is_phoned_again(desk, today):
    """JN21 二(三)2: refused at 8,000 in April, 40,000 in November; the year is cumulated."""

    def decided(case: Application, received_on: date) -> None:
        Application.objects.filter(pk=case.pk).update(state="refused", received_on=received_on)

    person = make_person(category="DIBAO")
    make_bill(person, "8000.00", settled_on=date(2025, 3, 1))
    first = desk.draft(person)
    decided(first, date(2025, 4, 10))
    assert prepare_prospects(at=today) == 0
    later = make_bill(person, "40000.00", settled_on=date(2025, 4, 10))
    # Settled before the case was received; when that was decided, after which bills still come, no row says here.
    assert prepare_prospects(at=today) == 0
    reverse_bill(later, reason="改正", actor=None, at=today)
    make_bill(person, "40000.00", settled_on=date(2025, 11, 5))
    assert prepare_prospects(at=today) == 1
    row = Prospect.objects.get()
    row = record_prospect_call(row, outcome="agreed", actor=desk.cast.clerk, at=today)
    assert row.application not in (None, first)
    assert prepare_prospects(at=today) == 0
    decided(row.application, date(2025, 11, 20))
    assert prepare_prospects(at=today) == 0
    make_bill(person, "500.00", settled_on=date(2025, 12, 1))
    assert (prepare_prospects(at=today), lapse_prospects(at=today)) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.application) == ("to_call", None)


def test_who_has_an_older_bill_delivered_since_his_decision_is_phoned_again(desk, today):
    """Received 10 April, refused 20 April; a bill settled on 1 March comes with the delivery of May."""
    person = make_person(category="DIBAO")
    case = desk.draft(person)
    Application.objects.filter(pk=case.pk).update(state="refused", received_on=date(2025, 4, 10))
    StatusChange.objects.create(
        application=case,
        from_state="proposed",
        to_state="refused",
        at=noon(date(2025, 4, 20)),
    )
    settled = {"settled_on": date(2025, 3, 1)}
    make_bill(person, "20000.00", at=noon(date(2025, 4, 12)), **settled)
    # It lay before the county when it decided.
    assert prepare_prospects(at=today) == 0
    make_bill(person, "40000.00", at=noon(date(2025, 5, 6)), **settled)
    assert prepare_prospects(at=today) == 1


def test_where_nobody_applies_the_document_of_jingning_is_not_asked():
    """No document of 2020 says how long people of Jingning may apply: Zhoushan's are queued all the same."""
    make_office()
    person = make_person(
        category="DIBAO", township=zhoushan_township(), recognised_on=date(2020, 1, 1)
    )
    make_bill(person, "800.00", settled_on=date(2020, 10, 10))
    november = noon(date(2020, 11, 10))
    assert not is_open(2020, date(2020, 11, 10))
    assert (prepare_prospects(at=november), lapse_prospects(at=november)) == (1, 0)


def test_no_bill_comes_in_before_the_person_agrees(desk, today):
    person = make_person(category="DIBAO", phone="13905780001")
    make_bill(person, "20000.00")
    prepare_prospects(at=today)
    row = Prospect.objects.get()
    call = {"actor": desk.cast.clerk, "at": today}
    again = today.date() + timedelta(days=3)
    row = record_prospect_call(row, outcome="not_reached", call_again_on=again, **call)
    assert (row.state, row.call_again_on, row.application) == ("not_reached", again, None)
    assert not Application.objects.exists()
    row = record_prospect_call(row, outcome="agreed", **call)
    case = Application.objects.get()
    assert row.application == case
    assert case.state == "draft"
    assert (case.received_on, case.benefit_year) == (today.date(), 2025)
    assert declared(case).items.count() == 1
    with pytest.raises(Refused):
        record_prospect_call(row, outcome="declined", note="不申请", **call)
    assert row.calls.count() == 2


def test_a_call_sent_twice_is_recorded_once(desk, today):
    make_bill(make_person(category="DIBAO"), "20000.00")
    prepare_prospects(at=today)
    row, call = Prospect.objects.get(), {"actor": desk.cast.clerk, "at": today}
    for outcome, token in (("not_reached", "form-1"), ("agreed", "form-2")):
        for _ in range(2):
            done = record_prospect_call(row, outcome=outcome, token=token, **call)
            assert done.state == outcome
    assert (row.calls.count(), Application.objects.count()) == (2, 1)
    with translation.override("en"), pytest.raises(Refused, match="already been saved"):
        record_prospect_call(row, outcome="declined", note="不申请", token="form-2", **call)


def test_a_call_needs_its_place_a_reason_and_a_day_to_come(desk, today):
    make_bill(make_person(category="DIBAO"), "20000.00")
    prepare_prospects(at=today)
    row = Prospect.objects.get()
    own = {"relation": "parent", "name": "x", "number": row.person.id_number, "at": today}
    declare_relative(desk.cast.second_clerk, **own)
    for actor in (
        desk.cast.second_clerk,
        desk.cast.neighbour_clerk,
        desk.cast.leader,
        desk.cast.outside_clerk,
    ):
        with pytest.raises(NotAllowed):
            record_prospect_call(row, outcome="agreed", actor=actor, at=today)
    call = {"actor": desk.cast.window, "at": today}
    for given in (
        {"outcome": "declined"},
        {"outcome": "lapsed"},
        {"outcome": "not_reached", "call_again_on": today.date() - timedelta(days=1)},
    ):
        with pytest.raises(Refused):
            record_prospect_call(row, **given, **call)
    assert (
        record_prospect_call(row, outcome="declined", note="不愿公示", **call).state == "declined"
    )
    assert prepare_prospects(at=today) == 0


def test_who_was_asked_under_a_record_merged_since_is_not_asked_again(desk, today):
    person, into = make_person(category="DIBAO"), make_person(category="DIBAO")
    make_bill(person, "20000.00")
    prepare_prospects(at=today)
    call = {"outcome": "declined", "note": "不愿公示", "actor": desk.cast.clerk, "at": today}
    record_prospect_call(Prospect.objects.get(), **call)
    merge(person, into)
    assert prepare_prospects(at=today) == 0


def test_who_died_or_applied_meanwhile_leaves_the_queue(desk, today):
    dead, applied, waits = (make_person(category="DIBAO") for _n in range(3))
    for person in (dead, applied, waits):
        make_bill(person, "20000.00")
    prepare_prospects(at=today)
    record_death(dead, died_on=localdate(), actor=desk.cast.clerk, at=now())
    desk.draft(applied)
    assert lapse_prospects(at=today) == 2
    assert lapse_prospects(at=today) == 0
    assert [row.person for row in Prospect.objects.filter(state="to_call")] == [waits]


def test_whom_there_is_no_reason_to_phone_any_more_leaves_the_queue_and_may_come_back(desk, today):
    names = ("已退费", "迁往外县", "迁往邻乡", "照旧")
    people = {name: make_person(name, category="DIBAO") for name in names}
    bills = {name: make_bill(person, "20000.00") for name, person in people.items()}
    aided = make_person("已获救助", category="DIBIAN")
    visit = {"settled_on": date(2026, 2, 10), "at": today}
    cost = make_bill(aided, "800.00", **visit)
    assert prepare_prospects(at=today) == 5
    reverse_bill(bills["已退费"], reason="重复", actor=None, at=today)
    reverse_bill(cost, reason="改正", actor=None, at=today)
    make_bill(aided, "800.00", assistance="100.00", **visit)
    for name, to in (
        ("迁往外县", desk.cast.outside_township),
        ("迁往邻乡", desk.cast.other_township),
    ):
        move_residence(
            people[name],
            kind=Residence.Kind.HUKOU,
            place=Place(to, "一村"),
            first_day=date(2026, 3, 1),
            actor=None,
            at=today,
        )
    assert lapse_prospects(at=today) == 3
    assert lapse_prospects(at=today) == 0
    waiting = Prospect.objects.filter(state="to_call")
    assert set(waiting.values_list("person__name", "township__name")) == {
        ("迁往邻乡", "澄照乡"),
        ("照旧", "红星街道"),
    }
    # Cost that comes again is a reason again, in the row he has.
    make_bill(people["已退费"], "30000.00")
    assert prepare_prospects(at=today) == 1
    row = Prospect.objects.get(person=people["已退费"])
    said = row.calls.order_by("id").values_list("outcome", flat=True)
    assert (row.state, list(said)) == ("to_call", ["lapsed", "to_call"])
    # After the last day to apply for 2025 nobody is phoned about it.
    assert lapse_prospects(at=noon(date(2026, 7, 20))) == 3


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_hear_yes_at_once_open_one_case():
    desk = Desk()
    make_bill(make_person(category="DIBAO"), "20000.00")
    prepare_prospects(at=desk.now)
    row, first, second = Prospect.objects.get(), desk.cast.clerk, desk.cast.second_clerk
    answers = at_once(
        lambda: record_prospect_call(row, outcome="agreed", actor=first, at=desk.now),
        lambda: record_prospect_call(row, outcome="agreed", actor=second, at=desk.now),
    )
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    assert Application.objects.count() == row.calls.count() == 1
