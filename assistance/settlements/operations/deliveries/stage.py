"""The staging table of one delivery: temporary, gone with its transaction, without any id number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.db import connection

from assistance.registry.numbers import id_digest
from assistance.settlements.sources.reading import BillRow

_CREATE = """
CREATE TEMPORARY TABLE bill_stage (
    line integer, source_id text, visit_id text, id_digest bytea, name text,
    settled_on date, service_from date, service_to date, setting text, med_type text,
    institution text, invoice text, refund boolean, supplement boolean,
    total bigint, in_scope bigint, basic bigint, supplementary bigint, big_illness bigint,
    assistance bigint, broken smallint[], institution_code text, disease_code text,
    disease_name text
) ON COMMIT DROP
"""
# An empty text is no unknown one; an empty day is.
_COPY = (
    "COPY bill_stage FROM STDIN (FORMAT csv, FORCE_NOT_NULL (visit_id, name, institution, invoice,"
    " institution_code, disease_code, disease_name))"
)


def drop_stages() -> None:
    """A delivery may be booked in a transaction in which another was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS bill_stage, line_stage, bill_sifted, bill_own, bill_elsewhere"
        )


def open_stage() -> None:
    """A fresh table for this transaction."""
    drop_stages()
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)


def stage(bills: Iterable[BillRow], prefix: str) -> None:
    """Add rows; their numbers at the source carry the source's prefix from here on."""
    text = io.StringIO()
    csv.writer(text).writerows(_lines(bills, prefix))
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(text.getvalue())


def _lines(bills: Iterable[BillRow], prefix: str) -> Iterator[tuple[object, ...]]:
    digests: dict[str, str] = {}
    for bill in bills:
        number = bill.id_number
        digest = digests.get(number)
        if digest is None:
            digest = digests[number] = "\\x" + id_digest(number).hex()
        broken = "{" + ",".join(map(str, bill.broken)) + "}" if bill.broken else "{}"
        yield (
            bill.line,
            prefix + bill.source_id,
            bill.visit_id,
            digest,
            *bill[4:20],
            broken,
            *bill[21:],
        )
