"""Are the person-year accounts what the bills say? Recomputed from nothing, for all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from assistance.entitlements.models import MONTHS

# Whose payments a person has not borne himself; unions and civil affairs help with what he has.
COUNTED_PAYERS = ("assistance", "huimin", "rare_fund", "supplementary")
# A payment at person and year counts on its day, one that came after the year in December.
_COSTS = """
    SELECT person_id, benefit_year AS year, extract(month FROM settled_on)::int AS month,
           total - basic - supplementary - big_illness - assistance AS own_total,
           in_scope - basic - supplementary - big_illness - assistance AS own_in_scope
      FROM settlements_settlement
     UNION ALL
    SELECT l.person_id, l.benefit_year,
           CASE WHEN b.id IS NOT NULL THEN extract(month FROM b.settled_on)
                WHEN extract(year FROM l.paid_on) > l.benefit_year THEN 12
                WHEN extract(year FROM l.paid_on) < l.benefit_year THEN 1
                ELSE extract(month FROM l.paid_on) END::int,
           -l.amount, -coalesce(l.in_scope_part, l.amount)
      FROM settlements_laterpayment l
      LEFT JOIN settlements_settlement b ON b.id = l.settlement_id
     WHERE l.payer = ANY(%(counted)s)
"""


def _running(column: str) -> str:
    parts = (
        f"(coalesce(sum({column}) FILTER (WHERE month <= {month}), 0) * 100)::bigint"
        for month in range(1, MONTHS + 1)
    )
    return f"ARRAY[{', '.join(parts)}]"


_COUNTED = f"""
    SELECT person_id, year, {_running("own_total")} AS own_total,
           {_running("own_in_scope")} AS own_in_scope
      FROM ({_COSTS}) AS costs GROUP BY person_id, year
"""
_DIFFERENCES = f"""
WITH counted AS ({_COUNTED})
SELECT coalesce(y.person_id, c.person_id), coalesce(y.year, c.year), y.own_total, c.own_total,
       y.own_in_scope, c.own_in_scope
  FROM counted c
  FULL JOIN entitlements_personyear y ON y.person_id = c.person_id AND y.year = c.year
 WHERE coalesce(y.own_total, %(none)s) <> coalesce(c.own_total, %(none)s)
    OR coalesce(y.own_in_scope, %(none)s) <> coalesce(c.own_in_scope, %(none)s)
 ORDER BY 1, 2
"""


_WRITE = f"""
INSERT INTO entitlements_personyear (person_id, year, own_total, own_in_scope)
SELECT person_id, year, own_total, own_in_scope FROM ({_COUNTED}) AS counted ORDER BY person_id, year
"""


class Difference(NamedTuple):
    """An account that is not what its bills say; in fen by month, None where there is no row."""

    person_id: int
    year: int
    own_total: list[int] | None
    counted_total: list[int] | None
    own_in_scope: list[int] | None
    counted_in_scope: list[int] | None


def account_differences() -> Iterator[Difference]:
    """Every account whose running totals differ from those recomputed from all bills and twins."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"none": [0] * MONTHS, "counted": list(COUNTED_PAYERS)}
        cursor.execute(_DIFFERENCES, values)
        yield from (Difference(*row) for row in cursor.fetchall())


def write_first_accounts() -> None:
    """Give every person and year with bills its account, where there is none yet: for bills that were
    written as rows, without the operations that keep the accounts."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"counted": list(COUNTED_PAYERS)})
