"""The days of the demo county, counted back from today in working days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from assistance.accounts.calendar import WorkCalendar

ONE_DAY = timedelta(days=1)
REACH = 460  # working days, almost two years
OPENING = timedelta(days=45)  # before the first story
NOTICE_DAYS = 7
SUNDAY = 7


@dataclass(frozen=True)
class Days:
    """`ago(1)` is the last working day before today: nothing in the county happens today."""

    today: date
    calendar: WorkCalendar
    before: list[date] = field(init=False)

    def __post_init__(self) -> None:
        before: list[date] = []
        day = self.today
        first = self.sunday_june() - OPENING
        while len(before) < REACH or day > first:
            day -= ONE_DAY
            if self.calendar.is_workday(day):
                before.append(day)
        object.__setattr__(self, "before", before)

    @property
    def opening(self) -> datetime:
        """Before anything else happened in the county."""
        return moment(self.before[-1], 8, 0)

    @property
    def end(self) -> datetime:
        """Midnight at the beginning of today: the first moment that is not the demo's any more."""
        return moment(self.today, 0, 0)

    def ago(self, n: int) -> date:
        """The n-th working day before today."""
        return self.before[n - 1]

    def agreed_for(self, approved: int) -> int:
        """How many working days ago a case was agreed to that is approved `approved` of them ago.

        Drawn up the next day, posted the day after, certified after its last day: see `offices`.
        """
        wanted = self.ago(approved)
        n = approved + 2
        while self._certified(n) > wanted:
            n += 1
        return n

    def index(self, day: date) -> int:
        """How many working days ago `day` was, or the first working day after it."""
        return sum(1 for before in self.before if before >= day)

    def last_june(self) -> int:
        """How many working days ago the last 30 June was, or the last working day before it."""
        year = self._last_year(date(self.today.year, 6, 30))
        return 1 + next(n for n, day in enumerate(self.before) if day <= date(year, 6, 30))

    def after_june(self) -> date:
        """The last 5 July, or the working day after it: papers of 30 June are typed then."""
        year = self._last_year(self.calendar.next_workday(date(self.today.year, 7, 5)))
        return self.calendar.next_workday(date(year, 7, 5))

    def sunday_june(self) -> date:
        """The last 30 June that was a Sunday."""
        year = self._last_year(date(self.today.year, 7, 1))
        while date(year, 6, 30).isoweekday() != SUNDAY:
            year -= 1
        return date(year, 6, 30)

    def november(self) -> int:
        """How many working days ago the middle of the last November was, some days after it at least."""
        year = self._last_year(date(self.today.year, 11, 12) + ONE_DAY * 5)
        return self.index(date(year, 11, 12))

    def _last_year(self, day: date) -> int:
        """This year if `day` of this year is over, last year if not."""
        return self.today.year if self.today > day else self.today.year - 1

    def _certified(self, agreed: int) -> date:
        if agreed <= 2:
            return self.today
        last = self.calendar.next_workday(self.ago(agreed - 2) + timedelta(days=NOTICE_DAYS))
        return self.calendar.next_workday(last + ONE_DAY)


def moment(day: date, hour: int, minute: int) -> datetime:
    return make_aware(datetime.combine(day, time(hour, minute)))
