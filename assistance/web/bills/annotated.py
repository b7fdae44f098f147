"""The file of a delivery as it came, with what became of each row beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from assistance.settlements.models import BillImport, BillInDoubt
from assistance.settlements.operations import table_of
from assistance.settlements.queries import fates_by_number
from assistance.settlements.sources import read_definition
from assistance.settlements.sources.header import ROWS_ABOVE, find_header
from assistance.settlements.sources.lines import find_line_header
from assistance.settlements.sources.values import plain_text

AT_ONCE = 2_000
Cells = list[str]


class Annotated:
    """Raises Refused when the file is gone or cannot be read."""

    def __init__(self, delivery: BillImport) -> None:
        self.delivery, self.table = delivery, table_of(delivery)
        definition = read_definition(delivery.version.text)
        top = [cells for _line, cells in islice(self.table.rows(), ROWS_ABOVE)]
        self.of_lines = find_line_header(definition, top)
        found = self.of_lines or find_header(definition, top)
        columns = definition.rules[-1].lines if self.of_lines else definition.rules[-1].columns
        aliases = {alias.lower() for alias in columns["source_id"]}
        self.number = next(n for n, name in enumerate(found.names) if name.lower() in aliases)
        self.line = found.line
        self.header = [*found.names, _("Result"), _("What is to be mended")]

    def rows(self) -> Iterator[Cells]:
        """The rows below the header, in the order of the file; blank ones are left out."""
        rows = (
            (line, [plain_text(cell) for cell in cells])
            for line, cells in self.table.rows()
            if line > self.line
        )
        filled = ((line, cells) for line, cells in rows if any(cells))
        while chunk := list(islice(filled, AT_ONCE)):
            yield from self._annotated(chunk)

    def _annotated(self, chunk: Sequence[tuple[int, Cells]]) -> Iterator[Cells]:
        width = len(self.header) - 2
        first, last = chunk[0][0], chunk[-1][0]
        doubts = {
            doubt.line: doubt
            for doubt in self.delivery.doubts.filter(line__gte=first, line__lte=last)
        }
        numbers = [cells[self.number] for _line, cells in chunk if len(cells) > self.number]
        booked = {} if self.of_lines else fates_by_number(self.delivery, numbers)
        for line, cells in chunk:
            row = (cells + [""] * width)[:width]
            here = booked.get(row[self.number]) if row[self.number] else None
            yield [*row, *self._result(doubts.get(line), here)]

    def _result(self, doubt: BillInDoubt | None, booked_here: bool | None) -> Cells:
        if doubt is not None:
            result = doubt.outcome or _("in doubt")
            return [result, doubt.fault or str(doubt.get_reason_display())]
        if self.of_lines is not None or booked_here:
            return [_("booked"), ""]
        return [_("Known already, or no bill"), ""]
