from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from assistance.registry import operations, queries
from assistance.registry.models import Enrolment, RecipientCategory
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.registry import make_category, make_person
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
RESIDENT, EMPLOYEE = Enrolment.Kind.RESIDENT, Enrolment.Kind.EMPLOYEE
DAY_ONE = date(2020, 1, 1)


def recognise(person, code, first_day, last_day=None, actor=None):
    return operations.recognise(
        person,
        category=make_category(code),
        recognised_by="民政局",
        first_day=first_day,
        last_day=last_day,
        actor=actor,
        at=AT,
    )


def enrol(person, county, first_day, last_day=None, kind=RESIDENT, actor=None):
    return operations.enrol(
        person,
        kind=kind,
        county=county,
        first_day=first_day,
        last_day=last_day,
        actor=actor,
        at=AT,
    )


def test_categories_are_seeded_with_their_meaning():
    # Called again, because a test that commits leaves empty tables behind; it adds what is missing.
    import_module("assistance.registry.migrations.0002_recipient_categories").add_categories(
        apps, None
    )
    rows = RecipientCategory.objects.order_by("order").values_list("code", "is_hardship")
    assert list(rows) == [
        ("TEKUN", True),
        ("DIBAO", True),
        ("DIBIAN", True),
        ("YINBING", False),
        ("SANLAO", False),
        ("YOUFU", False),
        ("JINGJIAN", False),
        ("TEKUN_ZHIGONG", False),
        ("OTHER", False),
    ]
    assert RecipientCategory.objects.get(code="TEKUN").name == "特困供养人员"


def test_last_day_of_a_recognition_is_inside_it(cast):
    person = make_person()
    span = recognise(person, "DIBAO", date(2024, 2, 1), date(2024, 12, 31))
    assert queries.hardship_on(person, date(2024, 1, 31)) is None
    assert queries.hardship_on(person, date(2024, 2, 1)) == span
    assert queries.hardship_on(person, date(2024, 12, 31)) == span
    assert queries.hardship_on(person, date(2025, 1, 1)) is None


def test_only_hardship_categories_make_a_person_in_hardship(cast):
    person = make_person(category="TEKUN_ZHIGONG")
    assert queries.hardship_on(person, date(2026, 1, 1)) is None
    names = [span.category.code for span in queries.recipient_on(person, date(2026, 1, 1))]
    assert names == ["TEKUN_ZHIGONG"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 12, 31), None),
        (date(2023, 1, 1), date(2024, 2, 1)),
        (date(2023, 1, 1), None),
        (date(2024, 5, 1), date(2024, 5, 1)),
        (date(2023, 1, 1), date(2025, 6, 1)),
    ],
)
def test_overlap_is_refused_and_the_other_row_named(cast, first, last):
    person = make_person()
    there = recognise(person, "DIBAO", date(2024, 2, 1), date(2024, 12, 31))
    with pytest.raises(Refused) as refusal:
        recognise(person, "DIBAO", first, last)
    assert there.category.name in str(refusal.value)
    assert "2024-02-01 – 2024-12-31" in str(refusal.value)
    assert recognise(person, "DIBIAN", first, last).pk


def test_rows_may_follow_one_another_without_overlap(cast):
    person = make_person()
    recognise(person, "DIBAO", date(2024, 2, 1), date(2024, 12, 31))
    recognise(person, "DIBAO", date(2025, 1, 1))
    recognise(person, "DIBAO", date(2023, 1, 1), date(2024, 1, 31))
    assert person.recipient_spans.count() == 3


def test_first_day_after_last_day_is_refused(cast):
    person = make_person()
    with pytest.raises(Refused) as refusal:
        recognise(person, "DIBAO", date(2024, 2, 2), date(2024, 2, 1))
    assert "2024-02-02" in str(refusal.value)


def test_voided_row_frees_its_days_and_counts_no_more(cast):
    person = make_person()
    wrong = recognise(person, "DIBAO", date(2024, 2, 1), actor=cast.clerk)
    operations.void_recognition(wrong, reason="日期错", actor=cast.clerk, at=AT)
    assert queries.hardship_on(person, date(2024, 2, 1)) is None
    right = recognise(person, "DIBAO", date(2024, 3, 1), actor=cast.clerk)
    assert queries.hardship_on(person, date(2024, 3, 1)) == right
    with pytest.raises(Refused):
        operations.void_recognition(wrong, reason="再来", actor=cast.clerk, at=AT)
    with pytest.raises(Refused):
        operations.end_recognition(wrong, last_day=date(2024, 5, 1), actor=cast.clerk, at=AT)
    reasons = list(person.changes.order_by("id").values_list("kind", "reason"))[-3:]
    assert reasons == [
        ("recognised", ""),
        ("recognition_voided", "日期错"),
        ("recognised", ""),
    ]


def test_voiding_needs_a_reason(cast):
    span = recognise(make_person(), "DIBAO", date(2024, 2, 1))
    with pytest.raises(Refused):
        operations.void_recognition(span, reason=" ", actor=cast.clerk, at=AT)
    with pytest.raises(Refused):
        operations.void_recognition(span, reason="长" * 201, actor=cast.clerk, at=AT)


