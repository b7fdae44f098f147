"""Our own figure for the bills of recipients, person by person in the order of booking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from assistance.calculation import (
    AssistResult,
    BillResult,
    Book,
    MissingFact,
    Outcome,
    Reason,
    Refusal,
    RefusalCode,
    assist,
    unanswerable,
)
from assistance.policies.queries import Books
from assistance.policies.wording import missing_fact, refusal
from assistance.settlements.models import BillSource, BillWarning
from assistance.settlements.operations.deliveries.histories import (
    Facts,
    Register,
    Row,
    facts_of,
    history_of,
    is_floor,
)

# Without an amount where no document gives one; then `said` is why.
_TABLE = """
CREATE TEMPORARY TABLE bill_own (
    line integer, granted bigint, version text, kind text, said text
) ON COMMIT DROP
"""
# Of the people and years in `touched`, in the order of booking.
BOOKED_BEFORE = """
SELECT t.root, 0 AS line, b.id AS place, b.settled_on, b.service_from, b.service_to, b.setting,
       (b.total * 100)::bigint, (b.in_scope * 100)::bigint, (b.basic * 100)::bigint,
       (b.supplementary * 100)::bigint, (b.big_illness * 100)::bigint,
       ((b.assistance + coalesce(l.assistance, 0)) * 100)::bigint,
       (coalesce(l.rare_fund, 0) * 100)::bigint, (coalesce(l.supplementary, 0) * 100)::bigint,
       b.designated, b.institution_code, b.institution,
       coalesce(m.decided, m.proposal = 'yes', false), false
  FROM touched t
  JOIN settlements_settlement b ON b.person_id = t.person_id AND b.benefit_year = t.year
  LEFT JOIN settlements_psychiatricmark m ON m.settlement_id = b.id
  LEFT JOIN LATERAL (
       SELECT sum(amount) FILTER (WHERE payer = 'assistance') AS assistance,
              sum(coalesce(in_scope_part, amount)) FILTER (WHERE payer = 'rare_fund') AS rare_fund,
              sum(coalesce(in_scope_part, amount)) FILTER (WHERE payer = 'supplementary')
                AS supplementary
         FROM settlements_laterpayment WHERE settlement_id = b.id
  ) l ON true
 WHERE b.reverses_id IS NULL
   AND NOT EXISTS (SELECT FROM settlements_settlement x WHERE x.reverses_id = b.id)
"""
# Whoever was ever recognised and belongs to one of these agencies, on whichever of his records, with all bills of the years the file touches:
# those booked before, in their order, and those of the file after them.
_BILLS = f"""
WITH named AS (
    SELECT DISTINCT r.id AS root,
           extract(year FROM s.settled_on)::int AS year
      FROM bill_sifted s
      JOIN registry_person p ON p.id = s.person_id
      JOIN registry_person r ON r.id = coalesce(p.merged_into_id, p.id)
     WHERE s.fate = 'book' AND r.agency_id = ANY(%(agencies)s)
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
       s.in_scope, s.basic, s.supplementary, s.big_illness, s.assistance, 0, 0,
       true, s.institution_code, s.institution,
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
_AGENCY_OF = "SELECT id, agency_id FROM registry_person WHERE id = ANY(%(roots)s)"
AT_ONCE = 2_000
LONGEST_SENTENCE = 300
_AGENCIES = """
WITH RECURSIVE below AS (
    SELECT id FROM accounts_agency
     WHERE id = %(agency)s
        OR id IN (SELECT agency_id FROM settlements_billsource WHERE city = %(city)s)
     UNION
    SELECT a.id FROM accounts_agency a JOIN below ON a.parent_id = below.id
)
SELECT id FROM below
"""


class OwnFigure(NamedTuple):
    """What our own rule gives a row, in fen; the answer it stands in explains it under the id of its bill.
    `kind` is the warning it comes with, if any."""

    line: int
    granted: int
    version: str
    bill: str
    answer: AssistResult
    kind: str = ""


class NoFigure(NamedTuple):
    """A row that a person has to decide, and why."""

    line: int
    said: str


def open_own_figures() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)


def agencies_of(source: BillSource) -> list[int]:
    """Whose people the documents of the source's city are for: those of its agency, of every agency that takes
    in bills by the same documents, and of the agencies directed by them."""
    with connection.cursor() as cursor:
        cursor.execute(_AGENCIES, {"agency": source.agency_id, "city": source.city})
        return [agency for (agency,) in cursor.fetchall()]


