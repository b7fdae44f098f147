"""Booking what was sifted: bills, their negative twins, later assistance, and the accounts with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from assistance.settlements.models import BillImport


def _running(cost: str) -> str:
    """Twelve running totals in fen of `cost` less every payer, as an array."""
    parts = (
        f"sum(CASE WHEN month <= {month} THEN {cost} ELSE 0 END)::bigint" for month in range(1, 13)
    )
    return f"ARRAY[{', '.join(parts)}]"


def _added(column: str) -> str:
    parts = (
        f"entitlements_personyear.{column}[{month}] + excluded.{column}[{month}]"
        for month in range(1, 13)
    )
    return f"ARRAY[{', '.join(parts)}]"


# Ordered by person and year, so that two deliveries lock the accounts one after the other.
ACCOUNTS = f"""
INSERT INTO entitlements_personyear (person_id, year, own_total, own_in_scope)
SELECT person_id, year, {_running("own_total")}, {_running("own_in_scope")}
  FROM (
    SELECT person_id, extract(year FROM settled_on)::int AS year,
           extract(month FROM settled_on)::int AS month,
           total - basic - supplementary - big_illness - counted AS own_total,
           in_scope - basic - supplementary - big_illness - counted AS own_in_scope
      FROM ({{rows}}) AS counted
  ) AS costs
 GROUP BY person_id, year
 ORDER BY person_id, year
ON CONFLICT (person_id, year) DO UPDATE
   SET own_total = {_added("own_total")}, own_in_scope = {_added("own_in_scope")}
"""
# What is granted here waits for a person where the household registration or the agency is elsewhere, and
# where only floor values are known: our figure stands beside the bill all the same, so it is on the list of
# differences. A bill without a figure is granted nothing and has a warning.
_GRANTED = """
           CASE WHEN NOT %(settled)s THEN s.assistance
                WHEN s.line IN (SELECT line FROM bill_elsewhere) OR o.kind = 'floor' THEN 0
                ELSE coalesce(o.granted, 0) END
"""
_BOOKED_ROWS = f"""
    SELECT s.person_id, s.settled_on, s.total, s.in_scope, s.basic, s.supplementary, s.big_illness,
           {_GRANTED} AS counted
      FROM bill_sifted s LEFT JOIN bill_own o ON o.line = s.line
     WHERE s.fate = 'book'
"""
_BILLS = f"""
INSERT INTO settlements_settlement (
    person_id, source, source_id, settled_on, service_from, service_to, setting, institution,
    designated, total, in_scope, basic, supplementary, big_illness, assistance, invoice_code,
    invoice_number, reversed_because, visit_id, med_type, own_figure, own_version, delivery_id,
    line, institution_code, disease_code, disease_name, entered_at, entered_by_id)
SELECT s.person_id, 'insurance', s.source_id, s.settled_on, s.service_from, s.service_to, s.setting,
       s.institution, true, s.total / 100.0, s.in_scope / 100.0, s.basic / 100.0,
       s.supplementary / 100.0, s.big_illness / 100.0,
       {_GRANTED} / 100.0,
       '', s.invoice, '', s.visit_id, s.med_type, o.granted / 100.0, coalesce(o.version, ''),
       %(delivery)s, s.line, s.institution_code, s.disease_code, s.disease_name, %(at)s, %(by)s
  FROM bill_sifted s LEFT JOIN bill_own o ON o.line = s.line
 WHERE s.fate = 'book'
 ORDER BY s.line
"""
_INVOICES = """
INSERT INTO settlements_invoiceuse (code, number, settlement_id)
SELECT '', s.invoice, b.id
  FROM bill_sifted s
  JOIN settlements_settlement b ON b.source = 'insurance' AND b.source_id = s.source_id
 WHERE s.fate = 'book' AND s.invoice <> ''
"""
_GRANTS = """
INSERT INTO entitlements_entry (account_id, bucket, kind, amount, source, at, by_id)
SELECT y.id,
       CASE WHEN b.setting IN ('outpatient', 'pharmacy') THEN 'assist_out' ELSE 'assist_in' END,
       'granted', b.assistance, 'bill:' || b.source_id, %(at)s, %(by)s
  FROM bill_sifted s
  JOIN settlements_settlement b ON b.source = 'insurance' AND b.source_id = s.source_id
  JOIN entitlements_personyear y ON y.person_id = b.person_id AND y.year = b.benefit_year
 WHERE s.fate = 'book' AND b.assistance > 0
 ORDER BY s.line
"""
_WARNINGS = """
INSERT INTO settlements_billwarning (delivery_id, settlement_id, kind, place, said)
SELECT %(delivery)s, b.id, w.kind, w.place, w.said
  FROM bill_sifted s
  LEFT JOIN bill_own o ON o.line = s.line AND o.kind <> ''
  JOIN settlements_settlement b ON b.source = 'insurance' AND b.source_id = s.source_id
 CROSS JOIN LATERAL (
       SELECT 'identity' AS kind, place + 1 AS place, '' AS said FROM unnest(s.broken) AS place
        UNION ALL
       SELECT 'name', NULL, '' WHERE s.name <> s.registered_name
        UNION ALL
       SELECT e.kind, NULL, '' FROM bill_elsewhere e WHERE e.line = s.line
        UNION ALL
       SELECT o.kind, NULL, o.said WHERE o.kind IS NOT NULL
 ) AS w
 WHERE s.fate = 'book'
   AND (s.broken <> '{}' OR s.name <> s.registered_name OR o.kind IS NOT NULL
        OR s.line IN (SELECT line FROM bill_elsewhere))
"""


def book(delivery: BillImport, *, settled: bool, at: datetime, by: int | None) -> int:
    """Book every row whose fate is `book`, in the order of the file; the number of warnings.

    Accounts first: their rows are the locks, and nobody takes a bill's before its account's.
    """
    values: dict[str, Any] = {"settled": settled, "at": at, "by": by, "delivery": delivery.pk}
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS.format(rows=_BOOKED_ROWS), values)
        cursor.execute(_BILLS, values)
        cursor.execute(_INVOICES, values)
        cursor.execute(_GRANTS, values)
        cursor.execute(_WARNINGS, values)
        warnings: int = cursor.rowcount
        return warnings
