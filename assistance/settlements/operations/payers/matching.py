"""Whom and which bill a payment belongs to, and what of the cost is left; all people of a file at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from assistance.settlements.models import PayerSource
from assistance.settlements.payers import PaidRow

# By the present number first, then by one the person had before; `root` answers for merged records. A file
# of the whole city names people of other agencies too: they are theirs to book, and nobody's to see here.
_PEOPLE = """
WITH human AS (
    SELECT DISTINCT ON (n.digest) n.digest, p.id, coalesce(p.merged_into_id, p.id) AS root, p.name
      FROM (SELECT id_digest AS digest, id AS person_id, 0 AS former FROM registry_person
             WHERE certificate_type = '01'
             UNION ALL
            SELECT digest, person_id, 1 FROM registry_personnumber
             WHERE certificate_type = '01') AS n
      JOIN registry_person p ON p.id = n.person_id
     WHERE n.digest = ANY(%(digests)s)
     ORDER BY n.digest, n.former
)
SELECT h.digest, h.id, h.root, h.name, r.agency_id = %(agency)s
  FROM human h JOIN registry_person r ON r.id = h.root
 WHERE r.agency_id = %(agency)s
    OR h.root IN (SELECT coalesce(p.merged_into_id, p.id)
                    FROM settlements_laterpayment l JOIN registry_person p ON p.id = l.person_id
                   WHERE l.payer_source_id = %(source)s)
"""
_BILLS = """
SELECT b.id, b.person_id, coalesce(p.merged_into_id, p.id), b.source_id, b.visit_id,
       b.invoice_number, b.institution, b.settled_on, b.service_from, b.service_to,
       ((b.total - b.basic - b.supplementary - b.big_illness - b.assistance
         - coalesce(l.paid, 0)) * 100)::bigint,
       ((b.in_scope - b.basic - b.supplementary - b.big_illness - b.assistance
         - coalesce(l.in_scope, 0)) * 100)::bigint,
       EXISTS (SELECT FROM settlements_settlement t WHERE t.reverses_id = b.id)
  FROM settlements_settlement b
  JOIN registry_person p ON p.id = b.person_id
  LEFT JOIN LATERAL (
       SELECT sum(amount) AS paid, sum(coalesce(in_scope_part, amount)) AS in_scope
         FROM settlements_laterpayment WHERE settlement_id = b.id
  ) l ON true
 WHERE b.person_id IN (SELECT id FROM registry_person WHERE id = ANY(%(roots)s)
                        OR merged_into_id = ANY(%(roots)s))
   AND b.reverses_id IS NULL
 ORDER BY b.settled_on, b.id
"""
# What was paid for a bill that was reversed since still is the person's: it lowers the year.
_AT_YEAR = """
SELECT coalesce(p.merged_into_id, p.id), l.benefit_year, (sum(l.amount) * 100)::bigint,
       (sum(coalesce(l.in_scope_part, l.amount)) * 100)::bigint
  FROM settlements_laterpayment l JOIN registry_person p ON p.id = l.person_id
 WHERE (l.settlement_id IS NULL
        OR EXISTS (SELECT FROM settlements_settlement t WHERE t.reverses_id = l.settlement_id))
   AND coalesce(p.merged_into_id, p.id) = ANY(%(roots)s)
 GROUP BY 1, 2
"""


class Known(NamedTuple):
    """Somebody in the register: the record found by the number, and the one that answers for it.

    Not `is_ours`: he has moved to another agency, and only what was booked here before is told apart.
    """

    person: int
    root: int
    name: str
    is_ours: bool


@dataclass(slots=True)
class OpenBill:
    """A bill, with what is left of its cost in fen; booking a payment takes from it. Once it is
    reversed it only tells which payment was for it."""

    id: int
    person: int
    root: int
    source_id: str
    visit: str
    invoice: str
    institution: str
    settled_on: date
    begun: date | None
    ended: date | None
    left: int
    in_scope_left: int
    reversed: bool

    def is_settlement(self, number: str) -> bool:
        """Whether the sender of the bill calls it so; ours carries his code before it."""
        return number in (self.source_id, self.source_id.partition(":")[2], self.visit)

    def is_stay(self, row: PaidRow) -> bool:
        if row.institution != self.institution or row.service_from is None:
            return False
        days = (self.begun or self.settled_on, self.ended or self.settled_on)
        ended = row.service_to or days[1]
        return (row.service_from, ended) == days or row.service_from == self.settled_on


@dataclass(slots=True)
class YearLeft:
    left: int = 0
    in_scope_left: int = 0


def find_people(source: PayerSource, digests: Collection[bytes]) -> dict[bytes, Known]:
    """Who of the agency of `source` has these numbers, and who was paid by it before."""
    values: dict[str, Any] = {
        "digests": list(digests),
        "agency": source.agency_id,
        "source": source.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, values)
        return {bytes(digest): Known(*found) for digest, *found in cursor.fetchall()}


class Costs:
    """The bills of the people of a file and what is left of them, kept true while the file is booked."""

    def __init__(self, roots: Iterable[int]) -> None:
        wanted = {"roots": sorted(set(roots))}
        with connection.cursor() as cursor:
            cursor.execute(_BILLS, wanted)
            bills = [OpenBill(*row) for row in cursor.fetchall()]
            cursor.execute(_AT_YEAR, wanted)
            at_year = cursor.fetchall()
        self.by_id = {bill.id: bill for bill in bills if not bill.reversed}
        self._of: defaultdict[int, list[OpenBill]] = defaultdict(list)
        for bill in bills:
            self._of[bill.root].append(bill)
        self._at_year = {
            (root, year): YearLeft(-paid, -scope) for root, year, paid, scope in at_year
        }

    def candidates(self, root: int, row: PaidRow) -> list[OpenBill]:
        """The bills of this human that the row can mean: by settlement number, invoice, or stay."""
        bills = [bill for bill in self._of[root] if not bill.reversed]
        return next((found for found in self._ways(bills, row) if found), [])

    def meant(self, root: int, row: PaidRow) -> set[int]:
        """The ids of the bills that the row can mean, of those reversed since too."""
        ways = self._ways(self._of[root], row)
        return next(({bill.id for bill in found} for found in ways if found), set())

    def _ways(self, bills: list[OpenBill], row: PaidRow) -> Iterator[list[OpenBill]]:
        yield [bill for bill in bills if row.bill and bill.is_settlement(row.bill)]
        yield [bill for bill in bills if row.invoice and bill.invoice == row.invoice]
        yield [bill for bill in bills if row.institution and bill.is_stay(row)]

    def year_left(self, root: int, year: int) -> YearLeft:
        """What is left of all bills of the year, after what is kept at person and year."""
        bills = [
            bill for bill in self._of[root] if bill.settled_on.year == year and not bill.reversed
        ]
        paid = self._at_year.setdefault((root, year), YearLeft())
        return YearLeft(
            sum(bill.left for bill in bills) + paid.left,
            sum(bill.in_scope_left for bill in bills) + paid.in_scope_left,
        )

    def take(self, root: int, year: int, bill: OpenBill | None, amount: int, in_scope: int) -> None:
        """Note a payment in fen, negative when it is taken back; without a bill that counts, of the year."""
        paid = bill or self._at_year.setdefault((root, year), YearLeft())
        paid.left -= amount
        paid.in_scope_left -= in_scope
