"""A list of the insured, thousands of rows at a time: memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from itertools import islice
from typing import cast

from django.utils.translation import gettext as _

from assistance.registry import insured_words, list_words
from assistance.registry.operations.lists.columns import Columns, Reader
from assistance.registry.operations.lists.reading import (
    cell_at,
    check_days,
    column_of,
    is_person,
    read_cells,
    read_end,
    read_name,
    read_numbers,
    read_townships,
)
from assistance.shared.spreadsheets import (
    LIMITS,
    TITLE_ROWS,
    Cell,
    Header,
    Table,
    UnreadableCell,
    find_header,
    is_blank,
    open_table,
    read_day,
    written,
)

AT_ONCE = 5_000
Row = list[Cell]
Numbered = tuple[int, Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredReader(Reader):
    """`counties` are the agency's places of insurance by code and name."""

    counties: Mapping[str, int]

    @property
    def only_county(self) -> int | None:
        found = set(self.counties.values())
        return found.pop() if len(found) == 1 else None


@dataclass(slots=True)
class InsuredColumns(Columns):
    kinds: list[str | None] = field(default_factory=list)
    counties: list[int | None] = field(default_factory=list)
    # Rows of insurances that are none of the two this register knows.
    others: int = 0


def opened(content: bytes, filename: str) -> Table:
    """The file, looked through once. Raises UnreadableFile."""
    return open_table(lambda: BytesIO(content), filename=filename, limits=LIMITS)


def top_of(table: Table) -> list[Row]:
    """The first rows, among which the headings stand."""
    return [list(cast("Sequence[Cell]", row)) for _line, row in islice(table.rows(), TITLE_ROWS)]


def header_of(top: list[Row], chosen: Mapping[str, str]) -> Header | None:
    return find_header(
        top, aliases=insured_words.ALIASES, needed=insured_words.NEEDED, chosen=chosen
    )


def blocks(table: Table, header: Header, reader: InsuredReader) -> Iterator[InsuredColumns]:
    """Every row below the header, in blocks; blank rows, sums, footnotes and other insurances are none.

    Raises UnreadableFile where the file breaks off.
    """
    rows = islice(table.rows(), header.index + 1, None)
    while block := list(islice(rows, AT_ONCE)):
        yield _read(
            [(line, list(cast("Sequence[Cell]", row))) for line, row in block], header, reader
        )


def _read(block: Sequence[Numbered], header: Header, reader: InsuredReader) -> InsuredColumns:
    body, others = _body(block, header)
    rows = [row for _line, row in body]
    cells = {name: column_of(rows, place) for name, place in header.columns.items()}
    blank: list[Cell] = [""] * len(rows)
    columns = InsuredColumns(
        lines=[line for line, _row in body],
        numbers=[""] * len(rows),
        names=[""] * len(rows),
        categories=[],
        townships=[None] * len(rows),
        villages=cells.get(list_words.VILLAGE, blank),
        firsts=[None] * len(rows),
        lasts=[None] * len(rows),
        ends=[False] * len(rows),
        has_last=list_words.LAST in cells,
        kinds=[None] * len(rows),
        counties=[reader.only_county] * len(rows),
        others=others,
    )
    _read_cells(columns, cells, reader)
    return columns


def _read_cells(
    columns: InsuredColumns, cells: Mapping[str, list[Cell]], reader: InsuredReader
) -> None:
    blank: list[Cell] = [""] * len(columns.lines)
    read_numbers(columns, cells[list_words.NUMBER], reader.as_of)
    read_cells(columns, list_words.NAME, columns.names, cells[list_words.NAME], read_name)
    read_cells(columns, insured_words.KIND, columns.kinds, cells[insured_words.KIND], _kind)
    places = cells.get(insured_words.COUNTY, blank)
    read_cells(columns, insured_words.COUNTY, columns.counties, places, _county(reader))
    states = cells.get(insured_words.STATE, blank)
    read_cells(columns, insured_words.STATE, columns.ends, states, _is_stopped)
    firsts = cells.get(list_words.FIRST, blank)
    read_cells(columns, list_words.FIRST, columns.firsts, firsts, read_day)
    lasts = cells.get(list_words.LAST, blank)
    read_cells(columns, list_words.LAST, columns.lasts, lasts, read_end(reader))
    read_townships(columns, cells.get(list_words.TOWNSHIP, blank), reader)
    check_days(columns, reader.as_of)
    _check_states(columns, states, reader.as_of)
    _check_born(columns, cells.get(insured_words.BORN, blank))
    _check_sex(columns, cells.get(insured_words.SEX, blank))


