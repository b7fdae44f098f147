"""What becomes of every staged row, decided for all rows at once.

The fates: `book`, `refund`, `supplement`, `known` (nothing to do), or the reason of a doubt.
"""

from __future__ import annotations

from django.db import connection

# Rows that share a number or an invoice with an earlier row of the file: few, so they alone are numbered.
_REPEATED = """
CREATE TEMPORARY TABLE bill_sifted ON COMMIT DROP AS
WITH repeated AS (
    SELECT line,
           row_number() OVER (PARTITION BY source_id ORDER BY line) AS copy,
           (total, in_scope, basic, supplementary, big_illness, assistance, settled_on, id_digest)
           IS NOT DISTINCT FROM
           first_value((total, in_scope, basic, supplementary, big_illness, assistance,
                        settled_on, id_digest)) OVER (PARTITION BY source_id ORDER BY line)
           AS same
      FROM bill_stage
     WHERE source_id IN (SELECT source_id FROM bill_stage GROUP BY source_id HAVING count(*) > 1)
), known AS (
    -- By the present number first, then by one the person had before.
    SELECT DISTINCT ON (digest) digest, person_id
      FROM (SELECT id_digest AS digest, id AS person_id, 0 AS former FROM registry_person
             WHERE certificate_type = '01'
             UNION ALL
            SELECT digest, person_id, 1 FROM registry_personnumber
             WHERE certificate_type = '01') AS numbers
     WHERE digest IN (SELECT id_digest FROM bill_stage)
     ORDER BY digest, former
), invoiced AS (
    SELECT line, row_number() OVER (PARTITION BY invoice ORDER BY line) AS copy
      FROM bill_stage
     WHERE invoice <> '' AND NOT refund AND NOT supplement
       AND invoice IN (SELECT invoice FROM bill_stage
                        WHERE invoice <> '' AND NOT refund AND NOT supplement
                        GROUP BY invoice HAVING count(*) > 1)
)
SELECT s.*, p.id AS person_id, p.name AS registered_name,
       CASE
           WHEN k.id IS NOT NULL THEN
               CASE WHEN (k.total, k.in_scope, k.basic, k.supplementary, k.big_illness)
                         = (s.total / 100.0, s.in_scope / 100.0, s.basic / 100.0,
                            s.supplementary / 100.0, s.big_illness / 100.0)
                     AND k.person_id = p.id
                     AND (%(settled)s OR k.assistance = s.assistance / 100.0)
                    THEN 'known' ELSE 'differs' END
           WHEN l.id IS NOT NULL THEN
               CASE WHEN l.amount = s.assistance / 100.0 THEN 'known' ELSE 'differs' END
           WHEN r.copy > 1 THEN CASE WHEN r.same THEN 'known' ELSE 'twice' END
           WHEN p.id IS NULL THEN 'unknown_person'
           WHEN s.settled_on < p.born_on THEN 'life'
           WHEN coalesce(s.service_from, s.settled_on) > p.died_on THEN 'life'
           WHEN s.refund THEN 'refund'
           WHEN s.supplement THEN 'supplement'
           WHEN i.copy > 1 OR u.id IS NOT NULL THEN 'invoice'
           ELSE 'book'
       END AS fate
  FROM bill_stage s
  LEFT JOIN known n ON n.digest = s.id_digest
  LEFT JOIN registry_person p ON p.id = n.person_id
  LEFT JOIN settlements_settlement k ON k.source = 'insurance' AND k.source_id = s.source_id
  LEFT JOIN settlements_laterpayment l ON l.sender_id = %(sender)s AND l.source_id = s.source_id
  LEFT JOIN repeated r ON r.line = s.line
  LEFT JOIN invoiced i ON i.line = s.line
  LEFT JOIN settlements_invoiceuse u
         ON s.invoice <> '' AND NOT s.refund AND u.number = s.invoice AND u.code = ''
"""


def sift(*, sender_id: int, settled: bool) -> dict[str, int]:
    """Write `bill_sifted` and return how many rows meet each fate.

    Where we settle the bills ourselves (`settled`), the assistance we booked is no reason to call a
    row that came again another one.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bill_stage")
        cursor.execute(_REPEATED, {"sender": sender_id, "settled": settled})
        cursor.execute("ANALYZE bill_sifted")
        cursor.execute("SELECT fate, count(*) FROM bill_sifted GROUP BY fate")
        return dict(cursor.fetchall())
