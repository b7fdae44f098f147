"""Bills of recipients whom the rule of the source may not be for: registered, or looked after, elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

# Asked of the agency that the person belongs to, as his lists are (WZ19 三(一)), for the fee date. Where no
# registration is on record nobody is held up, as with the lists.
_ELSEWHERE = """
CREATE TEMPORARY TABLE bill_elsewhere ON COMMIT DROP AS
WITH asked AS (
    SELECT DISTINCT ON (agency_id) agency_id, hukou_in_id AS place
      FROM registry_listsource
     WHERE is_active AND hukou_in_id IS NOT NULL
     ORDER BY agency_id, id
), bills AS (
    SELECT s.line, s.settled_on, r.id AS root, a.place,
           %(asked)s AND r.agency_id <> ALL(%(agencies)s::bigint[]) AS of_another
      FROM bill_sifted s
      JOIN registry_person p ON p.id = s.person_id
      JOIN registry_person r ON r.id = coalesce(p.merged_into_id, p.id)
      LEFT JOIN asked a ON a.agency_id = r.agency_id
     WHERE s.fate = 'book' AND (a.place IS NOT NULL OR %(asked)s AND r.agency_id <> ALL(%(agencies)s::bigint[]))
), records AS (
    SELECT DISTINCT root, root AS person_id FROM bills
     UNION
    SELECT b.root, p.id FROM bills b JOIN registry_person p ON p.merged_into_id = b.root
), recognised AS (
    SELECT DISTINCT b.line, b.settled_on, b.root, b.place, b.of_another
      FROM bills b
      JOIN records q ON q.root = b.root
      JOIN registry_recipientspan c ON c.person_id = q.person_id AND c.voided_at IS NULL
       AND daterange(c.first_day, c.last_day, '[]') @> b.settled_on
), homes AS (
    SELECT DISTINCT ON (b.line) b.line, b.place, h.division_id
      FROM recognised b
      JOIN records q ON q.root = b.root
      JOIN registry_residence h ON h.person_id = q.person_id AND h.voided_at IS NULL
       AND h.kind = 'hukou' AND daterange(h.first_day, h.last_day, '[]') @> b.settled_on
     WHERE b.place IS NOT NULL
     ORDER BY b.line, h.first_day DESC, h.id DESC
)
SELECT line, 'agency' AS kind FROM recognised WHERE of_another
 UNION ALL
SELECT h.line, 'hukou'
  FROM homes h
  JOIN accounts_division d ON d.id = h.division_id
  LEFT JOIN accounts_division above ON above.id = d.parent_id
 WHERE h.place <> d.id AND d.parent_id IS DISTINCT FROM h.place
   AND above.parent_id IS DISTINCT FROM h.place
"""


def find_elsewhere(agencies: Sequence[int] | None) -> None:
    """Fill `bill_elsewhere` with the lines of such bills, of those that are booked now.

    `agencies` are those whose people the documents of the source are for; None where it has no documents.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _ELSEWHERE, {"agencies": list(agencies or ()), "asked": agencies is not None}
        )
