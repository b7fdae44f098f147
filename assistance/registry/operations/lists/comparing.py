"""The list beside the register: rows go in by COPY, the comparison is a handful of statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from assistance.registry.models import CertificateType, ListImport
from assistance.registry.operations.lists.columns import Columns
from assistance.registry.operations.lists.standing import sort_out
from assistance.registry.operations.lists.statements import (
    ABSENT,
    CURRENT,
    ELSEWHERE,
    MATCHED,
    NAMED,
    PAIRED,
    PAYLOADS,
    STAGED,
    TWICE_NAMED,
    WANTED,
)
from assistance.shared import crypto
from assistance.shared.spreadsheets import written

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
NULL = "\\N"
PAYLOAD_LABEL = "registry.listrow.payload"
# How long after the end of one place a beginning at another is still the same move.
MOVE_DAYS = 62


def compare(listing: ListImport, columns: Columns, *, is_older: bool) -> None:
    """Write a row for each row of the list that says something new, and for each recognition that is
    missing from it.

    Belongs in one transaction, whose temporary tables end with it.
    """
    source = listing.source
    values: dict[str, Any] = {
        "listing": listing.pk,
        "categories": list(source.categories.values_list("pk", flat=True)),
        "agency": listing.agency_id,
        "department": source.department,
        "as_of": listing.as_of,
        "is_older": is_older,
        "has_last": columns.has_last,
        "document": CertificateType.RESIDENT_ID,
        "move_days": MOVE_DAYS,
        "held": bool(listing.ends_held_because),
        "faulty_names": _faulty_names(columns),
        "hukou_in": source.hukou_in_id,
    }
    with connection.cursor() as cursor:
        places, loose = sort_out(cursor, columns, values)
        _stage(cursor, columns, places, loose)
        for statement, table in ((NAMED, "named"), (WANTED, "wanted"), (CURRENT, "held")):
            cursor.execute(statement, values)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(TWICE_NAMED)
        cursor.execute(MATCHED, values)
        if source.hukou_in_id is not None:
            cursor.execute(ELSEWHERE, values)
        if listing.is_full:
            cursor.execute(ABSENT, values)
            cursor.execute(PAIRED, values)
        _keep_payloads(cursor, listing, columns)


def _stage(cursor: Any, columns: Columns, places: Sequence[int], loose: Sequence[int]) -> None:
    cursor.execute(STAGED)
    _copy(
        cursor,
        "staged (line, key, name, category_id, township_id, first_day, last_day, ends, fault, problems)",
        (_staged(columns, place) for place in places),
    )
    _copy(cursor, "loose (id)", (f"{pk}\n" for pk in loose))
    cursor.execute("ANALYZE staged, loose")


def _staged(columns: Columns, place: int) -> str:
    """A row as COPY reads it."""
    key, category = columns.keys[place], columns.categories[place]
    township = columns.townships[place]
    first, last = columns.firsts[place], columns.lasts[place]
    fault = problem = NULL
    if place in columns.problems:
        fault = "doubt" if place in columns.doubtful else "error"
        found = columns.problems[place]
        problem = tabbed(json.dumps(found, ensure_ascii=False))
    return (
        f"{columns.lines[place]}\t{NULL if key is None else chr(92) * 2 + 'x' + key.hex()}"
        f"\t{tabbed(columns.names[place])}"
        f"\t{NULL if category is None else category}\t{NULL if township is None else township}"
        f"\t{NULL if first is None else first.isoformat()}"
        f"\t{NULL if last is None else last.isoformat()}"
        f"\t{'t' if columns.ends[place] else 'f'}\t{fault}\t{problem}\n"
    )


def tabbed(text: str) -> str:
    """A text as COPY reads it."""
    return text.translate(_ESCAPES)


def _copy(cursor: Any, into: str, lines: Iterable[str]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        copy.write("".join(lines))


def _faulty_names(columns: Columns) -> list[str]:
    """The names of rows whose number cannot be read: their people are not missing from the list."""
    return sorted({columns.names[place] for place, key in enumerate(columns.keys) if key is None})


def _keep_payloads(cursor: Any, listing: ListImport, columns: Columns) -> None:
    """Encrypt name and number of the rows whose person is new or in doubt; the others' are known."""
    cursor.execute(
        "SELECT id, line FROM registry_listrow WHERE listing_id = %s AND line IS NOT NULL"
        " AND (person_id IS NULL OR outcome IN ('doubt', 'error'))",
        [listing.pk],
    )
    rows: Sequence[tuple[int, int]] = cursor.fetchall()
    if not rows:
        return
    places = {line: place for place, line in enumerate(columns.lines)}
    cursor.execute("CREATE TEMP TABLE payloads (id bigint, payload bytea) ON COMMIT DROP")
    _copy(
        cursor,
        "payloads",
        (f"{pk}\t\\\\x{payload(columns, places[line]).hex()}\n" for pk, line in rows),
    )
    cursor.execute(PAYLOADS)


def payload(columns: Columns, place: int) -> bytes:
    """Name and number of a row as they stood in the file, encrypted."""
    row = {
        "name": columns.names[place],
        "number": columns.numbers[place],
        "village": written(columns.villages[place])[:60],
        "township": columns.unknown_townships.get(place, ""),
    }
    return crypto.encrypt(json.dumps(row, ensure_ascii=False), label=PAYLOAD_LABEL)
