"""Pages by key, not by offset: page 400 costs what page 1 costs, and nothing is shown twice."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldDoesNotExist
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

from assistance.shared import crypto

PAGE_SIZE = 50
EXACT_UP_TO = 10_000
FORWARD, BACKWARD = "f", "b"

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """`count` is None when there are more rows than are worth counting."""

    rows: list[M]
    next_cursor: str | None
    previous_cursor: str | None
    count: int | None


@dataclass(frozen=True, slots=True)
class _Key:
    path: str
    descending: bool
    nullable: bool
    name: str

    def after(self, value: Any, *, backward: bool) -> Q:
        """Rows that come later in this column alone; PostgreSQL sorts NULL as the largest value."""
        if self.descending != backward:
            return (
                Q(**{f"{self.name}__isnull": False}) if value is None else self._than("lt", value)
            )
        if value is None:
            return Q(pk__in=())
        later = self._than("gt", value)
        return later | Q(**{f"{self.name}__isnull": True}) if self.nullable else later

    def _than(self, lookup: str, value: Any) -> Q:
        return Q(**{f"{self.name}__{lookup}": value})

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def ordering(self, *, backward: bool) -> str:
        return f"-{self.name}" if self.descending != backward else self.name


def paginate(
    queryset: QuerySet[M], *, order: Sequence[str], cursor: str | None, size: int = PAGE_SIZE
) -> Page[M]:
    """One page of `queryset` in `order`, whose columns together are unique (end with "id").

    `cursor` is one of a former page's; a broken one, or one of another order, gives the first page.
    The count is exact up to 10,000 rows and None above.
    """
    keys = [_key(queryset.model, path, index) for index, path in enumerate(order)]
    count = _count(queryset)
    queryset = queryset.annotate(**{key.name: F(key.path) for key in keys if key.name != key.path})
    direction, values = _read_cursor(cursor, order)
    page = _page(queryset, keys, direction, values, size)
    if page is None:
        page = _page(queryset, keys, FORWARD, None, size) or ([], False, False)
    rows, has_previous, has_next = page
    return Page(
        rows=rows,
        next_cursor=_cursor(FORWARD, rows[-1], keys, order) if has_next else None,
        previous_cursor=_cursor(BACKWARD, rows[0], keys, order) if has_previous else None,
        count=count,
    )


def _page(
    queryset: QuerySet[M], keys: list[_Key], direction: str, values: list[Any] | None, size: int
) -> tuple[list[M], bool, bool] | None:
    """Rows, whether some come before, whether some come after; None: show the first page instead."""
    backward = direction == BACKWARD
    if values is not None:
        queryset = queryset.filter(_beyond(keys, values, backward=backward))
    ordering = [key.ordering(backward=backward) for key in keys]
    found = list(queryset.order_by(*ordering)[: size + 1])
    more, rows = len(found) > size, found[:size]
    if values is None:
        return rows, False, more
    if not rows or (backward and not more):
        # Rows went away, or the pages before this one begin out of step: begin at the beginning.
        return None
    return (rows[::-1], True, True) if backward else (rows, True, more)


class _RowLater(Func):
    """(a, b) < (x, y) in one comparison: an index on the columns is entered at the row itself."""

    output_field = BooleanField()

    def __init__(self, keys: Sequence[_Key], values: Sequence[Any], *, descending: bool) -> None:
        super().__init__(*(F(key.name) for key in keys), *map(Value, values))
        self.sign = "<" if descending else ">"

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, list[Any]]:
        found = [compiler.compile(part) for part in self.source_expressions]
        half = len(found) // 2
        columns, values = (
            ", ".join(sql for sql, _ in side) for side in (found[:half], found[half:])
        )
        params = [param for _sql, given in found for param in given]
        return f"({columns}) {self.sign} ({values})", params


def _beyond(keys: list[_Key], values: list[Any], *, backward: bool) -> Q | _RowLater:
    """(a, b, c) later than the values: as rows where all columns run one way and hold no NULL, else
    written out: a later, or a same and b later, or …"""
    ways = {key.descending for key in keys}
    if len(ways) == 1 and not any(key.nullable for key in keys):
        return _RowLater(keys, values, descending=keys[0].descending != backward)
    steps, same = [], Q()
    for key, value in zip(keys, values, strict=True):
        steps.append(same & key.after(value, backward=backward))
        same &= key.same(value)
    return reduce(or_, steps)


def _key(model: type[Model], path: str, index: int) -> _Key:
    descending, path = path.startswith("-"), path.removeprefix("-")
    name = f"page_key_{index}" if "__" in path else path
    return _Key(path, descending, _is_nullable(model, path), name)


def _is_nullable(model: type[Model], path: str) -> bool:
    for part in path.split("__"):
        try:
            field: Any = model._meta.get_field(part)
        except FieldDoesNotExist:
            return True  # an annotation: nobody promises anything
        if getattr(field, "null", True):
            return True
        model = field.related_model or model
    return False


def _count(queryset: QuerySet[Any]) -> int | None:
    count = queryset.order_by()[: EXACT_UP_TO + 1].count()
    return count if count <= EXACT_UP_TO else None


def _label(order: Sequence[str]) -> str:
    return "page:" + ",".join(order)


def _cursor(direction: str, row: Model, keys: list[_Key], order: Sequence[str]) -> str:
    # Encrypted, not only signed: it goes into addresses, and a sort key may hold a name.
    values = [_plain(getattr(row, key.name)) for key in keys]
    data = crypto.encrypt(json.dumps([direction, *values]), label=_label(order))
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read_cursor(cursor: str | None, order: Sequence[str]) -> tuple[str, list[Any] | None]:
    if not cursor:
        return FORWARD, None
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        direction, *values = json.loads(crypto.decrypt(data, label=_label(order)))
    except (ValueError, binascii.Error, InvalidTag, KeyError, IndexError):
        return FORWARD, None
    return direction, values
