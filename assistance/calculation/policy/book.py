"""The documents of one jurisdiction in the order of their first days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.codes import RefusalCode
from assistance.calculation.policy.model import Pack
from assistance.calculation.policy.read import template, template_codes
from assistance.calculation.results import refuse


@dataclass(frozen=True, slots=True)
class Book:
    """All released packs of one jurisdiction; nobody writes an end date.

    `forced` names a document that must be used: a day outside its own period is refused.
    """

    packs: tuple[Pack, ...]
    forced: str | None = None

    def in_force(self, programme: str, on: date) -> Pack | None:
        """The pack whose programme began last, not after the day."""
        found: tuple[date, Pack] | None = None
        for pack in self.packs:
            start = pack.start_of(programme)
            if start and start.first_day <= on and (not found or start.first_day >= found[0]):
                found = (start.first_day, pack)
        return found[1] if found else None

    def get(self, programme: str, *, on: date, field: str) -> Pack:
        """As `in_force`; refuses days without a document or outside the forced one's period."""
        pack = self.in_force(programme, on)
        if pack is not None and self.forced in (None, pack.code):
            return pack
        named = [p for p in self.packs if self.forced in (None, p.code)]
        starts = [start for p in named if (start := p.start_of(programme))]
        first = min((start.first_day for start in starts), default=date.max)
        raise refuse(
            RefusalCode.NO_POLICY_IN_FORCE,
            field,
            document=self.forced or ", ".join(p.code for p in named),
            first_day=first,
        )


def templates_of(jurisdiction: str) -> tuple[Pack, ...]:
    """The template packs of a jurisdiction."""
    packs = (template(code) for code in template_codes())
    return tuple(pack for pack in packs if pack.jurisdiction == jurisdiction)
