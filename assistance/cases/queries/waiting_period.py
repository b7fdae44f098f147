"""Three years of insurance for who is registered elsewhere: what is short, and from when it is enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistance.calculation import Line, Step
from assistance.calculation.plain.deadline import last_day
from assistance.cases.queries.estimates import deadline_calendar
from assistance.policies.models import PolicyVersion
from assistance.policies.queries import pack_of


@dataclass(frozen=True, slots=True)
class WaitingPeriod:
    """Insured without a gap `since`; full on `full_on`, and `counted_to` is before it (JN21 二(一))."""

    since: date
    full_on: date
    counted_to: date
    deadline: date

    @property
    def days_short(self) -> int:
        return (self.full_on - self.counted_to).days

    @property
    def is_possible(self) -> bool:
        """Whether an application received on the day the time is full would still be in time."""
        return self.full_on <= self.deadline


def waiting_period(
    lines: Iterable[Line], *, year: int, version: PolicyVersion
) -> WaitingPeriod | None:
    """What the lines of a result say about the three years, if they are what the case fails by."""
    for line in lines:
        if line.code is Step.UNDER_THREE_YEARS:
            days = [line.values[name] for name in ("since", "full_on", "counted_to")]
            since, full_on, counted_to = (day for day in days if isinstance(day, date))
            deadline, _moved = last_day(year, deadline_calendar(year), pack_of(version))
            return WaitingPeriod(since, full_on, counted_to, deadline)
    return None
