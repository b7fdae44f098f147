"""Our own figure for the bills of recipients, person by person in the order of booking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from assistance.calculation import (
    AssistResult,
    Bill,
    Book,
    Category,
    History,
    Outcome,
    Period,
    Setting,
    Span,
    assist,
)
from assistance.policies.queries import Books
from assistance.registry.models import Certificate

_TABLE = (
    "CREATE TEMPORARY TABLE bill_own (line integer, granted bigint, version text) ON COMMIT DROP"
)
# Of the people and years in `touched`, in the order of booking.
BOOKED_BEFORE = """
SELECT t.root, 0 AS line, b.id AS place, b.settled_on, b.service_from, b.service_to, b.setting,
       (b.total * 100)::bigint, (b.in_scope * 100)::bigint, (b.basic * 100)::bigint,
       (b.supplementary * 100)::bigint, (b.big_illness * 100)::bigint,
       ((b.assistance + coalesce(l.assistance, 0)) * 100)::bigint,
       (coalesce(l.rare_fund, 0) * 100)::bigint, coalesce(m.decided, m.proposal = 'yes', false),
       false
  FROM touched t
  JOIN settlements_settlement b ON b.person_id = t.person_id AND b.benefit_year = t.year
  LEFT JOIN settlements_psychiatricmark m ON m.settlement_id = b.id
  LEFT JOIN LATERAL (
       SELECT sum(amount) FILTER (WHERE payer = 'assistance') AS assistance,
              sum(coalesce(in_scope_part, amount)) FILTER (WHERE payer = 'rare_fund') AS rare_fund
         FROM settlements_laterpayment WHERE settlement_id = b.id
  ) l ON true
 WHERE b.reverses_id IS NULL
   AND NOT EXISTS (SELECT FROM settlements_settlement x WHERE x.reverses_id = b.id)
"""
# Whoever was ever recognised, on whichever of his records, with all bills of the years the file touches:
# those booked before, in their order, and those of the file after them.
_BILLS = f"""
WITH named AS (
    SELECT DISTINCT coalesce(p.merged_into_id, p.id) AS root,
           extract(year FROM s.settled_on)::int AS year
      FROM bill_sifted s
      JOIN registry_person p ON p.id = s.person_id
     WHERE s.fate = 'book'
), records AS (
    SELECT root, year, root AS person_id FROM named
     UNION ALL
    SELECT n.root, n.year, p.id FROM named n JOIN registry_person p ON p.merged_into_id = n.root
), touched AS (
    SELECT root, year, person_id FROM records
     WHERE root IN (SELECT e.root FROM records e
                      JOIN registry_recipientspan r
                        ON r.person_id = e.person_id AND r.voided_at IS NULL)
)
{BOOKED_BEFORE}
 UNION ALL
SELECT t.root, s.line, s.line, s.settled_on, s.service_from, s.service_to, s.setting, s.total,
       s.in_scope, s.basic, s.supplementary, s.big_illness, s.assistance, 0,
       coalesce((SELECT p.verdict = 'yes'
                   FROM settlements_psychiatricterm p
                  WHERE (p.kind = 'code' AND starts_with(s.disease_code, p.text)
                         OR p.kind = 'name' AND strpos(s.disease_name, p.text) > 0)
                    AND p.first_day <= s.settled_on
                    AND coalesce(p.last_day, 'infinity') >= s.settled_on
                  ORDER BY p.kind, length(p.text) DESC, p.id LIMIT 1), false),
       s.line IN (SELECT line FROM bill_elsewhere)
  FROM touched t
  JOIN bill_sifted s ON s.person_id = t.person_id AND s.fate = 'book'
   AND extract(year FROM s.settled_on)::int = t.year
 ORDER BY 1, 2, 3
"""
_STATUS = """
SELECT coalesce(p.merged_into_id, p.id), c.code, r.first_day, r.last_day, p.died_on
  FROM registry_recipientspan r
  JOIN registry_recipientcategory c ON c.id = r.category_id
  JOIN registry_person p ON p.id = r.person_id
 WHERE r.voided_at IS NULL AND (p.id = ANY(%(roots)s) OR p.merged_into_id = ANY(%(roots)s))
"""
_CERTIFICATES = """
SELECT coalesce(p.merged_into_id, p.id), c.kind, c.first_day, c.last_day
  FROM registry_certificate c
  JOIN registry_person p ON p.id = c.person_id
 WHERE c.voided_at IS NULL AND (p.id = ANY(%(roots)s) OR p.merged_into_id = ANY(%(roots)s))
 ORDER BY c.first_day, c.id
