"""What the imports of small tables share: all or nothing, with one sentence per bad row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused

# The first row of a file holds the column names.
FIRST_ROW = 2
Row = Mapping[str, str]


class ImportRefused(Refused):
    """Nothing was imported. `sentences` has one sentence for each thing that is wrong."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows were new, and how many said something new about a known one."""

    created: int
    updated: int


@dataclass(slots=True)
class Problems:
    """Collects sentences, each with the number of its row."""

    sentences: list[str] = field(default_factory=list)

    def add(self, row: int, sentence: str) -> None:
        self.sentences.append(_("Row %(row)d: %(sentence)s") % {"row": row, "sentence": sentence})

    def refuse_if_any(self) -> None:
        if self.sentences:
            raise ImportRefused(self.sentences)


def numbered(rows: Iterable[Row], columns: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows with their numbers in the file and their cells trimmed.

    Raises ImportRefused when a column is missing.
    """
    table = [(number, row) for number, row in enumerate(rows, start=FIRST_ROW)]
    wanted = list(columns)
    missing = [name for name in wanted if table and name not in table[0][1]]
    if missing:
        raise ImportRefused(
            [_("The file has no column “%(name)s”.") % {"name": name} for name in missing]
        )
    return [
        (number, {name: (row.get(name) or "").strip() for name in wanted}) for number, row in table
    ]
