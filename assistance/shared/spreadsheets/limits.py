from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused

MEGABYTE = 1024**2


class UnreadableFile(Refused):
    """The file as a whole cannot be taken in; the sentence says what to do about it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may measure. `unpacked` is what a workbook unfolds to, before it is opened."""

    size: int = 60 * MEGABYTE
    unpacked: int = 800 * MEGABYTE
    rows: int = 400_000
    columns: int = 256

    def check_table(self, rows: int, columns: int) -> None:
        """Raises UnreadableFile for a table with more rows or columns than are taken in."""
        if rows > self.rows:
            raise UnreadableFile(
                _("The table has %(rows)d rows; at most %(limit)d are taken in at once.")
                % {"rows": rows, "limit": self.rows}
            )
        if columns > self.columns:
            raise UnreadableFile(
                _("The table has %(columns)d columns; at most %(limit)d are taken in.")
                % {"columns": columns, "limit": self.columns}
            )


LIMITS = Limits()
