"""Refunds: exact negative twins of bills that are here, in the month of the original."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from assistance.settlements.models import BillImport
from assistance.settlements.operations.deliveries.awarded import AWARDED, Awarded
from assistance.settlements.operations.deliveries.book import ACCOUNTS

_KEYS = "person_id, visit_id, total, in_scope, basic, supplementary, big_illness"
# The n-th refund of a visit and figures takes back the n-th such bill that still counts. What was granted
# here is no part of the key where the sender does not know it.
_PAIR = f"""
CREATE TEMPORARY TABLE bill_refund ON COMMIT DROP AS
WITH refund AS (
    SELECT line, source_id, person_id, visit_id, -total / 100.0 AS total,
           -in_scope / 100.0 AS in_scope, -basic / 100.0 AS basic,
           -supplementary / 100.0 AS supplementary, -big_illness / 100.0 AS big_illness,
           -assistance / 100.0 AS assistance,
           row_number() OVER (PARTITION BY {_KEYS} ORDER BY line) AS turn
      FROM bill_sifted WHERE fate = 'refund'
), original AS (
    SELECT b.*, row_number() OVER (PARTITION BY {_KEYS} ORDER BY b.id) AS turn
      FROM settlements_settlement b
     WHERE b.person_id IN (SELECT person_id FROM refund)
       AND b.source = 'insurance' AND starts_with(b.source_id, %(prefix)s)
       AND b.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM settlements_settlement t WHERE t.reverses_id = b.id)
)
SELECT r.line AS twin_line, r.source_id AS twin_id, o.*
  FROM refund r
  JOIN original o USING ({_KEYS}, turn)
 WHERE %(settled)s OR o.assistance = r.assistance
"""
_UNPAIRED = """
UPDATE bill_sifted SET fate = 'no_original'
 WHERE fate = 'refund' AND line NOT IN (SELECT twin_line FROM bill_refund)
"""
_ROWS = """
    SELECT person_id, settled_on, (-total * 100)::bigint AS total,
           (-in_scope * 100)::bigint AS in_scope, (-basic * 100)::bigint AS basic,
           (-supplementary * 100)::bigint AS supplementary,
           (-big_illness * 100)::bigint AS big_illness, (-assistance * 100)::bigint AS counted
      FROM bill_refund
"""
_TWINS = """
INSERT INTO settlements_settlement (
    person_id, source, source_id, settled_on, service_from, service_to, setting, institution,
    designated, total, in_scope, basic, supplementary, big_illness, assistance, invoice_code,
    invoice_number, reverses_id, reversed_because, visit_id, med_type, own_figure, own_version,
    delivery_id, line, institution_code, disease_code, disease_name, entered_at, entered_by_id)
SELECT person_id, source, twin_id, settled_on, service_from, service_to, setting, institution,
       designated, -total, -in_scope, -basic, -supplementary, -big_illness, -assistance,
       invoice_code, invoice_number, id, %(why)s, visit_id, med_type, -own_figure, own_version,
       %(delivery)s, twin_line, institution_code, disease_code, disease_name, %(at)s, %(by)s
  FROM bill_refund ORDER BY twin_line
"""
_FREE_INVOICES = """
DELETE FROM settlements_invoiceuse WHERE settlement_id IN (SELECT id FROM bill_refund)
"""
_REVERSALS = """
INSERT INTO entitlements_entry (account_id, bucket, kind, amount, source, reverses_id, at, by_id)
SELECT e.account_id, e.bucket, 'reversed', -e.amount, e.source || ':reversed', e.id, %(at)s, %(by)s
  FROM bill_refund f
  JOIN entitlements_entry e ON e.source = 'bill:' || f.source_id
 ORDER BY f.twin_line
"""


class Refunds(NamedTuple):
    """How many twins were booked, and whose awards of which year rest on other bills now."""

    booked: int
    awarded: Awarded


def book_refunds(
    delivery: BillImport, *, prefix: str, settled: bool, at: datetime, by: int | None
) -> Refunds:
    """Book the twins of every paired refund; the others stay in doubt.

    After the bills of the same file: a refund may follow its bill there.
    """
    values: dict[str, Any] = {"prefix": prefix, "settled": settled, "at": at, "by": by}
    values |= {"why": _("Refunded by the sender"), "delivery": delivery.pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM bill_sifted WHERE fate = 'refund')")
        if not cursor.fetchone()[0]:
            return Refunds(0, [])
        cursor.execute(_PAIR, values)
        cursor.execute(_UNPAIRED)
        cursor.execute(ACCOUNTS.format(rows=_ROWS), values)
        cursor.execute(_TWINS, values)
        twins: int = cursor.rowcount
        cursor.execute(_FREE_INVOICES)
        cursor.execute(_REVERSALS, values)
        cursor.execute(AWARDED.format(touched="bill_refund"))
        awarded = cursor.fetchall()
        cursor.execute("DROP TABLE bill_refund")
        return Refunds(twins, awarded)