def compute_own_figures(books: Books, *, settled: bool, agencies: Sequence[int]) -> None:
    """Fill `bill_own` for the bills of recipients: their figure, or why they have none."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, {"agencies": list(agencies)})
        people = groupby((Row(*row) for row in cursor.fetchall()), key=lambda row: row.person_id)
        for chunk in _chunks((person, list(rows)) for person, rows in people):
            found = list(_found(cursor, chunk, books, settled=settled))
            with cursor.copy("COPY bill_own FROM STDIN") as copy:
                for one in found:
                    if isinstance(one, OwnFigure):
                        copy.write_row((one.line, one.granted, one.version, one.kind, ""))
                    else:
                        said = one.said[:LONGEST_SENTENCE]
                        copy.write_row((one.line, None, "", BillWarning.Kind.NO_FIGURE.value, said))


def figures_of(
    cursor: Any,
    people: Iterable[tuple[int, Iterable[Any]]],
    books: Books,
    *,
    settled: bool,
    until: datetime | None = None,
) -> list[OwnFigure]:
    """Our figure of every row with a line that has one, for people with their rows in order.

    Of the assistance that stands on no bill what was booked `until` then fills the limits; None: all of it.
    """
    chunk = [(person, [Row(*row) for row in rows]) for person, rows in people]
    found = _found(cursor, chunk, books, settled=settled, until=until)
    return [one for one in found if isinstance(one, OwnFigure)]


def _found(
    cursor: Any,
    chunk: list[tuple[int, list[Row]]],
    books: Books,
    *,
    settled: bool,
    until: datetime | None = None,
) -> Iterator[OwnFigure | NoFigure]:
    roots = [person for person, _ in chunk]
    known = facts_of(cursor, roots, until)
    cursor.execute(_AGENCY_OF, {"roots": roots})
    agencies = dict(cursor.fetchall())
    register = Register(cursor)
    for person, rows in chunk:
        book = books.of(agencies.get(person))
        yield from _figures(rows, known.get(person, Facts()), book, register, settled)


def _chunks(people: Iterable[tuple[int, list[Row]]]) -> Iterator[list[tuple[int, list[Row]]]]:
    chunk: list[tuple[int, list[Row]]] = []
    for person in people:
        chunk.append(person)
        if len(chunk) == AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _figures(
    rows: list[Row], facts: Facts, book: Book, register: Register, settled: bool
) -> Iterator[OwnFigure | NoFigure]:
    """A bill that cannot be answered has no figure and takes it from no other."""
    # What was booked after the last bill in question has no say in it.
    last = max((place for place, row in enumerate(rows) if row.line), default=-1)
    asked, left_out = rows[: last + 1], list[Row]()
    while True:
        history = history_of(asked, left_out, facts, book, register, settled=settled)
        answer = assist(history, book)
        # A history can be refused without any bill: then there is nobody left to leave out.
        if answer.outcome == Outcome.AMOUNT or not asked:
            break
        faults = unanswerable(history, book)
        if not faults:
            faults = dict.fromkeys(range(len(asked)), _first_fault(answer))
        for place, fault in faults.items():
            left_out.append(asked[place])
            if asked[place].line and (settled or not _is_older(fault)):
                yield NoFigure(asked[place].line, _sentence(fault))
        asked = [row for place, row in enumerate(asked) if place not in faults]
    for row, result in zip(asked, answer.bills, strict=True):
        if row.line:
            kind = _kind(result, floor=settled and is_floor(book, row.settled_on))
            yield OwnFigure(row.line, result.granted, result.version, result.id, answer, kind)


def _is_older(fault: Refusal | MissingFact) -> bool:
    """Whether the bill is from before the documents: what was granted elsewhere needs no figure of ours then."""
    return fault.code == RefusalCode.NO_POLICY_IN_FORCE


def _first_fault(answer: AssistResult) -> Refusal | MissingFact:
    faults: tuple[Refusal | MissingFact, ...] = (*answer.refusals, *answer.missing)
    return faults[0]


def _kind(result: BillResult, *, floor: bool) -> str:
    if floor and result.granted:
        return BillWarning.Kind.FLOOR.value
    if result.reason == Reason.NOT_DESIGNATED:
        return BillWarning.Kind.PLACE.value
    return ""


def _sentence(fault: Refusal | MissingFact) -> str:
    """Without the number that the bill has in the history: nobody sees it."""
    if isinstance(fault, MissingFact):
        return missing_fact(fault)
    _bill, _, field = fault.field.partition("].")
    if fault.field.startswith("expenses["):
        return refusal(replace(fault, field=field)).removeprefix("：")
    return refusal(fault)
