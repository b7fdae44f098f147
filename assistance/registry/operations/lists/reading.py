"""From the cells of a list to columns of values, with what is wrong in each row and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from assistance.registry import list_words as words
from assistance.registry.models import CertificateType
from assistance.registry.names import written_name
from assistance.registry.operations.lists.columns import Columns, Reader
from assistance.shared import crypto, identity_numbers
from assistance.shared.errors import Refused
from assistance.shared.many_numbers import plainly_valid
from assistance.shared.spreadsheets import (
    Cell,
    Header,
    UnreadableCell,
    is_blank,
    lost_digits,
    read_day,
    written,
)

# A recognition may be decided some weeks before it begins; what is later is a slip of the pen.
FURTHEST_AHEAD = timedelta(days=62)
NUMBER_LABEL = f"registry.person.id_number.{CertificateType.RESIDENT_ID}"
T = TypeVar("T")


def read_columns(rows: Sequence[Sequence[Cell]], header: Header, reader: Reader) -> Columns:
    """Every row below the header; blank rows, sums and footnotes are no rows."""
    body, lines = _body(rows, header)
    cells = {name: column_of(body, place) for name, place in header.columns.items()}
    blank: list[Cell] = [""] * len(body)
    columns = Columns(
        lines=lines,
        numbers=[""] * len(body),
        names=[""] * len(body),
        categories=[reader.only_category] * len(body),
        townships=[None] * len(body),
        villages=cells.get(words.VILLAGE, blank),
        firsts=[None] * len(body),
        lasts=[None] * len(body),
        ends=[False] * len(body),
        has_last=words.LAST in cells,
    )
    read_numbers(columns, cells[words.NUMBER], reader.as_of)
    read_cells(columns, words.NAME, columns.names, cells[words.NAME], read_name)
    if words.CATEGORY in cells:
        read = _category(reader)
        read_cells(columns, words.CATEGORY, columns.categories, cells[words.CATEGORY], read)
    elif reader.only_category is None:
        for place in range(len(body)):
            columns.fault(place, words.CATEGORY, _("The list has several categories: give one."))
    read_townships(columns, cells.get(words.TOWNSHIP, blank), reader)
    read_cells(columns, words.FIRST, columns.firsts, cells.get(words.FIRST, blank), read_day)
    read_cells(columns, words.LAST, columns.lasts, cells.get(words.LAST, blank), read_end(reader))
    read_cells(columns, words.CHANGE, columns.ends, cells.get(words.CHANGE, blank), _is_end)
    check_days(columns, reader.as_of)
    if reader.beside and words.CATEGORY in cells:
        _add_beside(columns, cells[words.CATEGORY], reader)
    _check_twice(columns)
    return columns


def _add_beside(columns: Columns, cells: Sequence[Cell], reader: Reader) -> None:
    """A row whose word means two recognitions counts as two rows with one number."""
    every: tuple[list[Any], ...] = (
        columns.lines,
        columns.numbers,
        columns.names,
        columns.townships,
        columns.villages,
        columns.firsts,
        columns.lasts,
        columns.ends,
        columns.keys,
    )
    for place, cell in enumerate(cells):
        second = reader.beside.get(written(cell))
        if second is None or place in columns.problems:
            continue
        if place in columns.unknown_townships:
            columns.unknown_townships[len(columns.lines)] = columns.unknown_townships[place]
        for column in every:
            column.append(column[place])
        columns.categories.append(second)


def _body(rows: Sequence[Sequence[Cell]], header: Header) -> tuple[list[Sequence[Cell]], list[int]]:
    number, name = header.columns[words.NUMBER], header.columns[words.NAME]
    known = sorted(header.columns.values())
    body: list[Sequence[Cell]] = []
    lines: list[int] = []
    for line, row in enumerate(rows[header.index + 1 :], start=header.index + 2):
        cell = cell_at(row, number)
        if cell in words.NO_NUMBER and not is_person(row, name, known):
            continue
        body.append(row)
        lines.append(line)
    return body, lines


def is_person(row: Sequence[Cell], name: int, known: list[int]) -> bool:
    """A row without a number: blank, a sum or a footnote, or somebody whose number is missing."""
    if any(written(cell) in words.TOTALS for cell in row):
        return False
    return sum(not is_blank(cell_at(row, place)) for place in known) > 1 or not is_blank(
        cell_at(row, name)
    )


def cell_at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else ""


def column_of(body: Sequence[Sequence[Cell]], place: int) -> list[Cell]:
    return [row[place] if place < len(row) else "" for row in body]


def read_cells(
    columns: Columns,
    field_name: str,
    into: list[Any],
    cells: Sequence[Cell],
    read: Callable[[Cell], T | None],
) -> None:
    """Each different cell is read once: a column of days or categories holds few of them."""
    known: dict[Hashable, tuple[T | None, str]] = {}
    for place, cell in enumerate(cells):
        key = (type(cell), cell)
        found = known.get(key)
        if found is None:
            found = known[key] = _tried(read, cell)
        value, fault = found
        if fault:
            columns.fault(place, field_name, fault)
        elif value is not None:
            into[place] = value


def _tried(read: Callable[[Cell], T | None], cell: Cell) -> tuple[T | None, str]:
    try:
        return read(cell), ""
    except Refused as refusal:
        return None, str(refusal)


def read_numbers(columns: Columns, cells: Sequence[Cell], as_of: date) -> None:
    latest = as_of + FURTHEST_AHEAD
    texts = [cell if type(cell) is str else written(cell) for cell in cells]
    for place, is_valid in enumerate(plainly_valid(texts, on=latest)):
        if is_valid:
            columns.numbers[place] = texts[place]
            continue
        try:
            columns.numbers[place] = _number(cells[place], latest)
        except Refused as refusal:
            columns.fault(place, words.NUMBER, str(refusal))
    whole = iter(crypto.digests(filter(None, columns.numbers), label=NUMBER_LABEL))
    columns.keys = [next(whole) if number else None for number in columns.numbers]


def _number(cell: Cell, latest: date) -> str:
    if is_blank(cell):
        raise UnreadableCell(_("The id number is missing."))
    if lost_digits(cell):
        raise UnreadableCell(
            _(
                "The spreadsheet kept the id number as a figure and lost its last digits."
                " Format the column as text and enter the number anew."
            )
        )
    return identity_numbers.parse(written(cell).replace(" ", ""), on=latest).number


def read_name(cell: Cell) -> str:
    return written_name(written(cell))


def _category(reader: Reader) -> Callable[[Cell], int | None]:
    def read(cell: Cell) -> int | None:
        word = written(cell)
        if not word and reader.only_category is not None:
            return reader.only_category
        found = reader.categories.get(word)
        if found is None:
            raise UnreadableCell(
                _("“%(word)s” is none of the categories of this list.") % {"word": word[:40]}
            )
        return found

    return read


def read_townships(columns: Columns, cells: Sequence[Cell], reader: Reader) -> None:
    for place, cell in enumerate(cells):
        found = reader.townships.get(cell) if type(cell) is str else None
        if found is None and not is_blank(cell):
            found = reader.townships.get(written(cell))
            if found is None:
                columns.unknown_townships[place] = written(cell)[:60]
        columns.townships[place] = found


def read_end(reader: Reader) -> Callable[[Cell], date | None]:
    def read(cell: Cell) -> date | None:
        if written(cell) in words.OPEN_ENDED:
            return None
        day = read_day(cell)
        if day is None or day.year >= words.OPEN_FROM_YEAR:
            return None
        return day - timedelta(days=1) if reader.end_is_outside else day

    return read


def _is_end(cell: Cell) -> bool | None:
    word = written(cell)
    if word in words.ENDS:
        return True
    if word in words.GOES_ON:
        return None
    raise UnreadableCell(_("“%(word)s” is no kind of change.") % {"word": word[:40]})


def check_days(columns: Columns, as_of: date) -> None:
    latest = as_of + FURTHEST_AHEAD
    plain = {day: f"{day:%Y%m%d}" for day in set(columns.firsts) if day is not None}
    for place, (first, last) in enumerate(zip(columns.firsts, columns.lasts, strict=True)):
        if first is None:
            continue
        if last is not None and last < first:
            columns.fault(
                place,
                words.LAST,
                _("It ends on %(last)s, before it begins on %(first)s.")
                % {"last": last.isoformat(), "first": first.isoformat()},
            )
        if first > latest:
            columns.fault(
                place,
                words.FIRST,
                _("The first day %(first)s lies too far ahead.") % {"first": first.isoformat()},
            )
        number = columns.numbers[place]
        if number and plain[first] < number[6:14]:
            columns.fault(
                place, words.FIRST, _("The first day is before the date of birth in the number.")
            )


def _check_twice(columns: Columns) -> None:
    """One person twice in one category: the second is faulty, and under two names both are in doubt."""
    seen: dict[tuple[str, int | None], int] = {}
    for place, number in enumerate(columns.numbers):
        if not number:
            continue
        first = seen.setdefault((number, columns.categories[place]), place)
        if first == place:
            continue
        sentence = _("The same number stands in row %(row)d.")
        columns.fault(place, words.NUMBER, sentence % {"row": columns.lines[first]})
        if columns.names[first] != columns.names[place]:
            columns.fault(first, words.NUMBER, sentence % {"row": columns.lines[place]})
            columns.doubtful |= {first, place}
