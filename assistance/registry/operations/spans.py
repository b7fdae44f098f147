"""Rows with a first and a last day: what recognitions, enrolments and residences have in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from assistance.calculation.dates import LAST_YEAR
from assistance.registry.models import Person
from assistance.registry.operations.changes import period
from assistance.shared.errors import Refused


class Span(Protocol):
    first_day: date
    last_day: date | None
    voided_at: datetime | None

    def save(self, *, update_fields: Iterable[str]) -> None: ...


M = TypeVar("M", bound=Model)


def check_days(person: Person, first_day: date, last_day: date | None) -> None:
    """Raises Refused unless the days follow one another, lie within the person's life and can be computed with."""
    _refuse_beyond(first_day)
    if last_day is not None:
        _refuse_beyond(last_day)
    if last_day is not None and last_day < first_day:
        raise Refused(
            _("The first day %(first)s is after the last day %(last)s.")
            % {"first": first_day.isoformat(), "last": last_day.isoformat()}
        )
    if first_day < person.born_on:
        raise Refused(
            _("The first day %(first)s is before the date of birth %(born)s.")
            % {"first": first_day.isoformat(), "born": person.born_on.isoformat()}
        )
    if person.died_on is not None and first_day > person.died_on:
        raise Refused(
            _("The first day %(first)s is after the day of death %(died)s.")
            % {"first": first_day.isoformat(), "died": person.died_on.isoformat()}
        )


def _refuse_beyond(day: date) -> None:
    """The calculation refuses everybody of whom it is told such a day."""
    if day.year > LAST_YEAR:
        raise Refused(
            _(
                "The day %(day)s is after the year %(year)d; leave the last day empty where none is set."
            )
            % {"day": day.isoformat(), "year": LAST_YEAR}
        )


def overlapping(rows: QuerySet[M], first_day: date, last_day: date | None) -> M | None:
    """The latest row not voided that shares a day with [first_day, last_day]; None when free."""
    clash = Q(last_day__isnull=True) | Q(last_day__gte=first_day)
    if last_day is not None:
        clash &= Q(first_day__lte=last_day)
    return rows.filter(clash, voided_at__isnull=True).order_by("-first_day").first()


def refuse_overlap(rows: QuerySet[M], first_day: date, last_day: date | None) -> None:
    """Raises Refused with a sentence that names the row in the way and its days.

    Call it under the person's lock: the exclusion constraint behind it answers with an error page.
    """
    other = overlapping(rows, first_day, last_day)
    if other is not None:
        days = period(other.first_day, other.last_day)  # type: ignore[attr-defined]
        raise Refused(
            _("These days overlap with an existing entry: %(entry)s, %(days)s.")
            % {"entry": str(other), "days": days}
        )


def end(span: Span, last_day: date) -> None:
    """Set the last day of an open row, or an earlier one. Raises Refused otherwise."""
    refuse_voided(span)
    _refuse_beyond(last_day)
    if span.last_day is not None and last_day > span.last_day:
        raise Refused(
            _("This entry already ends on %(last)s; for a later day void it and enter it again.")
            % {"last": span.last_day.isoformat()}
        )
    if last_day < span.first_day:
        raise Refused(
            _("The last day %(last)s is before the first day %(first)s; void the entry instead.")
            % {"last": last_day.isoformat(), "first": span.first_day.isoformat()}
        )
    span.last_day = last_day
    span.save(update_fields=["last_day"])


def void(span: Span, at: datetime) -> None:
    """Take a wrong row out of every answer; it stays to be read. Raises Refused the second time."""
    refuse_voided(span)
    span.voided_at = at
    span.save(update_fields=["voided_at"])


def refuse_voided(span: Span) -> None:
    """Raises Refused for a row that counts no more."""
    if span.voided_at is not None:
        raise Refused(_("This entry has already been voided."))
