"""Our own figures for all bills of a person and year, by what is known of them today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from assistance.calculation import Line, Step, to_plain
from assistance.policies.queries import books_of
from assistance.registry.models import Person, RecipientSpan
from assistance.settlements.models import (
    BillSource,
    BillWarning,
    LateFigure,
    Settlement,
)
from assistance.settlements.operations.deliveries.histories import Row
from assistance.settlements.operations.deliveries.own import (
    BOOKED_BEFORE,
    OwnFigure,
    agencies_of,
    figures_of,
)
from assistance.settlements.queries.differences import FIGURE
from assistance.shared.money import from_fen

_BILLS = f"""
WITH touched AS (
    SELECT w.root, w.year, p.id AS person_id
      FROM unnest(%(roots)s::bigint[], %(years)s::int[]) AS w (root, year)
      JOIN registry_person p ON p.id = w.root OR p.merged_into_id = w.root
)
{BOOKED_BEFORE}
 ORDER BY t.root, t.year, b.id
"""
PersonAndYear = tuple[int, int]
ROOT = Coalesce("person__merged_into_id", "person_id")


class News(NamedTuple):
    """A human and a year, with the newest rows that something was written of them by."""

    root: int
    year: int
    change: int | None
    refund: int | None
    payment: int | None


class _Known(NamedTuple):
    """Of a bill that was sent: by whom, and what stands beside it now."""

    source: int
    number: str
    granted: Decimal
    figure: Decimal | None
    waits: bool


class _Anew(NamedTuple):
    granted: int
    version: str
    lines: list[Line]


def figures_anew(news: Sequence[News], *, at: datetime) -> list[LateFigure]:
    """The figures, not saved yet, that differ from those in force. Call it with the person-years locked.

    The year is figured in the order of booking. What was granted on a bill fills the limits until it has come
    back; where more is due, what is due fills them, so that all that is due together stays within them. A bill
    whose service began after the death is due nothing (AMB-62); one without an answer keeps the figure it has.
    """
    with connection.cursor() as cursor:
        values = {"roots": [one.root for one in news], "years": [one.year for one in news]}
        cursor.execute(_BILLS, values)
        rows = [Row(*row) for row in cursor.fetchall()]
        known = _known([row.place for row in rows])
        people = {row.place: _person_and_year(row) for row in rows}
        found = _after_death(rows, known)
        dead = frozenset(found)
        for source in BillSource.objects.filter(pk__in={one.source for one in known.values()}):
            if source.city:
                found |= _of_source(cursor, rows, known, source, dead)
    return list(_differing(news, people, known, found, at))


def _known(bills: list[int]) -> dict[int, _Known]:
    sent = Settlement.objects.filter(pk__in=bills, delivery__isnull=False)
    held = BillWarning.objects.filter(settlement=OuterRef("pk"), kind__in=BillWarning.OF_A_PERSON)
    sent = sent.annotate(figure=FIGURE, waits=Exists(held), sender=F("delivery__source_id"))
    fields = ("sender", "source_id", "assistance", "figure", "waits")
    return {pk: _Known(*values) for pk, *values in sent.values_list("pk", *fields)}


def _after_death(rows: list[Row], known: dict[int, _Known]) -> dict[int, _Anew]:
    """What nobody can have been treated for: such a bill would have the whole year refused."""
    people = Person.objects.filter(pk__in={row.person_id for row in rows})
    died = dict(people.values_list("pk", "died_on"))
    begun = ((row, row.service_from, died.get(row.person_id)) for row in rows)
    return {
        row.place: _Anew(0, "", [])
        for row, day, last in begun
        if row.place in known and day is not None and last is not None and day > last
    }


def _of_source(
    cursor: Any,
    rows: list[Row],
    known: dict[int, _Known],
    source: BillSource,
    dead: frozenset[int],
) -> dict[int, _Anew]:
    """By the documents of the source's city. Each turn fills the limits with what the turn before made due, until
    nothing changes: a bill rests on those before it, so the n-th is right after n turns. Of the `dead` nothing is
    asked: what was granted on these bills fills the limits while it is out."""
    sent = {place for place, bill in known.items() if bill.source == source.pk}
    own = sent - dead
    people = {row.person_id for row in rows if row.place in own}
    belonging = Person.objects.filter(pk__in=people, agency__in=agencies_of(source))
    people = set(belonging.values_list("pk", flat=True))
    rows = [row for row in rows if row.person_id in people]
    books = books_of(source.city)
    filled = {row.place: row.assistance for row in rows}
    while True:
        # Only what has a line is asked for; the others count with what fills the limits.
        turn = [
            row._replace(line=row.place * (row.place in own), assistance=filled[row.place])
            for row in rows
        ]
        years = [(root, list(year)) for (root, _), year in groupby(turn, key=_person_and_year)]
        found = {one.line: one for one in figures_of(cursor, years, books, settled=False)}
        due = {
            row.place: max(row.assistance, found[row.place].granted)
            if row.place in found and not known[row.place].waits
            else row.assistance
            for row in rows
        }
        if due == filled:
            return {
                place: _Anew(one.granted, one.version, _steps(one, known[place].number))
                for place, one in found.items()
            }
        filled = due


def _person_and_year(row: Row) -> tuple[int, int]:
    return row.person_id, row.settled_on.year


def _steps(one: OwnFigure, number: str) -> list[Line]:
    """The lines of the bill, under its number at the source. What was booked is said where it is more."""
    lines: list[Line] = []
    is_own = False
    for line in one.answer.lines:
        if line.code is Step.BILL_UNDER:
            is_own = line.values["bill"] == one.bill
            line = line._replace(args=tuple((line.values | {"bill": number}).items()))
        if is_own and not (
            line.code is Step.BILL_BOOKED and line.values["booked"] == line.values["granted"]
        ):
            lines.append(line)
    return lines


def _differing(
    news: Sequence[News],
    people: dict[int, PersonAndYear],
    known: dict[int, _Known],
    found: dict[int, _Anew],
    at: datetime,
) -> Iterator[LateFigure]:
    """Where nobody had asked for a figure, one is kept for whoever was ever recognised, as with a delivery."""
    causes = {(one.root, one.year): one for one in news}
    roots = RecipientSpan.objects.filter(voided_at__isnull=True).annotate(root=ROOT)
    wanted = {root for root, _year in people.values()}
    recognised = set(roots.filter(root__in=wanted).values_list("root", flat=True))
    for place, anew in sorted(found.items()):
        bill, (root, year) = known[place], people[place]
        figure = from_fen(anew.granted)
        if bill.figure is None and root not in recognised:
            continue
        if figure == (bill.granted if bill.figure is None else bill.figure):
            continue
        cause = causes[root, year]
        yield LateFigure(
            settlement_id=place,
            before=bill.figure,
            figure=figure,
            own_version=anew.version,
            lines=to_plain(anew.lines),
            change_id=cause.change,
            refund_id=cause.refund,
            payment_id=cause.payment,
            at=at,
        )
