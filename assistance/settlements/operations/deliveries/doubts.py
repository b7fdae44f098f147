"""Rows nobody could book: kept whole and encrypted, with what is wrong and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import NamedTuple

from django.db import connection

from assistance.settlements.models import BillImport, BillInDoubt
from assistance.settlements.queries.deliveries import row_digests
from assistance.settlements.sources.faults import RowFault, fault_sentence
from assistance.settlements.sources.values import plain_text

AT_ONCE = 2_000
_NEXT = """
SELECT line, fate, id_digest, source_id FROM bill_sifted
 WHERE fate NOT IN ('book', 'refund', 'supplement', 'known') AND line > %s
 ORDER BY line LIMIT %s
"""
NumberedRows = Iterable[tuple[int, Sequence[object]]]


class _Doubt(NamedTuple):
    line: int
    reason: str
    digest: bytes | None
    number: str
    fault: str


class Kept(NamedTuple):
    """Rows that are in doubt now, and those that were before or that somebody has settled."""

    new: int
    known: int


def keep_doubts(
    delivery: BillImport,
    *,
    header: Sequence[str],
    rows: NumberedRows,
    faults: Iterable[RowFault],
    is_retry: bool,
) -> Kept:
    """Store the rows with a fault and those sifted out, reading the file a second time.

    A row of this source that was in doubt before, in this file or another, is not stored again, but
    for a retry, whose rows all were.
    """
    bad = (
        _Doubt(fault.line, BillInDoubt.Reason.BAD_ROW.value, None, "", fault_sentence(fault))
        for fault in faults
    )
    doubts = merge(bad, _sifted(), key=lambda doubt: doubt.line)
    kept = _kept(delivery, header, rows, doubts)
    new = known = 0
    while chunk := list(islice(kept, AT_ONCE)):
        fresh = chunk if is_retry else _without_known(delivery, chunk)
        BillInDoubt.objects.bulk_create(fresh)
        new += len(fresh)
        known += len(chunk) - len(fresh)
    return Kept(new, known)


def _without_known(delivery: BillImport, doubts: list[BillInDoubt]) -> list[BillInDoubt]:
    digests = row_digests(delivery.source_id, [doubt.payload for doubt in doubts])
    wanted = BillInDoubt.objects.filter(row_digest__in=digests)
    seen = {bytes(digest or b"") for digest in wanted.values_list("row_digest", flat=True)}
    fresh = []
    for doubt, digest in zip(doubts, digests, strict=True):
        doubt.row_digest = digest
        if digest not in seen:
            fresh.append(doubt)
        seen.add(digest)
    return fresh


def _sifted() -> Iterator[_Doubt]:
    line = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [line, AT_ONCE])
            found = cursor.fetchall()
        if not found:
            return
        for line, fate, digest, number in found:
            yield _Doubt(line, fate, digest and bytes(digest), number, "")


def _kept(
    delivery: BillImport, header: Sequence[str], rows: NumberedRows, doubts: Iterator[_Doubt]
) -> Iterator[BillInDoubt]:
    """Both run along the file: the doubts are in its order."""
    doubt = next(doubts, None)
    if doubt is None:
        return
    for line, cells in rows:
        if line != doubt.line:
            continue
        yield BillInDoubt(
            delivery=delivery,
            line=line,
            reason=doubt.reason,
            fault=doubt.fault,
            payload=as_payload(header, cells),
            id_digest=doubt.digest,
            number=doubt.number,
        )
        doubt = next(doubts, None)
        if doubt is None:
            return


def as_payload(header: Sequence[str], cells: Sequence[object]) -> str:
    """The row as JSON: name of the column → text. Cells beyond the header keep their place as name."""
    names = [*header, *(str(place) for place in range(len(header), len(cells)))]
    texts = (plain_text(cell) for cell in cells)
    return json.dumps(dict(zip(names, texts, strict=False)), ensure_ascii=False)