def _body(block: Sequence[Numbered], header: Header) -> tuple[list[Numbered], int]:
    number, name = header.columns[list_words.NUMBER], header.columns[list_words.NAME]
    kind, known = header.columns[insured_words.KIND], sorted(header.columns.values())
    body: list[Numbered] = []
    others = 0
    for line, row in block:
        if cell_at(row, number) in list_words.NO_NUMBER and not is_person(row, name, known):
            continue
        if written(cell_at(row, kind)) in insured_words.OTHER_KINDS:
            others += 1
        else:
            body.append((line, row))
    return body, others


def _kind(cell: Cell) -> str:
    word = written(cell)
    found = insured_words.KINDS.get(word)
    if found is None:
        raise UnreadableCell(_("“%(word)s” is no kind of insurance.") % {"word": word[:40]})
    return found


def _county(reader: InsuredReader) -> Callable[[Cell], int | None]:
    def read(cell: Cell) -> int | None:
        word = written(cell)
        if not word and reader.only_county is not None:
            return None
        found = reader.counties.get(word)
        if found is None:
            raise UnreadableCell(
                _("“%(word)s” is no place of insurance of this agency.") % {"word": word[:40]}
            )
        return found

    return read


def _is_stopped(cell: Cell) -> bool | None:
    word = written(cell)
    if word in insured_words.STOPPED:
        return True
    if word in insured_words.IN_FORCE:
        return None
    raise UnreadableCell(_("“%(word)s” is no state of an insurance.") % {"word": word[:40]})


def _check_states(columns: InsuredColumns, states: Sequence[Cell], as_of: date) -> None:
    """A row that says it is in force and that it has ended, or that it never held and when, says nothing."""
    for place, last in enumerate(columns.lasts):
        first = columns.firsts[place]
        if first and last and written(states[place]) in insured_words.NEVER_HELD:
            columns.doubtful.add(place)
            columns.fault(
                place,
                insured_words.STATE,
                _("It is said never to have held, and to have lasted from %(first)s to %(last)s.")
                % {"first": first.isoformat(), "last": last.isoformat()},
            )
        is_over = last is not None and last < as_of and not columns.ends[place]
        if last is not None and is_over and not is_blank(states[place]):
            columns.doubtful.add(place)
            columns.fault(
                place,
                insured_words.STATE,
                _("It is said to be in force, and to have ended on %(day)s.")
                % {"day": last.isoformat()},
            )


def _check_born(columns: InsuredColumns, cells: Sequence[Cell]) -> None:
    born: list[date | None] = [None] * len(columns.lines)
    read_cells(columns, insured_words.BORN, born, cells, read_day)
    for place, day in enumerate(born):
        number = columns.numbers[place]
        if day is not None and number and f"{day:%Y%m%d}" != number[6:14]:
            columns.fault(
                place, insured_words.BORN, _("The date of birth differs from that in the number.")
            )


def _check_sex(columns: InsuredColumns, cells: Sequence[Cell]) -> None:
    for place, cell in enumerate(cells):
        number, word = columns.numbers[place], written(cell)
        if not number or not word:
            continue
        is_man = int(number[16]) % 2 == 1
        if word in (insured_words.WOMEN if is_man else insured_words.MEN):
            columns.fault(place, insured_words.SEX, _("The sex differs from that in the number."))
