"""A source's columns, codes and formula: TOML text, dated, refused where it is not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from assistance.settlements.models import Setting
from assistance.settlements.sources.blocks import (
    BadSource,
    is_names,
    newest,
    no_other,
    read_blocks,
)

NATIONAL = Path(__file__).with_name("national.toml")
# What every source must be able to say about a bill.
FACTS = ("source_id", "id_number", "name", "settled_on", "med_type", "institution")
MORE_FACTS = (
    "visit_id",
    "service_from",
    "service_to",
    "institution_code",
    "disease_code",
    "disease_name",
    "invoice",
    "setl_type",
    "refund",
    "valid",
)
OUR_AMOUNTS = ("total", "in_scope", "basic", "supplementary", "big_illness", "assistance")
FLAGS = ("refund", "invalid", "supplement")
# Of a file of fee lines; what is in the first tuple it must have.
LINE_FACTS = ("source_id", "number", "name", "amount")
MORE_LINE_FACTS = (
    "occurred_on",
    "code",
    "level",
    "quantity",
    "outside",
    "over_limit",
    "paid_first",
    "in_scope",
)
KEYS = {
    "first_day",
    "note",
    "columns",
    "amounts",
    "may_be_empty",
    "identities",
    "settings",
    "flags",
    "lines",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Two sums of columns that should agree."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """How a source is read from `first_day` of the fee date on."""

    first_day: date
    columns: Mapping[str, tuple[str, ...]]
    amounts: Mapping[str, tuple[str, ...]]
    # Of the columns that are summed those of which an empty cell means 0; another empty one is in doubt.
    may_be_empty: frozenset[str]
    # Whether the text says which; one from before it could counts every empty one as 0.
    says_which_empty: bool
    identities: tuple[Identity, ...]
    settings: Mapping[str, Setting]
    flags: Mapping[str, frozenset[str]]
    # Columns of a file of fee lines; empty where the source sends none.
    lines: Mapping[str, tuple[str, ...]]
    note: str

    @property
    def money_columns(self) -> tuple[str, ...]:
        """Columns that hold amounts: all but the facts."""
        return tuple(name for name in self.columns if name not in {*FACTS, *MORE_FACTS})

    @property
    def summands(self) -> tuple[str, ...]:
        """Columns that an amount of ours is made of, each once, in the order of the formula."""
        return tuple(dict.fromkeys(name for names in self.amounts.values() for name in names))

    @property
    def needed_amounts(self) -> frozenset[str]:
        """Summands that have to be filled in on every row."""
        return frozenset(self.summands) - self.may_be_empty


@dataclass(frozen=True, slots=True)
class Definition:
    title: str
    rules: tuple[Rules, ...]  # by first day

    def in_force(self, on: date) -> Rules | None:
        """The rules for a fee date; None before the first."""
        return newest(self.rules, on)


def national_text() -> str:
    """The definition the product ships: the national interface."""
    return NATIONAL.read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def read_definition(text: str) -> Definition:
    """The definition a TOML text gives. Raises BadSource with what is wrong, never a traceback."""
    return Definition(*read_blocks(text, _rules, keys=KEYS))


def _rules(block: Mapping[str, Any], first_day: date) -> Rules:
    columns = _names(block, "columns")
    _require(columns, FACTS, "columns")
    amounts = _names(block, "amounts")
    _require(amounts, OUR_AMOUNTS, "amounts")
    identities = block.get("identities", [])
    if not isinstance(identities, list):
        raise BadSource(_("identities: left and right are lists of columns."))
    rules = Rules(
        first_day,
        columns,
        amounts,
        _may_be_empty(block, amounts),
        "may_be_empty" in block,
        tuple(_identity(item) for item in identities),
        _settings(block),
        _flags(block),
        _lines(block),
        str(block.get("note", "")),
    )
    _check_sums(rules)
    return rules


def _names(block: Mapping[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    table = block.get(key)
    if not isinstance(table, dict) or not all(is_names(value) for value in table.values()):
        raise BadSource(_("%(key)s: a table of lists of names is expected.") % {"key": key})
    return {name: tuple(value) for name, value in table.items()}


def _may_be_empty(
    block: Mapping[str, Any], amounts: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    summed = {name for names in amounts.values() for name in names}
    names = block.get("may_be_empty", sorted(summed))
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadSource(_("%(key)s: a list of names is expected.") % {"key": "may_be_empty"})
    unknown = sorted(set(names) - summed)
    if unknown:
        raise BadSource(
            _("may_be_empty: no amount is made of %(columns)s.") % {"columns": ", ".join(unknown)}
        )
    return frozenset(names)


def _require(table: Mapping[str, object], names: tuple[str, ...], key: str) -> None:
    missing = [name for name in names if name not in table]
    if missing:
        raise BadSource(_("%(key)s lacks %(names)s.") % {"key": key, "names": ", ".join(missing)})


def _lines(block: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    if "lines" not in block:
        return {}
    lines = _names(block, "lines")
    _require(lines, LINE_FACTS, "lines")
    no_other(lines, {*LINE_FACTS, *MORE_LINE_FACTS})
    return lines


def _identity(item: Any) -> Identity:
    sides = [item.get(side) for side in ("left", "right")] if isinstance(item, dict) else [None]
    if not all(is_names(side) for side in sides):
        raise BadSource(_("identities: left and right are lists of columns."))
    return Identity(tuple(item["left"]), tuple(item["right"]))


def _settings(block: Mapping[str, Any]) -> dict[str, Setting]:
    table = block.get("settings")
    if not isinstance(table, dict) or not table:
        raise BadSource(_("settings: every code of the kind of visit needs its setting."))
    unknown = sorted({str(value) for value in table.values()} - set(Setting.values))
    if unknown:
        raise BadSource(_("Unknown setting: %(setting)s") % {"setting": ", ".join(unknown)})
    return {code: Setting(value) for code, value in table.items()}


def _flags(block: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    table = block.get("flags", {})
    if not isinstance(table, dict) or set(table) - set(FLAGS):
        raise BadSource(_("flags: only refund, invalid and supplement are known."))
    if not all(isinstance(codes, list) for codes in table.values()):
        raise BadSource(_("%(key)s: a list of names is expected.") % {"key": "flags"})
    return {name: frozenset(map(str, table.get(name, ()))) for name in FLAGS}


def _check_sums(rules: Rules) -> None:
    """Every sum names columns the source has."""
    sums = [*rules.amounts.values(), *(i.left for i in rules.identities)]
    sums += [i.right for i in rules.identities]
    unknown = sorted({name for names in sums for name in names} - set(rules.columns))
    if unknown:
        raise BadSource(_("Unknown column: %(column)s") % {"column": ", ".join(unknown)})
