"""Bills figured anew by what became known after they came: a recognition, its end, a death, a certificate, a refund.

Our own figure is written once with the bill. Where today's knowledge of the year gives another one, it is kept
beside it and the bill stands on the list of differences; no money moves by it (specification 11, ZS22 二(一)4).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max
from django.utils.timezone import localdate

from assistance.entitlements.operations import lock_years
from assistance.registry.models import PersonChange
from assistance.settlements.models import LateFigure, LateLook, LaterPayment, Settlement
from assistance.settlements.operations.deliveries.anew import News, figures_anew
from assistance.settlements.operations.deliveries.deliver import NONE_IS_OPEN
from assistance.shared.writers import writers_are_gone

logger = logging.getLogger(__name__)
Kind = PersonChange.Kind
# What a figure may rest on.
KINDS = (
    Kind.RECOGNISED,
    Kind.RECOGNITION_ENDED,
    Kind.RECOGNITION_VOIDED,
    Kind.DIED,
    Kind.DEATH_REVOKED,
    Kind.CERTIFIED,
    Kind.CERTIFICATE_ENDED,
    Kind.CERTIFICATE_VOIDED,
    Kind.MERGED,
    Kind.SPLIT,
)
AT_ONCE = 200  # person-years of a slice
PATIENCE = 2.0  # seconds for those who are just writing
KEPT = timedelta(days=90)

# Of whom something was written since, with the years that it may concern: those of which there are bills that
# were figured. The newest row of each kind is the cause.
_NEWS = """
WITH years (year) AS (VALUES (%(first)s::int), (%(last)s)),
news AS (
    SELECT c.person_id, y.year, c.id AS change_id, NULL::bigint AS refund_id, NULL::bigint AS payment_id
      FROM registry_personchange c CROSS JOIN years y
     WHERE c.id > %(last_change)s AND c.kind = ANY(%(kinds)s)
     UNION ALL
    SELECT b.person_id, b.benefit_year, NULL, b.id, NULL
      FROM settlements_settlement b
     WHERE b.id > %(last_bill)s AND b.reverses_id IS NOT NULL
       AND b.benefit_year IN (SELECT year FROM years)
     UNION ALL
    SELECT l.person_id, l.benefit_year, NULL, NULL, l.id
      FROM settlements_laterpayment l
     WHERE l.id > %(last_payment)s AND l.benefit_year IN (SELECT year FROM years)
)
SELECT root, year, change_id, refund_id, payment_id
  FROM (
    SELECT coalesce(p.merged_into_id, p.id) AS root, n.year, max(n.change_id) AS change_id,
           max(n.refund_id) AS refund_id, max(n.payment_id) AS payment_id
      FROM news n
      JOIN registry_person p ON p.id = n.person_id
     GROUP BY 1, 2
  ) AS found
 WHERE EXISTS (
       SELECT FROM settlements_settlement b
        WHERE b.person_id = found.root AND b.benefit_year = found.year AND b.delivery_id IS NOT NULL)
    OR EXISTS (
       SELECT FROM registry_person r
         JOIN settlements_settlement b ON b.person_id = r.id
        WHERE r.merged_into_id = found.root AND b.benefit_year = found.year
          AND b.delivery_id IS NOT NULL)
 ORDER BY 1, 2
"""


class Ends(NamedTuple):
    """The last rows a look has gone to."""

    last_change: int = 0
    last_bill: int = 0
    last_payment: int = 0


class Looked(NamedTuple):
    """How many new figures were kept, and how many slices failed."""

    kept: int
    failed: int


def look_again(*, at: datetime) -> Looked:
    """Figure the bills of this and last year anew of everybody of whom something was written since the last look.

    In slices of their own, so that whoever books waits for a few people only. Two looks at once, or one that was
    killed and begins again, keep a figure once: it is compared with the one in force under the person-year's lock.
    A slice that fails stops no other, and the next look begins where this one began.
    """
    before = _ends_before()
    ends = _ends_now(before)
    kept = failed = 0
    news = _news(before, at)
    for start in range(0, len(news), AT_ONCE):
        try:
            kept += _look(news[start : start + AT_ONCE], at=at)
        except Exception as error:
            # Not its text: it may hold the row of a person.
            logger.error("person-years from %d: %s", start, type(error).__name__)  # noqa: TRY400
            failed += 1
    if failed:
        ends = before
    LateLook.objects.create(at=at, **ends._asdict())
    LateLook.objects.filter(at__lt=at - KEPT).delete()
    return Looked(kept, failed)


def _ends_before() -> Ends:
    newest = LateLook.objects.order_by("-id").first()
    if newest is None:
        return Ends()
    return Ends(newest.last_change, newest.last_bill, newest.last_payment)


def _ends_now(before: Ends) -> Ends:
    """The highest rows of today; of a table in which somebody stays busy, those of the last look: what he is
    writing may still come up below the highest. Those of the last look too while a delivery is open: it may have
    asked for recognitions before they came, and its bills are not seen yet."""
    found = []
    tables: tuple[Any, ...] = (PersonChange, Settlement, LaterPayment)
    for model, last in zip(tables, before, strict=True):
        highest = model.objects.aggregate(last=Max("pk"))["last"] or 0
        gone = writers_are_gone(model._meta.db_table, patience=PATIENCE)
        found.append(highest if gone else last)
    with connection.cursor() as cursor:
        cursor.execute(NONE_IS_OPEN)
        (none_is_open,) = cursor.fetchone()
    return Ends(*found) if none_is_open else before


def _news(since: Ends, at: datetime) -> list[News]:
    year = localdate(at).year
    values = since._asdict() | {"first": year - 1, "last": year, "kinds": list(KINDS)}
    with connection.cursor() as cursor:
        cursor.execute(_NEWS, values)
        return [News(*row) for row in cursor.fetchall()]


@transaction.atomic
def _look(news: Sequence[News], *, at: datetime) -> int:
    lock_years([(one.root, one.year) for one in news])
    return len(LateFigure.objects.bulk_create(figures_anew(news, at=at)))
