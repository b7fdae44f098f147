"""Limits on what anybody may try without logging in, kept in the database: all servers count together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from assistance.accounts.models import Tries
from assistance.shared import crypto

FORGOTTEN_AFTER = timedelta(days=2)


def count_try(what: str, who: str, *, within: timedelta, at: datetime) -> int:
    """Count one more try of `what` by or about `who`; how many it makes since the first within `within`.

    One statement, so tries at the same moment are all counted. Call it outside the transaction of the work:
    a try that is rolled back counts as well.
    """
    Tries.objects.filter(since__lt=at - FORGOTTEN_AFTER).delete()
    table = Tries._meta.db_table
    lapsed = "tries.since <= %(cutoff)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS tries (key, since, count) VALUES (%(key)s, %(at)s, 1)"
            " ON CONFLICT (key) DO UPDATE SET"
            f" count = CASE WHEN {lapsed} THEN 1 ELSE tries.count + 1 END,"
            f" since = CASE WHEN {lapsed} THEN excluded.since ELSE tries.since END"
            " RETURNING count",
            {"key": crypto.digest(who, label=f"tries.{what}"), "at": at, "cutoff": at - within},
        )
        (count,) = cursor.fetchone()
    return int(count)