def test_end_may_be_brought_forward_and_not_put_off(cast):
    span = recognise(make_person(), "DIBAO", date(2024, 2, 1))
    operations.end_recognition(span, last_day=date(2024, 12, 31), actor=cast.clerk, at=AT)
    operations.end_recognition(span, last_day=date(2024, 6, 30), actor=cast.clerk, at=AT)
    for day in (date(2024, 7, 1), date(2024, 1, 31)):
        with pytest.raises(Refused):
            operations.end_recognition(span, last_day=day, actor=cast.clerk, at=AT)
    span.refresh_from_db()
    assert span.last_day == date(2024, 6, 30)


def test_nothing_begins_after_death_or_before_birth(cast):
    person = make_person(born_on=date(1950, 5, 1))
    operations.record_death(person, died_on=date(2026, 3, 1), actor=None, at=AT)
    with pytest.raises(Refused):
        recognise(person, "DIBAO", date(2026, 3, 2))
    with pytest.raises(Refused):
        recognise(person, "DIBAO", date(1950, 4, 30))
    assert recognise(person, "DIBAO", date(2026, 3, 1)).pk


def test_status_is_entered_by_the_own_clerks_alone(cast):
    person = make_person()
    for actor in (cast.neighbour_clerk, cast.leader, cast.reviewer, cast.outside_clerk):
        with pytest.raises(NotAllowed):
            recognise(person, "DIBAO", date(2024, 1, 1), actor=actor)
        with pytest.raises(NotAllowed):
            enrol(person, cast.county, date(2014, 1, 1), date(2014, 5, 1), actor=actor)
    assert recognise(person, "DIBAO", date(2024, 1, 1), actor=cast.window).pk


def test_insurance_without_a_gap_over_several_rows(cast):
    person = make_person(enrolled=False)
    enrol(person, cast.county, date(2018, 1, 1), date(2018, 12, 31))
    enrol(person, cast.county, date(2020, 1, 1), date(2022, 6, 30))
    enrol(person, cast.county, date(2022, 7, 1), date(2023, 12, 31), EMPLOYEE)
    enrol(person, cast.county, date(2023, 10, 1))
    since = queries.insured_since
    assert since(person, cast.county, date(2026, 6, 1)) == date(2020, 1, 1)
    assert since(person, cast.county, date(2020, 1, 1)) == date(2020, 1, 1)
    assert since(person, cast.county, date(2019, 12, 31)) is None
    assert since(person, cast.county, date(2018, 12, 31)) == date(2018, 1, 1)
    assert since(person, cast.county, date(2017, 12, 31)) is None
    assert since(person, cast.other_county, date(2026, 6, 1)) is None
    assert queries.enrolled_in(person, cast.county, date(2018, 12, 31))
    assert not queries.enrolled_in(person, cast.county, date(2019, 6, 1))
    assert queries.enrolled_in_year(person, cast.county, 2018)
    assert not queries.enrolled_in_year(person, cast.county, 2019)


def test_a_day_elsewhere_breaks_the_chain(cast):
    person = make_person(enrolled=False)
    enrol(person, cast.county, date(2020, 1, 1), date(2021, 12, 31))
    enrol(person, cast.other_county, date(2022, 1, 1), date(2022, 1, 1))
    enrol(person, cast.county, date(2022, 1, 2))
    assert queries.insured_since(person, cast.county, date(2026, 1, 1)) == date(2022, 1, 2)


def test_voided_insurance_is_a_gap(cast):
    person = make_person(enrolled=False)
    enrol(person, cast.county, date(2020, 1, 1), date(2020, 12, 31))
    middle = enrol(person, cast.county, date(2021, 1, 1), date(2021, 12, 31))
    enrol(person, cast.county, date(2022, 1, 1))
    assert queries.insured_since(person, cast.county, date(2023, 1, 1)) == date(2020, 1, 1)
    operations.void_enrolment(middle, reason="未缴费", actor=cast.clerk, at=AT)
    assert queries.insured_since(person, cast.county, date(2023, 1, 1)) == date(2022, 1, 1)


def test_insurance_overlapping_another_county_is_refused(cast):
    person = make_person(enrolled=False)
    enrol(person, cast.other_county, date(2024, 1, 1), date(2024, 12, 31))
    with pytest.raises(Refused) as refusal:
        enrol(person, cast.county, date(2024, 12, 31))
    assert cast.other_county.name in str(refusal.value)
    with pytest.raises(Refused):
        enrol(person, cast.township, date(2025, 1, 1))
    row = enrol(person, cast.county, date(2025, 1, 1))
    operations.end_enrolment(row, last_day=date(2025, 6, 30), actor=cast.clerk, at=AT)
    assert not queries.enrolled_in(person, cast.county, date(2025, 7, 1))


def naive_since(days: set[int], on: int) -> int | None:
    if on not in days:
        return None
    while on - 1 in days:
        on -= 1
    return on


@settings(max_examples=examples(30), deadline=None)
@given(
    spans=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from([RESIDENT, EMPLOYEE])),
        max_size=6,
    ),
    on=st.integers(0, 60),
)
def test_insured_since_agrees_with_counting_days(spans, on):
    cast = Cast()
    person = make_person(enrolled=False, born_on=date(1980, 1, 1))
    days: set[int] = set()
    for first, length, kind in spans:
        try:
            enrol(
                person,
                cast.county,
                DAY_ONE + timedelta(days=first),
                DAY_ONE + timedelta(days=first + length),
                kind,
            )
        except Refused:
            continue
        days |= set(range(first, first + length + 1))
    expected = naive_since(days, on)
    found = queries.insured_since(person, cast.county, DAY_ONE + timedelta(days=on))
    assert found == (None if expected is None else DAY_ONE + timedelta(days=expected))
