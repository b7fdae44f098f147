"""Fee lines of bills that are here: staged and booked by COPY, each once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from django.db import connection

from assistance.settlements.models import BillImport
from assistance.settlements.operations.deliveries.stage import drop_stages
from assistance.settlements.sources.definition import Definition
from assistance.settlements.sources.faults import RowFault
from assistance.settlements.sources.header import Header
from assistance.settlements.sources.lines import LineReader, LineRow

_CREATE = """
CREATE TEMPORARY TABLE line_stage (
    line integer, source_id text, number text, occurred_on date, code text, name text, level text,
    quantity numeric, amount bigint, outside bigint, over_limit bigint, paid_first bigint,
    in_scope bigint
) ON COMMIT DROP
"""
_COPY = "COPY line_stage FROM STDIN (FORMAT csv, FORCE_NOT_NULL (code, name, level))"
_FATES = """
CREATE TEMPORARY TABLE bill_sifted ON COMMIT DROP AS
SELECT s.line, s.source_id, NULL::bytea AS id_digest, b.id AS settlement_id,
       CASE
           WHEN b.id IS NULL THEN 'no_bill'
           WHEN k.id IS NOT NULL THEN
               CASE WHEN k.amount = s.amount / 100.0 THEN 'known' ELSE 'differs' END
           WHEN row_number() OVER (PARTITION BY s.source_id, s.number ORDER BY s.line) > 1
               THEN 'twice'
           ELSE 'book'
       END AS fate
  FROM line_stage s
  LEFT JOIN settlements_settlement b ON b.source = 'insurance' AND b.source_id = s.source_id
  LEFT JOIN settlements_feeline k ON k.settlement_id = b.id AND k.number = s.number
"""
_BOOK = """
INSERT INTO settlements_feeline (
    settlement_id, delivery_id, number, occurred_on, code, name, level, quantity, amount, outside,
    over_limit, paid_first, in_scope)
SELECT f.settlement_id, %s, s.number, s.occurred_on, s.code, s.name, s.level, s.quantity,
       s.amount / 100.0, s.outside / 100.0, s.over_limit / 100.0, s.paid_first / 100.0,
       s.in_scope / 100.0
  FROM line_stage s JOIN bill_sifted f ON f.line = s.line
 WHERE f.fate = 'book'
 ORDER BY s.line
"""


class LineStage:
    """Puts fee lines on the stage, a chunk at a time; the bills' numbers get the source's prefix."""

    def __init__(self, definition: Definition, header: Header, *, prefix: str, today: date) -> None:
        self.reader, self.prefix = LineReader(definition, header, today=today), prefix
        drop_stages()
        with connection.cursor() as cursor:
            cursor.execute(_CREATE)

    def take(
        self, rows: Sequence[Sequence[object]], lines: Sequence[int]
    ) -> tuple[int, list[RowFault]]:
        """Stage the rows that can be read; how many, and the faults of the others."""
        faults, text, count = [], io.StringIO(), 0
        out = csv.writer(text)
        for line, cells in zip(lines, rows, strict=True):
            found = self.reader.read(line, cells)
            if isinstance(found, LineRow):
                out.writerow((line, self.prefix + found.source_id, *found[2:]))
                count += 1
            elif found is not None:
                faults.append(found)
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(text.getvalue())
        return count, faults


def book_lines(delivery: BillImport) -> None:
    """Book every staged line whose bill is here and counts it among the delivery's fee lines."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE line_stage")
        cursor.execute(_FATES)
        cursor.execute(_BOOK, [delivery.pk])
        delivery.fee_lines = cursor.rowcount
        cursor.execute("SELECT count(*) FROM bill_sifted WHERE fate = 'known'")
        delivery.known = cursor.fetchone()[0]
