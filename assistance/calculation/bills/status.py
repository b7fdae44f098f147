"""Who is a recipient on which day, and the look-back of new recognitions (AMB-12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from assistance.calculation.bills.facts import Span
from assistance.calculation.codes import Category
from assistance.calculation.dates import add_months
from assistance.calculation.policy import Pack, PolicyValue

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days a recognition reaches back to, the recognition itself excluded."""

    recognised_on: date
    first: date
    last: date
    spans: tuple[Span, ...]
    source: PolicyValue

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def window_of(recognised_on: date, pack: Pack) -> tuple[date, date] | None:
    """First and last day of the look-back, or None where the document has none."""
    months = pack.find("lookback.months", on=recognised_on)
    if months is None:
        return None
    if pack.says("lookback_window", "month"):
        start = add_months(recognised_on.replace(day=1), -months.number)
        return start, recognised_on.replace(day=1) - _ONE_DAY
    return add_months(recognised_on, -months.number), recognised_on - _ONE_DAY


def recognitions(
    spans: Iterable[Span], categories: tuple[str, ...], *, upgrades: Pack | None = None
) -> list[tuple[date, tuple[Span, ...]]]:
    """First days of uninterrupted spells in the categories, with the spans of that day.

    A change inside a spell is no new recognition; with `upgrades` a change to a better
    ratio of that pack is one (B-07).
    """
    listed = sorted(
        (span for span in spans if span.category in categories), key=lambda span: span.first_day
    )
    found: list[tuple[date, tuple[Span, ...]]] = []
    for day in sorted({span.first_day for span in listed}):
        eve = [span for span in listed if _on(span, day - _ONE_DAY)]
        now = tuple(span for span in listed if _on(span, day))
        if not eve or (upgrades and _best(now, upgrades, day) > _best(eve, upgrades, day)):
            found.append((day, now))
    return found


def active(spans: Iterable[Span], first: date, last: date) -> tuple[Span, ...]:
    """Spans that meet any day from first to last."""
    return tuple(
        span
        for span in spans
        if span.first_day <= last and (span.last_day is None or span.last_day >= first)
    )


def _on(span: Span, day: date) -> bool:
    return span.first_day <= day and (span.last_day is None or day <= span.last_day)


def _best(spans: Iterable[Span], pack: Pack, day: date) -> int:
    return max((_ratio(pack, span.category, day) for span in spans), default=0)


def _ratio(pack: Pack, category: Category, day: date) -> int:
    value = pack.find(f"ratio.{category}", on=day)
    return value.number if value else 0
