"""Who is told of whom, once, and nothing more than data say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from assistance.accounts.queries import add_working_days
from assistance.policies.models import PolicyVersion
from assistance.registry.operations import recognise
from assistance.screening.models import HandOut, Push, PushField
from assistance.screening.operations import (
    follow_recognitions,
    push_finished,
    push_run,
    remind,
    remind_due,
)
from assistance.screening.queries import offices_for, pushes_visible_to, told
from assistance.screening.states import (
    HandOutState,
    ListKind,
    PartnerKind,
    PushState,
    RunKind,
    RunState,
)
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.cases import noon
from tests.factories.registry import make_category, make_person
from tests.factories.screening import make_entry, make_office, make_period, make_run, seat

pytestmark = pytest.mark.django_db


def test_a_pool_goes_to_those_who_recognise_and_the_watch_to_those_named(desk):
    civil = make_office()
    cross = make_office(PartnerKind.RED_CROSS)
    make_office(PartnerKind.UNION)
    push_run(make_run(make_period(ListKind.ZHIPIN), make_person()), at=now())
    push_run(
        make_run(make_period(ListKind.WATCH), make_person(category="DIBAO"), burden="12000"),
        at=now(),
    )
    rows = set(Push.objects.values_list("office", "list"))
    assert rows == {(civil.pk, "zhipin"), (civil.pk, "watch"), (cross.pk, "watch")}


def test_a_warning_of_large_costs_goes_to_those_the_document_names_and_no_other(desk):
    """LX20-4.2 names 民政 alone, WZ19-3.5 相关部门 too: those who recognise, by the county's data."""
    civil = make_office()
    township = make_office(
        PartnerKind.TOWNSHIP, "红星街道", township=desk.cast.township, recognises=True
    )
    cross = make_office(PartnerKind.RED_CROSS)
    here = make_person()
    version = PolicyVersion.objects.filter(code="LX20").latest("number")
    run = make_run(make_period(ListKind.ALARM), here, version=version)
    push_run(run, at=now())
    rows = {push.office_id: push for push in Push.objects.select_related("entry__person")}
    assert set(rows) == {civil.pk}
    run.version = PolicyVersion.objects.filter(code="WZ19").latest("number")
    assert {office.pk for office in offices_for(run)} == {civil.pk, township.pk}
    assert cross.pk not in rows
    least = {"list", "month", "township", "name", "masked_number", "band", "village", "phone"}
    assert set(rows[civil.pk].fields) == least
    recognise(
        here,
        category=make_category("DIBAO"),
        recognised_by="景宁畲族自治县民政局",
        first_day=localdate(),
        actor=None,
        at=now(),
    )
    assert follow_recognitions(at=now()) == 1
    assert set(Push.objects.values_list("state", flat=True)) == {PushState.MOVED}


def test_a_city_office_serves_an_agency_that_has_none_of_its_kind(desk):
    city = make_office(name="丽水市民政局", agency=desk.cast.agency.parent)
    city_cross = make_office(
        PartnerKind.RED_CROSS, "丽水市红十字会", agency=desk.cast.agency.parent
    )
    own = make_office()
    run = make_run(make_period(ListKind.WATCH), make_person(category="DIBAO"))
    push_run(run, at=now())
    told_of = set(Push.objects.values_list("office", flat=True))
    assert told_of == {own.pk, city_cross.pk}
    assert city.pk not in told_of


def test_a_township_office_is_told_of_its_own_people(desk):
    office = make_office(
        PartnerKind.TOWNSHIP, township=desk.cast.township, recognises=True, name="红星街道办"
    )
    here, there = make_person(), make_person(township=desk.cast.other_township)
    push_run(make_run(None, here, there), at=now())
    assert [push.person for push in Push.objects.filter(office=office)] == [here]


def test_a_person_is_pushed_once_a_month_however_often_the_list_is_drawn_up(desk):
    make_office()
    period, person = make_period(), make_person()
    run = make_run(period, person)
    assert push_finished(at=now()) == 1
    assert push_finished(at=now()) == push_run(run, at=now()) == 0
    again = make_run(period, person, make_person(), kind=RunKind.AGAIN)
    assert push_finished(at=now()) == 1
    assert HandOut.objects.get(run=again).count == 1
    earlier = make_period(month=period.last_day.replace(day=1) - timedelta(days=1))
    make_run(earlier, person)
    assert push_finished(at=now()) == 1