"""
_AGENCIES = "SELECT id, agency_id FROM registry_person WHERE id = ANY(%(roots)s)"
AT_ONCE = 2_000
_KNOWN = {category.value for category in Category}


class _Row(NamedTuple):
    person_id: int
    line: int  # 0: booked before
    place: int
    settled_on: Any
    service_from: Any
    service_to: Any
    setting: str
    total: int
    in_scope: int
    basic: int
    supplementary: int
    big_illness: int
    assistance: int
    rare_fund: int
    psychiatric: bool
    elsewhere: bool


class OwnFigure(NamedTuple):
    """What our own rule gives a row, in fen; the answer it stands in explains it under the id of its bill."""

    line: int
    granted: int
    version: str
    bill: str
    answer: AssistResult


def open_own_figures() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)


def compute_own_figures(books: Books, *, settled: bool) -> None:
    """Fill `bill_own` for the bills of recipients; where no document gives an amount, no row."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLS)
        people = groupby((_Row(*row) for row in cursor.fetchall()), key=lambda row: row.person_id)
        for chunk in _chunks((person, list(rows)) for person, rows in people):
            found = _found(cursor, chunk, books, settled)
            with cursor.copy("COPY bill_own FROM STDIN") as copy:
                for figure in found:
                    copy.write_row(figure[:3])


def figures_of(
    cursor: Any, people: Iterable[tuple[int, Iterable[Any]]], books: Books, *, settled: bool
) -> list[OwnFigure]:
    """Our figure of every row with a line, for people with their rows in order."""
    chunk = [(person, [_Row(*row) for row in rows]) for person, rows in people]
    return _found(cursor, chunk, books, settled)


def _found(
    cursor: Any, chunk: list[tuple[int, list[_Row]]], books: Books, settled: bool
) -> list[OwnFigure]:
    roots = {"roots": [person for person, _ in chunk]}
    cursor.execute(_STATUS, roots)
    status = _status(cursor.fetchall())
    cursor.execute(_CERTIFICATES, roots)
    certified = _certificates(cursor.fetchall())
    cursor.execute(_AGENCIES, roots)
    agencies = dict(cursor.fetchall())
    return [
        figure
        for person, rows in chunk
        for figure in _figures(
            rows,
            status.get(person, ([], None)),
            certified.get(person, NO_PAPERS),
            books.of(agencies.get(person)),
            settled,
        )
    ]


def _chunks(people: Iterable[tuple[int, list[_Row]]]) -> Iterator[list[tuple[int, list[_Row]]]]:
    chunk: list[tuple[int, list[_Row]]] = []
    for person in people:
        chunk.append(person)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


Status = tuple[list[Span], Any]


def _status(rows: Iterable[tuple[Any, ...]]) -> dict[int, Status]:
    found: dict[int, Status] = {}
    for person, code, first_day, last_day, died_on in rows:
        spans, _ = found.setdefault(person, ([], died_on))
        if code in _KNOWN:
            spans.append(Span(category=Category(code), first_day=first_day, last_day=last_day))
    return found


class _Papers(NamedTuple):
    """Days of the certificates of mental disability, and of special diseases."""

    psychiatric: tuple[Period, ...] = ()
    special_disease: tuple[Period, ...] = ()


NO_PAPERS = _Papers()


def _certificates(rows: Iterable[tuple[Any, ...]]) -> dict[int, _Papers]:
    found: dict[int, _Papers] = {}
    for person, kind, first_day, last_day in rows:
        papers = found.get(person, NO_PAPERS)
        period = Period(first_day=first_day, last_day=last_day)
        if kind == Certificate.Kind.MENTAL_DISABILITY:
            found[person] = papers._replace(psychiatric=(*papers.psychiatric, period))
        else:
            found[person] = papers._replace(special_disease=(*papers.special_disease, period))
    return found


def _figures(
    rows: list[_Row], status: Status, papers: _Papers, book: Book, settled: bool
) -> Iterator[OwnFigure]:
    spans, died_on = status
    history = History(
        bills=tuple(_bill(row, settled, book) for row in rows),
        status=tuple(spans),
        psychiatric_certificates=papers.psychiatric,
        special_disease=papers.special_disease,
        died_on=died_on,
    )
    answer = assist(history, book)
    if answer.outcome != Outcome.AMOUNT:
        return
    for row, result in zip(rows, answer.bills, strict=True):
        if row.line:
            yield OwnFigure(row.line, result.granted, result.version, result.id, answer)


def _has_place(payer: str, book: Book, on: date) -> bool:
    """Whether the document of that day deducts what this payer gave; one from before they named the order does."""
    pack = book.in_force("assist", on)
    order = pack.find("payers.order", on=on) if pack is not None else None
    return order is None or payer in order.names


def _bill(row: _Row, settled: bool, book: Book) -> Bill:
    """What was booked fills the limits; where we grant ourselves, a new bill has none yet, and one that waits
    for a person is booked with nothing, so that those after it count as if they came in a later file."""
    return Bill(
        id=f"{row.line}/{row.place}",
        settled_on=row.settled_on,
        service_from=row.service_from,
        service_to=row.service_to,
        setting=Setting(row.setting),
        total=row.total,
        in_scope=row.in_scope,
        basic=row.basic,
        supplementary=row.supplementary,
        big=row.big_illness,
        rare_fund=row.rare_fund
        if row.rare_fund and _has_place("rare_fund", book, row.settled_on)
        else 0,
        psychiatric=row.psychiatric,
        booked=_booked(row, settled),
    )


def _booked(row: _Row, settled: bool) -> int | None:
    if settled and row.line:
        return 0 if row.elsewhere else None
    return row.assistance
