"""Working days (工作日), from the days that are not what their weekday says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Holidays and make-up days; every other day follows its weekday.

    Made once by `queries.work_calendar()` and asked many times: a list of deadlines costs one query.
    """

    rest_days: frozenset[date]
    work_days: frozenset[date]

    def is_workday(self, day: date) -> bool:
        if day in self.work_days:
            return True
        return day not in self.rest_days and day.weekday() < SATURDAY

    def next_workday(self, day: date) -> date:
        """`day` itself, or the first working day after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; `day` itself when n is 0."""
        if n < 0:
            raise ValueError("working days are counted forward")
        for _ in range(n):
            day = self.next_workday(day + ONE_DAY)
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` is before `a`."""
        if b < a:
            return -self.working_days_between(b, a)
        days = (a + ONE_DAY * number for number in range(1, (b - a).days + 1))
        return sum(self.is_workday(day) for day in days)
