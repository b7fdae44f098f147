"""Loading holidays and make-up working days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import CalendarDay, CalendarYear
from assistance.accounts.operations.tables import Imported, Problems, Row, numbered

COLUMNS = ("day", "is_workday", "name")


@transaction.atomic
def import_calendar(rows: Iterable[Row], *, source: str) -> Imported:
    """Add or correct calendar days: rows of day (2026-10-01), is_workday (1 or 0) and name.

    The years that appear count as entered from then on, with `source`. All or nothing; raises
    ImportRefused with a sentence per bad row.
    """
    problems = Problems()
    days: dict[date, CalendarDay] = {}
    for number, row in numbered(rows, COLUMNS):
        entry = _entry(row)
        if isinstance(entry, str):
            problems.add(number, entry)
        elif entry.day in days:
            problems.add(
                number, _("the day %(day)s stands in the file twice.") % {"day": entry.day}
            )
        else:
            days[entry.day] = entry
    problems.refuse_if_any()
    known = set(CalendarDay.objects.filter(day__in=days).values_list("day", flat=True))
    CalendarDay.objects.bulk_create(
        days.values(),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_workday", "name"],
    )
    for year in sorted({day.year for day in days}):
        CalendarYear.objects.get_or_create(year=year, defaults={"source": source})
    return Imported(len(days) - len(known), len(known))


def _entry(row: dict[str, str]) -> CalendarDay | str:
    """The day, or what is wrong with the row."""
    try:
        day = date.fromisoformat(row["day"])
    except ValueError:
        return _("“%(day)s” is not a day; write it like 2026-10-01.") % {"day": row["day"]}
    if row["is_workday"] not in {"0", "1"}:
        return _("whether people work on %(day)s is written 1 (yes) or 0 (no).") % {"day": day}
    if not row["name"]:
        return _("the name is missing.")
    return CalendarDay(day=day, is_workday=row["is_workday"] == "1", name=row["name"])
