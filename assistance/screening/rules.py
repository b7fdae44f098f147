"""What a list asks of a person, read from the pack in force: the values the statement compares with.

The calculation is the authority (`risk_pool`, `large_cost`, `bottom_line`); here its values are only looked up,
so that one statement can ask everybody at once. A test compares the two person by person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assistance.calculation import Pack, PolicyValue
from assistance.screening.states import ListKind

PROGRAMME_OF = {
    ListKind.ZHIPIN: "risk_pool",
    ListKind.FANPIN: "risk_pool",
    ListKind.WATCH: "risk_pool",
    ListKind.ALARM: "large_cost",
    ListKind.BOTTOM_LINE: "bottom_line",
}
LIMIT_OF = {
    ListKind.ZHIPIN: "pool.zhipin",
    ListKind.FANPIN: "pool.fanpin",
    ListKind.WATCH: "pool.recipient_watch",
    ListKind.ALARM: "alarm.large_cost",
    ListKind.BOTTOM_LINE: "bottom_line.limit",
}
# What a county decides itself: the document names no number.
LARGE_COST = LIMIT_OF[ListKind.ALARM]
_POOLS = (ListKind.ZHIPIN, ListKind.FANPIN, ListKind.WATCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The values of one list, in fen. `other_limit` is that of the relapse pool, which goes before the
    general one (AMB-36); None where both may hold a person. `groups` is empty where all recipients count."""

    kind: str
    limit: int
    base: str
    clause: str
    quotation: str
    first_day: date
    other_limit: int | None = None
    memory_months: int | None = None
    groups: tuple[str, ...] = ()
    nets_earlier: bool = False

    def shown(self) -> dict[str, Any]:
        """As it is kept with the run."""
        kept = asdict(self)
        return kept | {"first_day": self.first_day.isoformat(), "groups": list(self.groups)}


def rule_of(kind: str, pack: Pack, on: date) -> Rule:
    """The rule of a list on a day; refuses (VALUE_MISSING) where a value is left to the county."""
    limit = pack.get(LIMIT_OF[ListKind(kind)], on=on)
    values: dict[str, Any] = {
        "kind": str(kind),
        "limit": limit.number,
        "base": _base(kind, pack),
        "clause": limit.clause,
        "quotation": limit.quotation,
        "first_day": limit.first_day,
    }
    if kind in (ListKind.ZHIPIN, ListKind.FANPIN):
        values["memory_months"] = _number(pack.find("pool.memory_months", on=on))
    if kind == ListKind.ZHIPIN and pack.says("pool_double_membership", "no"):
        values["other_limit"] = pack.get(LIMIT_OF[ListKind.FANPIN], on=on).number
    if kind == ListKind.BOTTOM_LINE:
        values["nets_earlier"] = pack.says("bottom_line_nets_earlier", "yes")
        if pack.says("bottom_line_groups", "listed"):
            values["groups"] = pack.get("bottom_line.groups", on=on).names
    return Rule(**values)


def kinds_of(pack: Pack) -> tuple[ListKind, ...]:
    """The lists a document has."""
    return tuple(kind for kind in ListKind if pack.start_of(PROGRAMME_OF[kind]) is not None)


def _base(kind: str, pack: Pack) -> str:
    """Which running total counts: everything the person pays, or the in-scope part of it (AMB-35)."""
    if kind == ListKind.BOTTOM_LINE:
        return "own_in_scope"
    if kind in _POOLS and pack.says("pool_base", "in_scope"):
        return "own_in_scope"
    return "own_total"


def _number(value: PolicyValue | None) -> int | None:
    return None if value is None else value.number
