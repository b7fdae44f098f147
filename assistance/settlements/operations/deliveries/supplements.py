"""Assistance that was settled on top of a visit: a payment of its own, never a second visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from assistance.settlements.models import BillImport
from assistance.settlements.operations.deliveries.awarded import AWARDED, Awarded
from assistance.settlements.operations.deliveries.book import ACCOUNTS

_PAID = """
CREATE TEMPORARY TABLE bill_later ON COMMIT DROP AS
SELECT s.line, s.source_id, s.person_id, s.settled_on AS paid_on, s.assistance, s.setting,
       b.id AS settlement_id, coalesce(b.settled_on, s.settled_on) AS settled_on,
       extract(year FROM coalesce(b.settled_on, s.settled_on))::int AS benefit_year,
       coalesce(b.setting, s.setting) AS of_setting
  FROM bill_sifted s
  LEFT JOIN LATERAL (
       SELECT b.id, b.settled_on, b.setting
         FROM settlements_settlement b
        WHERE b.person_id = s.person_id AND b.source = 'insurance' AND b.visit_id = s.visit_id
          AND s.visit_id <> '' AND b.reverses_id IS NULL
          AND NOT EXISTS (SELECT FROM settlements_settlement t WHERE t.reverses_id = b.id)
        ORDER BY b.id LIMIT 1
  ) b ON true
 WHERE s.fate = 'supplement' AND s.assistance > 0
"""
_ROWS = """
    SELECT person_id, settled_on, 0::bigint AS total, 0::bigint AS in_scope, 0::bigint AS basic,
           0::bigint AS supplementary, 0::bigint AS big_illness, assistance AS counted
      FROM bill_later
"""
_PAYMENTS = """
INSERT INTO settlements_laterpayment (
    person_id, settlement_id, benefit_year, payer, amount, paid_on, sender_id, source_id, delivery_id,
    booked_at)
SELECT person_id, settlement_id, benefit_year, 'assistance', assistance / 100.0,
       paid_on, %(sender)s, source_id, %(delivery)s, greatest(%(at)s, clock_timestamp())
  FROM bill_later ORDER BY line
"""
_GRANTS = """
INSERT INTO entitlements_entry (account_id, bucket, kind, amount, source, at, by_id)
SELECT y.id,
       CASE WHEN l.of_setting IN ('outpatient', 'pharmacy') THEN 'assist_out' ELSE 'assist_in' END,
       'granted', l.assistance / 100.0, 'later:' || l.source_id, %(at)s, %(by)s
  FROM bill_later l
  JOIN entitlements_personyear y
    ON y.person_id = l.person_id AND y.year = l.benefit_year
 ORDER BY l.line
"""


class Supplements(NamedTuple):
    """How many payments were booked, and whose awards of which year leave more than is due now."""

    booked: int
    awarded: Awarded


def book_supplements(
    delivery: BillImport, *, sender_id: int, at: datetime, by: int | None
) -> Supplements:
    """Book assistance that came after its bill against cap and year of the bill.

    A row whose visit is not here counts in the year of its own day.
    """
    values: dict[str, Any] = {"delivery": delivery.pk, "sender": sender_id, "at": at, "by": by}
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM bill_sifted WHERE fate = 'supplement')")
        if not cursor.fetchone()[0]:
            return Supplements(0, [])
        cursor.execute(_PAID)
        cursor.execute(ACCOUNTS.format(rows=_ROWS), values)
        cursor.execute(_PAYMENTS, values)
        paid: int = cursor.rowcount
        cursor.execute(_GRANTS, values)
        cursor.execute(AWARDED.format(touched="bill_later"))
        awarded = cursor.fetchall()
        cursor.execute("DROP TABLE bill_later")
        return Supplements(paid, awarded)
