"""Periods, runs, and what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.forms import modelform_factory
from django.utils import translation
from django.utils.timezone import now

from assistance.accounts.roles import Role
from assistance.jobs.models import BackgroundJob
from assistance.registry.operations import record_death
from assistance.screening.admin import ListOfficeForm
from assistance.screening.models import ListOffice, ListRun, Period
from assistance.screening.operations import (
    cancel_run,
    close_given_up,
    draw_up_due,
    raise_alarms,
    set_threshold,
    sign_sources,
    start_run,
    write_periods,
)
from assistance.screening.queries import latest_run, runs_in_force
from assistance.screening.queries.due import unwritten_periods
from assistance.screening.queries.late import is_late, late_periods
from assistance.screening.states import ListKind, PeriodState, RunKind, RunState
from assistance.screening.tasks import do_lists
from assistance.settlements.models import BillSource
from assistance.settlements.operations import reverse_bill
from assistance.shared.errors import NotAllowed, Refused
from assistance.web.screening.troubles import troubles
from tests.factories.accounts import Cast, user
from tests.factories.at_once import at_once
from tests.factories.drawn import (
    draw,
    gone,
    listed,
    make_office,
    make_period,
    morning,
    zhoushan_agency,
    zhoushan_township,
)
from tests.factories.registry import make_bill, make_person

MARCH, APRIL = date(2024, 3, 31), date(2024, 4, 1)


def reviewer():
    return user("putuo_reviewer", Role.REVIEWER, agency=zhoushan_agency())


def periods(kind: str) -> list[tuple[int, int, str]]:
    rows = Period.objects.filter(kind=kind).order_by("last_day")
    return list(rows.values_list("year", "number", "state"))


@pytest.mark.django_db
def test_periods_are_written_up_to_the_day_and_missed_days_are_caught_up():
    make_office(since=date(2022, 6, 1))
    assert write_periods(date(2023, 1, 31)) == 0
    write_periods(date(2023, 2, 1))
    assert periods(ListKind.ZHIPIN) == [(2023, 1, "due")]
    write_periods(date(2024, 1, 1))
    assert [number for _, number, _ in periods(ListKind.WATCH)] == list(range(1, 13))
    # The first quarter that lies under the document as a whole is that of April 2023 (B-17).
    assert periods(ListKind.BOTTOM_LINE) == [(2023, number, "due") for number in (1, 2, 3, 4)]
    assert write_periods(date(2024, 1, 1)) == 0
    january = Period.objects.get(kind=ListKind.BOTTOM_LINE, number=4)
    assert (january.last_day, january.due_on) == (date(2023, 12, 31), date(2024, 1, 1))


@pytest.mark.django_db
def test_what_is_due_is_asked_in_as_many_questions_for_many_agencies_and_years(
    django_assert_max_num_queries,
):
    make_office(since=date(2023, 1, 1))
    make_office(Cast().outside_agency, city="lanxi", since=date(2022, 1, 1))
    with django_assert_max_num_queries(20):
        assert write_periods(date(2025, 1, 1)) == 24 * 3 + 8
    # A decision that reaches back brings the months it holds for.
    set_threshold(
        Cast().outside_agency,
        first_day=date(2024, 11, 1),
        amount=Decimal(25_000),
        decision="兰医保〔2025〕1号",
        actor=Cast().outside_approver,
        at=now(),
    )
    assert write_periods(date(2025, 1, 1)) == 2


@pytest.mark.django_db
def test_a_list_that_should_be_there_is_missed_also_when_no_clock_runs():
    office, today = make_office(since=date(2024, 1, 1)), date(2024, 3, 2)
    assert [period.number for period in unwritten_periods(today)] == [1, 1, 1, 2, 2, 2]
    mine = {"agencies": {office.agency_id}}
    assert "6" in troubles(today, **mine)[0]
    assert troubles(today, agencies=set()) == []
    write_periods(today)
    assert troubles(today, **mine) == []
    assert late_periods().count() == Period.objects.count() == 6
    assert all(is_late(period, today) for period in Period.objects.all())
    assert not is_late(Period.objects.latest("due_on"), date(2024, 3, 1))


@pytest.mark.django_db
def test_an_office_whose_place_no_document_is_of_is_refused_and_told_of():
    office = make_office()
    form = {"agency": office.agency_id, "since": "2024-01-01"}
    typed = modelform_factory(ListOffice, ListOfficeForm, fields=["agency", "city", "since"])
    with translation.override("en"):
        wrong = typed({**form, "city": "zhousan"}, instance=office)
        assert "lanxi、" in wrong.errors["city"][0]
    assert typed({**form, "city": "zhoushan"}, instance=office).is_valid()
    ListOffice.objects.update(city="zhousan")
    assert "zhousan" in troubles(date(2024, 3, 1))[0]


@pytest.mark.django_db
def test_an_agency_begins_with_the_month_it_draws_up_lists_from():
    make_office(since=date(2024, 3, 20))
    write_periods(APRIL)
    assert periods(ListKind.FANPIN) == [(2024, 3, "due")]


@pytest.mark.django_db
def test_a_bottom_line_list_waits_until_every_source_is_signed_complete():
    office, cast = make_office(), reviewer()
    BillSource.objects.create(code="zs", name="结算平台", agency=office.agency, meaning="recorded")
    write_periods(date(2023, 4, 1))
    assert periods(ListKind.BOTTOM_LINE) == [(2023, 1, "waiting")]
    period = Period.objects.get(kind=ListKind.BOTTOM_LINE)
    with pytest.raises(Refused):
        start_run(period, actor=cast, at=now())
    assert raise_alarms(at=morning(date(2023, 4, 9))) == 9
    assert raise_alarms(at=morning(date(2023, 4, 10))) == 1
    run = start_run(period, actor=cast, at=now(), note="缺三月惠民保")
    assert (run.kind, run.note) == (RunKind.REGULAR, "缺三月惠民保")
    cancel_run(run, actor=cast, at=now())
    sign_sources(office.agency, complete_to=date(2023, 3, 31), actor=cast, at=now())
    period.refresh_from_db()
    assert period.state == PeriodState.DUE


@pytest.mark.django_db
def test_departures_say_why_somebody_left():
    make_office()
    place, day = zhoushan_township(), date(2024, 1, 10)
    people = {name: make_person(township=place) for name in ("stays", "below", "dead", "uninsured")}
    bills = {
        name: make_bill(person, "30000", settled_on=day, in_scope="30000")
        for name, person in people.items()
    }
    recognised = make_person(township=place, category="DIBAO", recognised_on=date(2024, 2, 20))
    make_bill(recognised, "30000", settled_on=day)
    first = draw(make_period(ListKind.ZHIPIN, 2024, 1))
    assert first.counts["listed"] == first.counts["entered"] == 5
    reverse_bill(bills["below"], reason="重复", actor=None, at=now())
    record_death(people["dead"], died_on=date(2024, 2, 29), actor=None, at=now())
    people["uninsured"].enrolments.update(last_day=date(2024, 2, 1))
    second = draw(make_period(ListKind.ZHIPIN, 2024, 2))
    assert list(listed(second)) == [people["stays"].pk]
    assert second.previous == first
    assert gone(second) == {
        people["below"].pk: "below",
        people["dead"].pk: "died",
        people["uninsured"].pk: "not_insured",
        recognised.pk: "recognised",
    }
    assert second.counts["why"] == {"below": 1, "died": 1, "not_insured": 1, "recognised": 1}
    # The list that was drawn up before is as it was.
    first.refresh_from_db()
    assert len(listed(first)) == 5


@pytest.mark.django_db
def test_drawn_up_again_from_the_same_data_a_list_has_the_same_digest():
    make_office()
    person = make_person(township=zhoushan_township())
    make_bill(person, "30000", settled_on=date(2024, 3, 10))
    period = make_period()
    first = draw(period)
    with pytest.raises(Refused):
        start_run(period, actor=None, at=now())
    again = draw(period, kind=RunKind.AGAIN, note="核对")
    assert again.digest == first.digest
    trial = draw(period, kind=RunKind.TRIAL)
    assert latest_run(period) == again != trial
    late = make_person(township=zhoushan_township())
    make_bill(late, "40000", settled_on=date(2024, 3, 11))
    supplement = draw(period, kind=RunKind.SUPPLEMENT, note="迟到账单")
    assert list(listed(supplement)) == [late.pk]
    assert runs_in_force(period) == [again, supplement]
    assert supplement.counts["left"] == 0
    make_bill(person, "5000", settled_on=date(2024, 3, 12))
    higher = draw(period, kind=RunKind.SUPPLEMENT, note="再次迟到")
    assert {pk: entry.burden for pk, entry in listed(higher).items()} == {person.pk: 35000}


@pytest.mark.django_db
def test_records_of_one_human_count_together():
    make_office()
    one, other = (make_person(township=zhoushan_township()) for _ in range(2))
    for person in (one, other):
        make_bill(person, "15000", settled_on=date(2024, 3, 10))
    type(other).objects.filter(pk=other.pk).update(merged_into=one)
    entry = draw(make_period()).entries.get()
    assert (entry.person, entry.burden) == (one, Decimal("30000.00"))


@pytest.mark.django_db
def test_only_reviewers_and_approvers_of_the_agency_start_and_stop():
    period = make_period()
    for stranger in (Cast().reviewer, Cast().auditor, user("zs_window", Role.WINDOW_CLERK)):
        with pytest.raises(NotAllowed):
            start_run(period, actor=stranger, at=now())
    run = start_run(period, actor=reviewer(), at=now())
    with pytest.raises(NotAllowed):
        cancel_run(run, actor=Cast().reviewer, at=now())
    assert cancel_run(run, actor=reviewer(), at=now()).state == RunState.CANCELLED
    # What a person stopped waits for a person.
    Period.objects.exclude(pk=period.pk).update(state=PeriodState.DONE)
    assert draw_up_due(at=now()) == 0


@pytest.mark.django_db
def test_of_a_list_that_failed_a_person_is_told_and_the_clock_tries_again_next_day():
    period = make_period()
    Period.objects.exclude(pk=period.pk).update(state=PeriodState.DONE)
    assert draw_up_due(at=now()) == 1
    BackgroundJob.objects.update(state="failed", message="磁盘已满")
    assert close_given_up(at=now()) == 1
    period.refresh_from_db()
    run = ListRun.objects.get()
    assert (run.state, run.message) == (RunState.FAILED, "磁盘已满")
    assert period.alarmed_at is not None
    assert draw_up_due(at=now()) == 0
    assert draw_up_due(at=now() + timedelta(hours=21)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_clock_draws_up_all_that_is_due_in_order_and_never_twice():
    make_office(since=date(2024, 1, 1))
    person = make_person(township=zhoushan_township())
    make_bill(person, "30000", settled_on=date(2024, 1, 10))
    write_periods(date(2024, 4, 1))
    at = now()
    assert sum(at_once(lambda: draw_up_due(at=at), lambda: draw_up_due(at=at))) == 4
    # The one that came second found nothing to tell a person of.
    assert not Period.objects.filter(alarmed_at__isnull=False).exists()
    do_lists()
    runs = ListRun.objects.filter(state=RunState.DONE)
    assert runs.count() == Period.objects.filter(state=PeriodState.DONE).count() == 10
    pools = list(runs.filter(period__kind=ListKind.ZHIPIN).order_by("period__number"))
    assert [run.counts["entered"] for run in pools] == [1, 0, 0]
    assert [run.previous_id for run in pools] == [None, pools[0].pk, pools[1].pk]
