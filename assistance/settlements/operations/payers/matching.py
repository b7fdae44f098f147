"""Whom and which bill a payment belongs to, and what of the cost is left; all people of a file at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from assistance.settlements.payers import PaidRow

# By the present number first, then by one the person had before; `root` answers for merged records.
_PEOPLE = """
SELECT DISTINCT ON (n.digest) n.digest, p.id, coalesce(p.merged_into_id, p.id), p.name
  FROM (SELECT id_digest AS digest, id AS person_id, 0 AS former FROM registry_person
         WHERE certificate_type = '01'
         UNION ALL
        SELECT digest, person_id, 1 FROM registry_personnumber
         WHERE certificate_type = '01') AS n
  JOIN registry_person p ON p.id = n.person_id
 WHERE n.digest = ANY(%s)
 ORDER BY n.digest, n.former
"""
_BILLS = """
SELECT b.id, b.person_id, coalesce(p.merged_into_id, p.id), b.source_id, b.visit_id,
       b.invoice_number, b.institution, b.settled_on, b.service_from, b.service_to,
       ((b.total - b.basic - b.supplementary - b.big_illness - b.assistance
         - coalesce(l.paid, 0)) * 100)::bigint,
       ((b.in_scope - b.basic - b.supplementary - b.big_illness - b.assistance
         - coalesce(l.in_scope, 0)) * 100)::bigint
  FROM settlements_settlement b
  JOIN registry_person p ON p.id = b.person_id
  LEFT JOIN LATERAL (
       SELECT sum(amount) AS paid, sum(coalesce(in_scope_part, amount)) AS in_scope
         FROM settlements_laterpayment WHERE settlement_id = b.id
  ) l ON true
 WHERE b.person_id IN (SELECT id FROM registry_person WHERE id = ANY(%(roots)s)
                        OR merged_into_id = ANY(%(roots)s))
   AND b.reverses_id IS NULL
   AND NOT EXISTS (SELECT FROM settlements_settlement t WHERE t.reverses_id = b.id)
 ORDER BY b.settled_on, b.id
"""
_AT_YEAR = """
SELECT coalesce(p.merged_into_id, p.id), l.benefit_year, (sum(l.amount) * 100)::bigint,
       (sum(coalesce(l.in_scope_part, l.amount)) * 100)::bigint
  FROM settlements_laterpayment l JOIN registry_person p ON p.id = l.person_id
 WHERE l.settlement_id IS NULL
   AND coalesce(p.merged_into_id, p.id) = ANY(%(roots)s)
 GROUP BY 1, 2
"""


class Known(NamedTuple):
    """Somebody in the register: the record found by the number, and the one that answers for it."""

    person: int
    root: int
    name: str


@dataclass(slots=True)
class OpenBill:
    """A bill that counts, with what is left of its cost in fen; booking a payment takes from it."""

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


def find_people(digests: Collection[bytes]) -> dict[bytes, Known]:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [list(digests)])
        return {bytes(d): Known(person, root, name) for d, person, root, name in cursor.fetchall()}


class Costs:
    """The bills of the people of a file and what is left of them, kept true while the file is booked."""

    def __init__(self, roots: Iterable[int]) -> None:
        wanted = {"roots": sorted(set(roots))}
        with connection.cursor() as cursor:
            cursor.execute(_BILLS, wanted)
            bills = [OpenBill(*row) for row in cursor.fetchall()]
            cursor.execute(_AT_YEAR, wanted)
            at_year = cursor.fetchall()
        self.by_id = {bill.id: bill for bill in bills}
        self._of: defaultdict[int, list[OpenBill]] = defaultdict(list)
        for bill in bills:
            self._of[bill.root].append(bill)
        self._at_year = {
            (root, year): YearLeft(-paid, -scope) for root, year, paid, scope in at_year
        }

    def candidates(self, root: int, row: PaidRow) -> list[OpenBill]:
        """The bills of this human that the row can mean: by settlement number, invoice, or stay."""
        bills = self._of[root]
        for found in self._ways(bills, row):
            if found:
                return found
        return []

    def _ways(self, bills: list[OpenBill], row: PaidRow) -> Iterator[list[OpenBill]]:
        yield [bill for bill in bills if row.bill and bill.is_settlement(row.bill)]
        yield [bill for bill in bills if row.invoice and bill.invoice == row.invoice]
        yield [bill for bill in bills if row.institution and bill.is_stay(row)]

    def year_left(self, root: int, year: int) -> YearLeft:
        """What is left of all bills of the year, after what is kept at person and year."""
        bills = [bill for bill in self._of[root] if bill.settled_on.year == year]
        paid = self._at_year.setdefault((root, year), YearLeft())
        return YearLeft(
            sum(bill.left for bill in bills) + paid.left,
            sum(bill.in_scope_left for bill in bills) + paid.in_scope_left,
        )

    def take(self, root: int, year: int, bill: OpenBill | None, amount: int, in_scope: int) -> None:
        """Note a payment in fen, negative when it is taken back."""
        paid = bill or self._at_year.setdefault((root, year), YearLeft())
        paid.left -= amount
        paid.in_scope_left -= in_scope
