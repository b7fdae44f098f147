"""Our own figure for one bill that is booked, computed anew by what is known of it today."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from assistance.policies.queries import books_of
from assistance.settlements.models import BillSource, Settlement
from assistance.settlements.operations.deliveries.own import (
    BOOKED_BEFORE,
    agencies_of,
    figures_of,
)

_BILLS = f"""
WITH touched AS (
    SELECT %(root)s::bigint AS root, %(year)s::int AS year, id AS person_id
      FROM registry_person WHERE id = %(root)s OR merged_into_id = %(root)s
)
{BOOKED_BEFORE}
 ORDER BY b.id
"""


class Figure(NamedTuple):
    """In fen, with the version of the document that gives it."""

    granted: int
    version: str


def figure_again(bill: Settlement, source: BillSource) -> Figure | None:
    """What our own rule gives a bill of `source` in its place among the bills of person and year, by the
    marks, certificates and recognitions as they are now; None where no document gives an amount, and for the
    people of an agency that the documents of `source` are not for.

    The others count with what was granted on them. Call it with the person-year locked.
    """
    human = bill.person.merged_into or bill.person
    if human.agency_id not in agencies_of(source):
        return None
    settled = source.meaning == BillSource.Meaning.SETTLED
    books = books_of(source.city)
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, {"root": human.pk, "year": bill.settled_on.year})
        rows = cursor.fetchall()
        # The bill in question is computed as one that comes now, in its own place.
        rows = [(row[0], int(row[2] == bill.pk), *row[2:]) for row in rows]
        found = figures_of(
            cursor, [(human.pk, rows)], books, settled=settled, until=bill.entered_at
        )
    return next((Figure(one.granted, one.version) for one in found), None)
