from __future__ import annotations

import csv
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.accounts import queries
from assistance.accounts.calendar import WorkCalendar
from assistance.accounts.models import CalendarDay, CalendarYear
from assistance.accounts.operations import ImportRefused, import_calendar
from assistance.accounts.tables import SHIPPED

db = pytest.mark.django_db


@db
def test_seeded_calendar_agrees_with_the_published_one():
    CalendarDay.objects.filter(day__year__gt=2026).delete()
    calendar = queries.work_calendar()
    day, last = date(2019, 1, 1), date(2026, 12, 31)
    while day <= last:
        assert calendar.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@db
def test_seeded_calendar_has_the_years_2019_to_2026():
    assert set(CalendarYear.objects.values_list("year", flat=True)) == set(range(2019, 2027))
    with (SHIPPED / "calendar.csv").open(encoding="utf-8") as file:
        assert CalendarDay.objects.count() == len(list(csv.DictReader(file)))


# National Day 2026: rest from Thursday 1 to Wednesday 7 October, worked on Sunday 20 September and
# Saturday 10 October; Mid-autumn rest from Friday 25 to Sunday 27 September.
NATIONAL_DAY = {
    "2026-09-20": True,
    "2026-09-25": False,
    "2026-09-28": True,
    "2026-10-01": False,
    "2026-10-07": False,
    "2026-10-08": True,
    "2026-10-10": True,
    "2026-10-11": False,
    "2026-10-12": True,
}


@db
@pytest.mark.parametrize(("day", "works"), list(NATIONAL_DAY.items()))
def test_is_workday_around_national_day(day, works):
    assert queries.is_workday(date.fromisoformat(day)) is works


@db
@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2026-09-30", 0, "2026-09-30"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 4, "2026-10-12"),
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-09-16", 15, "2026-10-13"),
        ("2026-12-31", 5, "2027-01-07"),  # 2027 is not entered: weekdays alone
    ],
)
def test_add_working_days(day, n, expected):
    assert queries.add_working_days(date.fromisoformat(day), n) == date.fromisoformat(expected)


@db
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2026-09-30", "2026-09-30", 0),
        ("2026-09-30", "2026-10-07", 0),
        ("2026-09-30", "2026-10-08", 1),
        ("2026-09-30", "2026-10-12", 4),
        ("2026-10-12", "2026-09-30", -4),
    ],
)
def test_working_days_between(a, b, expected):
    between = queries.working_days_between(date.fromisoformat(a), date.fromisoformat(b))
    assert between == expected


@db
def test_next_workday_stays_or_moves_on():
    assert queries.next_workday(date(2026, 9, 30)) == date(2026, 9, 30)
    assert queries.next_workday(date(2026, 10, 1)) == date(2026, 10, 8)


@db
def test_calendar_exceptions_of_a_span():
    assert queries.calendar_exceptions(date(2026, 10, 6), date(2026, 10, 10)) == (
        [date(2026, 10, 6), date(2026, 10, 7)],
        [date(2026, 10, 10)],
    )


@db
@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2026-09-30", []),
        ("2026-10-01", [2027]),
        ("2027-01-01", [2027]),
        ("2027-10-01", [2027, 2028]),
    ],
)
def test_missing_calendar_years(today, missing):
    assert queries.missing_calendar_years(date.fromisoformat(today)) == missing


@db
def test_many_questions_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = queries.work_calendar()
        for n in range(20):
            calendar.add_working_days(date(2026, 9, 30), n)


some_days = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))
calendars = st.builds(
    lambda rest, work: WorkCalendar(frozenset(rest - work), frozenset(work)),
    st.sets(some_days, max_size=30),
    st.sets(some_days, max_size=30),
)


@given(calendars, some_days, st.integers(min_value=1, max_value=30))
def test_the_nth_working_day_is_n_working_days_away(calendar, day, n):
    end = calendar.add_working_days(day, n)
    assert calendar.is_workday(end)
    assert calendar.working_days_between(day, end) == n


def test_add_working_days_counts_forward_only():
    with pytest.raises(ValueError, match="forward"):
        WorkCalendar(frozenset(), frozenset()).add_working_days(date(2026, 1, 1), -1)


YEAR_2027 = [
    {"day": "2027-01-01", "is_workday": "0", "name": "元旦"},
    {"day": "2027-01-03", "is_workday": "1", "name": "元旦调休"},
]


@db
def test_import_calendar_enters_a_year_and_is_idempotent():
    first = import_calendar(YEAR_2027, source="通知")
    again = import_calendar(YEAR_2027, source="通知")
    assert [(done.created, done.updated) for done in (first, again)] == [(2, 0), (0, 2)]
    assert queries.missing_calendar_years(date(2027, 1, 1)) == []
    assert queries.is_workday(date(2027, 1, 3))


@db
@pytest.mark.parametrize(
    "row",
    [
        {"day": "2027-02-30", "is_workday": "0", "name": "春节"},
        {"day": "2027-02-06", "is_workday": "no", "name": "春节"},
        {"day": "2027-02-06", "is_workday": "0", "name": " "},
        {"day": "2027-01-01", "is_workday": "0", "name": "元旦"},
    ],
)
def test_import_calendar_refuses_a_bad_row_and_changes_nothing(row):
    with pytest.raises(ImportRefused) as refused:
        import_calendar([*YEAR_2027, row], source="通知")
    assert len(refused.value.sentences) == 1
    assert "4" in refused.value.sentences[0]
    assert not CalendarDay.objects.filter(day__year=2027).exists()
