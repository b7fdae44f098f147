"""Finding the row of headings below titles and notes, by the names a column goes under."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assistance.shared.spreadsheets.cells import Cell, written
from assistance.shared.spreadsheets.limits import UnreadableFile

# Titles, the sender's name, a date: what stands above a table in practice.
TITLE_ROWS = 20
_IGNORED = str.maketrans("", "", " \t\r\n*＊:：_")


@dataclass(frozen=True, slots=True)
class Header:
    """`index` is the header's place among the rows; `columns` says in which column a field stands."""

    index: int
    names: tuple[str, ...]
    columns: Mapping[str, int]


def headings(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(written(cell) for cell in row)


def find_header(
    rows: Sequence[Sequence[Cell]],
    *,
    aliases: Mapping[str, Collection[str]],
    needed: Collection[str],
    chosen: Mapping[str, str] | None = None,
) -> Header | None:
    """The first row in which every needed field has a column; None when no row of the top has.

    `aliases` are the names of a field; `chosen` is what somebody said a field's heading is, and goes
    before them. Raises UnreadableFile when the row holds two headings that mean the same field.
    """
    known = _known(aliases, chosen or {})
    for index, row in enumerate(rows[:TITLE_ROWS]):
        names = headings(row)
        fields = [known.get(_plain(name)) for name in names]
        if set(needed) <= set(fields):
            _refuse_duplicates(names, fields)
            columns = {field: place for place, field in enumerate(fields) if field is not None}
            return Header(index, names, columns)
    return None


def _known(aliases: Mapping[str, Collection[str]], chosen: Mapping[str, str]) -> dict[str, str]:
    known = {
        _plain(name): field
        for field, names in aliases.items()
        if field not in chosen
        for name in names
    }
    return known | {_plain(name): field for field, name in chosen.items() if name}


def _refuse_duplicates(names: Sequence[str], fields: Sequence[str | None]) -> None:
    found: dict[str, list[str]] = {}
    for name, field in zip(names, fields, strict=True):
        if field is not None:
            found.setdefault(field, []).append(name)
    twice = ["、".join(group) for group in found.values() if len(group) > 1]
    if twice:
        raise UnreadableFile(
            _("These headings mean the same column: %(names)s. Keep one of them.")
            % {"names": "; ".join(twice)}
        )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).translate(_IGNORED).lower()
