"""The numbers that are given out."""

from __future__ import annotations

from django.db import connection

from assistance.accounts.models import NumberSeries


def next_number(name: str, year: int) -> int:
    """The next number of a series in a year, from 1 on; each is given out once.

    Belongs in the transaction that uses the number: if that is rolled back the number is free
    again, and until it ends the next caller of the same series waits, so no number is skipped.
    """
    table = NumberSeries._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS series (name, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (name, year) DO UPDATE SET last = series.last + 1 RETURNING last",
            [name, year],
        )
        (number,) = cursor.fetchone()
    return int(number)
