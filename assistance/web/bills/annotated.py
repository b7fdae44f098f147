"""The file of a delivery as it came, with what became of each row beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from assistance.settlements.models import BillImport, BillInDoubt
from assistance.settlements.operations import table_of
from assistance.settlements.operations.deliveries.doubts import as_payload
from assistance.settlements.queries import fates_by_number, lines_by_number, open_doubts_of_rows
from assistance.settlements.sources import read_definition
from assistance.settlements.sources.header import ROWS_ABOVE, Header, find_header
from assistance.settlements.sources.lines import find_line_header
from assistance.settlements.sources.values import plain_text

AT_ONCE = 2_000
Cells = list[str]


def _place(header: Header, aliases: Sequence[str]) -> int:
    known = {alias.lower() for alias in aliases}
    return next(n for n, name in enumerate(header.names) if name.lower() in known)


class Annotated:
    """Raises Refused when the file is gone or cannot be read."""

    def __init__(self, delivery: BillImport) -> None:
        self.delivery, self.table = delivery, table_of(delivery)
        definition = read_definition(delivery.version.text)
        top = [cells for _line, cells in islice(self.table.rows(), ROWS_ABOVE)]
        self.of_lines = find_line_header(definition, top)
        found = self.of_lines or find_header(definition, top)
        columns = definition.rules[-1].lines if self.of_lines else definition.rules[-1].columns
        self.number = _place(found, columns["source_id"])
        self.own_number = _place(found, columns["number"]) if self.of_lines else self.number
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
        header = self.header[:width]
        earlier = open_doubts_of_rows(
            self.delivery, [as_payload(header, cells) for _line, cells in chunk]
        )
        rows = [(cells + [""] * width)[:width] for _line, cells in chunk]
        fates = self._fates(rows)
        for (line, _cells), row, here, before in zip(chunk, rows, fates, earlier, strict=True):
            doubt = doubts.get(line) or (None if here else before)
            yield [*row, *self._result(doubt, here)]

    def _fates(self, rows: Sequence[Cells]) -> list[bool]:
        """Whether this very delivery booked what the row says."""
        if not self.of_lines:
            numbers = [row[self.number] for row in rows]
            booked = fates_by_number(self.delivery, numbers)
            return [booked.get(number, False) for number in numbers]
        lines = [(row[self.number], row[self.own_number]) for row in rows]
        found = lines_by_number(self.delivery, lines)
        return [found.get(line, False) for line in lines]

    def _result(self, doubt: BillInDoubt | None, booked_here: bool) -> Cells:
        if doubt is not None:
            result = doubt.outcome or _("in doubt")
            return [result, doubt.fault or str(doubt.get_reason_display())]
        if booked_here:
            return [_("booked"), ""]
        return [_("Known already, or no bill"), ""]
