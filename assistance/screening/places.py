"""Where somebody belonged on the day of a list: the day decides, not when the list is drawn up.

Of most people township and agency are still those of the day. Only of whoever has a residence that ended on the
day or after it, or begins after it, the residences are asked, as `registry.operations.residences.settle` does.
Where none held on the day the last one before it counts (who left for good stays where he was), or else the first
one after it. So two agencies that draw up their lists on different days never both name him, nor neither.
"""

from __future__ import annotations

_HELD = "home.first_day <= %(as_of)s AND (home.last_day IS NULL OR home.last_day >= %(as_of)s)"
_BEGUN = "home.first_day <= %(as_of)s"

# Records whose place may have changed since the day: each half by an index of its own.
CHANGED_SINCE = """
            SELECT person_id FROM registry_residence
             WHERE voided_at IS NULL AND first_day > %(as_of)s
             UNION ALL
            SELECT person_id FROM registry_residence
             WHERE voided_at IS NULL AND last_day >= %(as_of)s"""

# Of one such human, a row of `reached`. The nearest division upwards that has an agency decides.
PLACE_OF_THE_DAY = f"""
        SELECT home.division_id AS township_id, area.agency_id
          FROM registry_residence home
          JOIN accounts_division place ON place.id = home.division_id
          LEFT JOIN accounts_division county ON county.id = place.parent_id
          LEFT JOIN accounts_division city ON city.id = county.parent_id
         CROSS JOIN LATERAL (
            SELECT agency_id FROM accounts_agencyarea
             WHERE division_id IN (place.id, county.id, city.id, city.parent_id)
             ORDER BY array_position(
                ARRAY[place.id, county.id, city.id, city.parent_id], division_id
             ) LIMIT 1
         ) area
         WHERE reached.moved AND home.person_id = ANY(reached.records) AND home.voided_at IS NULL
         ORDER BY ({_HELD}) DESC, ({_BEGUN}) DESC,
                  CASE WHEN {_HELD} THEN home.kind END,
                  CASE WHEN {_BEGUN} AND NOT ({_HELD}) THEN home.last_day END DESC,
                  CASE WHEN NOT ({_BEGUN}) THEN home.first_day END,
                  home.kind, home.first_day DESC, home.id DESC
         LIMIT 1"""
