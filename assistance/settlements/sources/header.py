"""Finding the header of a file and the columns in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assistance.settlements.sources.definition import FACTS, Definition, Rules
from assistance.settlements.sources.values import plain_text
from assistance.shared.errors import Refused

# Titles and remarks above the header, at most.
ROWS_ABOVE = 20


class NoHeader(Refused):
    """The file has no row that names the columns of the source."""


@dataclass(frozen=True, slots=True)
class Header:
    """The row of column names, `line` counted from 1."""

    line: int
    names: tuple[str, ...]
    settled_on: int

    @property
    def width(self) -> int:
        return len(self.names)

    def places(self, rules: Rules) -> dict[str, int]:
        """Column of the rules → its place, for those the file has."""
        place = {name.lower(): number for number, name in enumerate(self.names)}
        found: dict[str, int] = {}
        for column, aliases in rules.columns.items():
            known = [place[alias.lower()] for alias in aliases if alias.lower() in place]
            if known:
                found[column] = known[0]
        return found


def find_header(definition: Definition, rows: Sequence[Sequence[object]]) -> Header:
    """The header among the first rows. Raises NoHeader with the columns that are missing.

    A title above it is passed over; a column named twice, or two columns for one meaning, is refused:
    nobody could say which one counts.
    """
    rules = definition.rules[-1]
    best: tuple[int, list[str]] | None = None
    for line, cells in enumerate(rows[:ROWS_ABOVE], start=1):
        names = [plain_text(cell) for cell in cells]
        while names and not names[-1]:
            names.pop()
        missing = _missing(names, rules)
        if not missing:
            return _header(line, names, rules)
        if best is None or len(missing) < len(best[1]):
            best = (line, missing)
    missing = best[1] if best else list(FACTS)
    raise NoHeader(
        _("No row names the columns of this source. Missing: %(columns)s.")
        % {"columns": ", ".join(rules.columns[name][0] for name in missing)}
    )


def _missing(names: list[str], rules: Rules) -> list[str]:
    """Facts and amounts that every row needs and no heading names."""
    there = {name.lower() for name in names}
    needed = (name for name in rules.summands if name in rules.needed_amounts)
    wanted = (*FACTS, *needed)
    return [name for name in wanted if not any(a.lower() in there for a in rules.columns[name])]


def _header(line: int, names: list[str], rules: Rules) -> Header:
    count = Counter(name.lower() for name in names if name)
    known = {alias.lower() for aliases in rules.columns.values() for alias in aliases}
    twice = [name for name in names if count[name.lower()] > 1 and name.lower() in known]
    for aliases in rules.columns.values():
        meant = [name for name in names if name.lower() in {alias.lower() for alias in aliases}]
        twice += meant if len(meant) > 1 else []
    if twice:
        raise NoHeader(
            _("These columns stand there twice: %(columns)s.")
            % {"columns": ", ".join(sorted(set(twice)))}
        )
    header = Header(line, tuple(names), 0)
    return Header(line, tuple(names), header.places(rules)["settled_on"])