def test_trials_unfinished_and_old_lists_are_not_pushed(desk):
    office = make_office()
    period = make_period()
    trial = make_run(period, make_person(), kind=RunKind.TRIAL)
    queued = make_run(period, make_person(), state=RunState.QUEUED, finished_at=None)
    with pytest.raises(Refused):
        push_run(trial, at=now())
    with pytest.raises(Refused):
        push_run(queued, at=now())
    assert push_finished(at=now()) == 0
    long_ago = make_period(month=period.last_day - timedelta(days=200))
    make_run(long_ago, make_person())
    assert push_finished(at=now()) == 0
    office.since = localdate() + timedelta(days=1)
    office.save()
    make_run(make_period(ListKind.FANPIN), make_person())
    assert push_finished(at=now()) == 0


@pytest.mark.parametrize("field", ["diagnosis", "bills", "account", "burden"])
def test_the_database_refuses_to_tell_more(desk, field):
    office = make_office()
    with pytest.raises(IntegrityError), transaction.atomic():
        PushField.objects.create(kind=office.kind, list="zhipin", field=field)
    push_run(make_run(None, make_person()), at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Push.objects.update(fields=["name", field])


def test_what_was_told_is_not_widened_by_data_edited_later(desk):
    union = make_office(PartnerKind.UNION, recognises=True)
    person = make_person("雷秋月", phone="13905780001")
    push_run(make_run(None, person, burden="31000.00"), at=now())
    push = Push.objects.get(office=union)
    PushField.objects.create(kind=union.kind, list="zhipin", field="phone")
    shown = told(push, localdate())
    assert list(shown) == ["list", "month", "township", "name", "masked_number"]
    assert shown["name"] == "雷秋月"
    assert person.phone not in shown.values()
    assert person.id_number not in shown.values()


def test_a_partner_sees_the_rows_of_his_office_and_no_others(desk):
    civil, union = make_office(), make_office(PartnerKind.UNION, recognises=True)
    push_run(make_run(None, make_person()), at=now())
    member, other = seat(civil, "member"), seat(union, "other")
    assert [row.office for row in pushes_visible_to(member)] == [civil]
    assert [row.office for row in pushes_visible_to(other)] == [union]
    assert not pushes_visible_to(desk.cast.partner).exists()
    assert not pushes_visible_to(desk.cast.clerk).exists()
    assert not pushes_visible_to(desk.cast.outside_reviewer).exists()
    assert pushes_visible_to(desk.cast.reviewer).count() == 2
    # Whose account goes to another agency sees nothing of this one any more.
    member.agency = desk.cast.outside_agency
    assert not pushes_visible_to(member).exists()
    member.agency = civil.agency
    civil.is_active = False
    civil.save()
    assert not pushes_visible_to(member).exists()


def test_an_unanswered_row_is_reminded_and_reported_once(desk):
    office = make_office(answer_days=10)
    start = noon(localdate())
    push_run(make_run(None, make_person()), at=start)
    push = Push.objects.get(office=office)
    assert push.due_on == add_working_days(localdate(), 10)
    assert remind_due(at=start) == 0
    with CaptureQueriesContext(connection) as asked:
        assert remind_due(at=noon(push.due_on)) == 1
    # The rows are locked in the order in which many answers at once take them, before anything is written.
    statements = [query["sql"] for query in asked]
    locking = next(sql for sql in statements if "FOR UPDATE" in sql)
    assert 'ORDER BY "screening_push"."id"' in locking
    before = statements[: statements.index(locking)]
    assert not any(sql.startswith("UPDATE") for sql in before)
    assert remind_due(at=noon(push.due_on)) == 0
    late = noon(push.due_on + timedelta(days=1))
    assert remind_due(at=late) == 1
    push.refresh_from_db()
    assert push.state == PushState.OPEN
    assert (push.reminded_at, push.escalated_at) == (noon(push.due_on), late)
    with pytest.raises(NotAllowed):
        remind(push, actor=desk.cast.clerk, at=late)
    assert remind(push, actor=desk.cast.reviewer, at=late).reminded_at == late


def test_an_office_with_files_gets_its_list_handed_over(desk):
    make_office(by_file=True)
    run = make_run()
    make_entry(run, make_person())
    push_run(run, at=now())
    assert HandOut.objects.get().state == HandOutState.READY


@pytest.mark.django_db(transaction=True)
def test_two_workers_push_a_list_once():
    cast = Cast()
    make_office(agency=cast.agency)
    run = make_run(None, make_person(), make_person())
    pushed = at_once(lambda: push_run(run, at=now()), lambda: push_run(run, at=now()))
    assert sorted(pushed) == [0, 2]
    assert Push.objects.count() == 2
