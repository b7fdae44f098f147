"""The file of a list as it came, with what became of each row beside it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.files.queries import content
from assistance.registry.models import ListImport, ListRow
from assistance.registry.queries.lists import outcomes_by_line, row_problems
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import Cell, read_rows, written


class Annotated:
    """Raises Refused when the file is gone, or was never read."""

    def __init__(self, listing: ListImport) -> None:
        if listing.file is None:
            raise Refused(_("The file of this list has been removed."))
        rows = read_rows(content(listing.file), filename=listing.filename)
        found = dict(outcomes_by_line(listing))
        if not found:
            raise Refused(_("This file has not been read row by row."))
        first = min(found)
        width = max(map(len, rows))
        top = rows[first - 2] if first > 1 else []
        self.header = [*_cells(top, width), _("Result"), _("What is to be mended")]
        self.rows = [
            [*_cells(row, width), *_result(found.get(line))]
            for line, row in enumerate(rows[first - 1 :], start=first)
        ]


def _cells(row: list[Cell], width: int) -> list[str]:
    return [written(row[place]) if place < len(row) else "" for place in range(width)]


def _result(row: ListRow | None) -> list[str]:
    if row is None:
        return ["", ""]
    result = _("left out") if row.skipped else row.get_outcome_display()
    return [str(result), " ".join(row_problems(row))]
