"""The file of a list as it came, with what became of each row beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext as _

from assistance.files.queries import content
from assistance.registry.list_words import NO_NUMBER, NUMBER
from assistance.registry.models import ListImport, ListRow
from assistance.registry.operations.lists.insured_reading import opened
from assistance.registry.queries.lists import outcomes_by_line, row_problems
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import Cell, headings, read_rows, written

# What a list of the insured gives back: a whole county would be more than a workbook is good for.
_TO_MEND = frozenset((ListRow.Outcome.DOUBT, ListRow.Outcome.ERROR))


def annotated(listing: ListImport) -> Annotated | AnnotatedDoubts:
    """Every row of a recipient list, the rows to be mended of a list of the insured. Raises Refused when
    the file is gone, or was never read."""
    if listing.file is None:
        raise Refused(_("The file of this list has been removed."))
    if not listing.columns:
        raise Refused(_("This file has not been read row by row."))
    read = content(listing.file)
    return (AnnotatedDoubts if listing.source.is_of_insured else Annotated)(listing, read)


class Annotated:
    """The whole file."""

    def __init__(self, listing: ListImport, read: bytes) -> None:
        rows = read_rows(read, filename=listing.filename)
        found = dict(outcomes_by_line(listing))
        width, number = max(map(len, rows)), listing.columns[NUMBER]
        top = next(i for i, row in enumerate(rows) if list(headings(row)) == listing.headings)
        self.header = [*_cells(rows[top], width), _("Result"), _("What is to be mended")]
        self.rows = [
            [*_cells(row, width), *_result(found.get(line), row[number:][:1])]
            for line, row in enumerate(rows[top + 1 :], start=top + 2)
        ]


class AnnotatedDoubts:
    """The rows in doubt and the faulty ones alone, in the order of the file; the others are passed by."""

    def __init__(self, listing: ListImport, read: bytes) -> None:
        table = opened(read, listing.filename)
        found = dict(outcomes_by_line(listing, _TO_MEND))
        self.header = [*listing.headings, _("Result"), _("What is to be mended")]
        width = len(listing.headings)
        self.rows = [
            [*_cells(list(cast("Sequence[Cell]", row)), width), *_result(found[line], [])]
            for line, row in table.rows()
            if line in found
        ]


def _cells(row: list[Cell], width: int) -> list[str]:
    return [written(row[place]) if place < len(row) else "" for place in range(width)]


def _result(row: ListRow | None, number: list[Cell]) -> list[str]:
    """A row with a number that was not kept changes nothing; without one it is a sum or a note."""
    if row is None:
        is_person = bool(number) and number[0] not in NO_NUMBER
        return [str(ListRow.Outcome.UNCHANGED.label) if is_person else "", ""]
    result = _("left out") if row.skipped else row.get_outcome_display()
    return [str(result), " ".join(row_problems(row))]
