"""Awards that rest on what a file of bills takes back or pays later: stopped until a person has looked."""

from __future__ import annotations

from django.db import connection

from assistance.entitlements.operations import lock_year
from assistance.payments.operations import question_awards
from assistance.registry.models import Person
from assistance.settlements.models import BillImport

# A merged record has an account of its own, which the booking locks; whoever decides locks that of the
# record that answers. The year is that of the row or of the bills of its visit.
_MERGED = """
SELECT DISTINCT p.merged_into_id, y.year
  FROM bill_sifted s
  JOIN registry_person p ON p.id = s.person_id
 CROSS JOIN LATERAL (
       SELECT extract(year FROM s.settled_on)::int AS year
        UNION
       SELECT b.benefit_year FROM settlements_settlement b
        WHERE b.person_id = s.person_id AND b.visit_id = s.visit_id
 ) AS y
 WHERE s.fate IN ('refund', 'supplement') AND p.merged_into_id IS NOT NULL
 ORDER BY 1, 2
"""
AWARDED = """
SELECT DISTINCT coalesce(p.merged_into_id, p.id), t.benefit_year
  FROM {touched} t
  JOIN registry_person p ON p.id = t.person_id
  JOIN payments_award a ON a.benefit_year = t.benefit_year
  JOIN registry_person o ON o.id = a.person_id
 WHERE coalesce(o.merged_into_id, o.id) = coalesce(p.merged_into_id, p.id)
 ORDER BY 1, 2
"""
# People, by the record that answers, and benefit years with an award.
Awarded = list[tuple[int, int]]


def lock_merged() -> None:
    """Lock the years of people registered twice whose bills may be refunded or assisted later.

    Before anything is booked, as whoever computes such a year locks it; the others are locked with
    their accounts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MERGED)
        years: Awarded = cursor.fetchall()
    people = Person.objects.in_bulk({person for person, _year in years})
    for person, year in years:
        lock_year(people[person], year)


def question(delivery: BillImport, awarded: Awarded, *, about: str, reason: str) -> None:
    """Stop the awards of these people and years that the bank has not been given, once per delivery."""
    people = Person.objects.in_bulk({person for person, _year in awarded})
    for person, year in awarded:
        question_awards(
            people[person],
            year,
            source=f"delivery:{delivery.pk}:{about}",
            reason=reason,
            actor=delivery.started_by,
            at=delivery.started_at,
        )
