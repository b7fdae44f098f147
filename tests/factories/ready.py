"""Ways that were gone once: what they wrote is put into the tables, instead of going them again.

A way begins where a test's transaction has written nothing yet and ends with the first row that is not of the way;
it is the same way on the same day, at the same moment of the desk, by the same reviewer and in the same language.
Anything else is gone step by step, and so is every way the first time a worker comes to it.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.core.files.storage import storages
from django.db import connection
from django.utils.timezone import localdate
from django.utils.translation import get_language

from assistance.accounts.models import User
from assistance.files.models import StoredFile
from tests.factories import stock

# What inserts, updates and deletes a row, per table; it never goes back within a transaction.
COUNTS = """SELECT relname, pg_stat_get_xact_tuples_inserted(oid)
    + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
COLUMNS = """SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
    min(quote_ident(a.attname)) FILTER (WHERE a.attnum = i.indkey[0])
    FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY c.relname"""
SIMPLE = (str, int, date, type(None))
P = ParamSpec("P")
R = TypeVar("R")


class Walker(Protocol):
    now: datetime
    year: int
    reviewer: User
    way: Way


D = TypeVar("D", bound=Walker)


@dataclass(frozen=True)
class Kept:
    """The rows that a way had written up to here, by table, and what it gave."""

    rows: dict[str, tuple[bytes, str]]
    papers: list[str]
    result: Any
    now: datetime

    def whole(self) -> bool:
        return all(storages["papers"].exists(name) for name in self.papers)


_kept: dict[Hashable, Kept] = {}
_allowed = True


def allow(unpatched: bool) -> None:
    """In a test that patches something every way is really gone, and none of its ways is kept."""
    global _allowed
    _allowed = unpatched


def forget() -> None:
    _kept.clear()


def put_last(*, step: str) -> Any:
    """Put the rows of the last way that ended with this step there; gives what it gave."""
    kept = [way for key, way in _kept.items() if isinstance(key, tuple) and key[1] == step][-1]
    _put(kept)
    return kept.result


class Way:
    """What a desk has done since nothing but the stock was there."""

    def __init__(self) -> None:
        usable = _allowed and stock.stocked() and connection.in_atomic_block
        usable = usable and transaction_id() is None
        self._gone: Hashable | None = "begun" if usable else None
        self._begun = self._counts = counts() if usable else {}

    def key(self, desk: Walker, step: str, given: list[Any]) -> Hashable | None:
        if self._gone is None or not connection.in_atomic_block or counts() != self._counts:
            self._gone = None
        if self._gone is None or not all(isinstance(value, SIMPLE) for value in given):
            return None
        about = (desk.now, desk.year, desk.reviewer.pk, get_language(), localdate())
        return (self._gone, step, *given, *about)

    def written(self) -> list[str]:
        return [table for table, n in counts().items() if n != self._begun.get(table)]

    def arrive(self, at: Hashable) -> None:
        self._gone, self._counts = at, counts()


def gone_once(step: Callable[Concatenate[D, P], R]) -> Callable[Concatenate[D, P], R]:
    """A step of a desk whose rows are kept."""

    @functools.wraps(step)
    def go(desk: D, /, *args: P.args, **given: P.kwargs) -> R:
        values = [*args, *(value for pair in sorted(given.items()) for value in pair)]
        key = desk.way.key(desk, step.__name__, values)
        if key is None:
            return step(desk, *args, **given)
        kept = _kept.get(key)
        if kept is not None and kept.whole():
            _put(kept)
        else:
            result = step(desk, *args, **given)
            kept = _kept[key] = _taken(desk, copy.deepcopy(result))
        desk.way.arrive(key)
        desk.now = kept.now
        return copy.deepcopy(kept.result)  # type: ignore[no-any-return]  # what the step gave

    return go


def _taken(desk: Walker, result: Any) -> Kept:
    first, rows = transaction_id(), {}
    with connection.cursor() as cursor:
        for table in desk.way.written():
            columns, key = _columns()[table]
            ours = f'FROM "{table}" WHERE xmin::text::bigint >= {first}'
            with cursor.copy(f"COPY (SELECT {columns} {ours}) TO STDOUT") as copied:
                data = b"".join(bytes(part) for part in copied)
            cursor.execute(f"SELECT array_agg({key})::text {ours}")
            rows[table] = data, cursor.fetchone()[0] or "{}"
    papers = list(StoredFile.objects.values_list("name", flat=True))
    return Kept(rows, papers, result, desk.now)


def _put(kept: Kept) -> None:
    """As they were, without triggers: what those wrote is among the rows."""
    first = transaction_id() or 2**32
    statements = ["SET LOCAL session_replication_role = replica"]
    for table, (_data, keys) in kept.rows.items():
        _columns_of, key = _columns()[table]
        mine = f"xmin::text::bigint >= {first} OR {key} = ANY('{keys}')"
        statements.append(f'DELETE FROM "{table}" WHERE {mine}')
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements))
        for table, (data, _keys) in kept.rows.items():
            with cursor.copy(f'COPY "{table}" ({_columns()[table][0]}) FROM STDIN') as copied:
                copied.write(data)
        cursor.execute("SET LOCAL session_replication_role = origin")


def transaction_id() -> int | None:
    """None as long as the transaction has written nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text::bigint")
        found: int | None = cursor.fetchone()[0]
        return found


def counts() -> dict[str, int]:
    """How often a row of each table was written in this transaction, also by what was taken back."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())


@functools.cache
def _columns() -> dict[str, tuple[str, str]]:
    """Of every table the columns that are not computed, and the one of its key."""
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return {table: (columns, key) for table, columns, key in cursor.fetchall()}
