"""What the columns and codes of a payer's files mean: TOML text, dated, refused where it is not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.settlements.models import SENDING_PAYERS, Payer
from assistance.settlements.sources.blocks import BadSource, newest, no_other, read_blocks

STANDARD = Path(__file__).with_name("standard.toml")
PREMIUMS = Path(__file__).with_name("premiums.toml")
FIELDS: Mapping[str, str | Promise] = {
    "number": gettext_lazy("Number of the payment"),
    "id_number": gettext_lazy("Id number"),
    "name": gettext_lazy("Name"),
    "amount": gettext_lazy("Amount"),
    "paid_on": gettext_lazy("Paid on"),
    "payer": gettext_lazy("Payer"),
    "year": gettext_lazy("Year of the cost"),
    "bill": gettext_lazy("Settlement number of the bill"),
    "invoice": gettext_lazy("Invoice number"),
    "institution": gettext_lazy("Hospital"),
    "service_from": gettext_lazy("Admitted on"),
    "service_to": gettext_lazy("Discharged on"),
    "takes_back": gettext_lazy("Number of the payment taken back"),
    "batch": gettext_lazy("Batch of the request"),
    "big_illness": gettext_lazy("Of it for big-illness insurance"),
    "kind": gettext_lazy("Paid for as"),
}
NEEDED = ("number", "id_number", "name", "amount", "paid_on")
# Of a file of premiums: who and which year say which one it is.
NEEDED_OF_PREMIUMS = ("id_number", "name", "amount", "paid_on")
OF_PREMIUMS = (*NEEDED_OF_PREMIUMS, "year", "batch", "big_illness", "kind")
_KEYS = {"first_day", "columns", "payers"}


@dataclass(frozen=True, slots=True)
class PayerRules:
    """How a payer's rows are read from `first_day` of the payment on."""

    first_day: date
    columns: Mapping[str, tuple[str, ...]]
    payers: Mapping[str, Payer]


@dataclass(frozen=True, slots=True)
class PayerDefinition:
    title: str
    rules: tuple[PayerRules, ...]  # by first day

    def in_force(self, on: date) -> PayerRules | None:
        """The rules for a day of payment; None before the first."""
        return newest(self.rules, on)

    @property
    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """Every heading any of the rules knows, by field; the latest rules first."""
        found: dict[str, tuple[str, ...]] = {}
        for rules in reversed(self.rules):
            for field, names in rules.columns.items():
                found[field] = (*found.get(field, ()), *names)
        return found


def fields_of(payer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a file of this payer may say, in order, and what it has to."""
    if payer == Payer.TAX:
        return OF_PREMIUMS, NEEDED_OF_PREMIUMS
    more = ("batch", "big_illness", "kind")
    return tuple(field for field in FIELDS if field not in more), NEEDED


def standard_text(payer: str = "") -> str:
    """The definition the product ships: the headings that payers usually write."""
    return (PREMIUMS if payer == Payer.TAX else STANDARD).read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def read_payer_definition(text: str, payer: str = "") -> PayerDefinition:
    """The definition a TOML text gives for files of this payer. Raises BadSource with what is wrong."""
    rules = partial(_rules, known=fields_of(payer))
    return PayerDefinition(*read_blocks(text, rules, keys=_KEYS))


def _rules(
    block: Mapping[str, Any], first_day: date, *, known: tuple[tuple[str, ...], tuple[str, ...]]
) -> PayerRules:
    columns = _columns(block.get("columns"), *known)
    codes = block.get("payers", {})
    if not isinstance(codes, dict):
        raise BadSource(_("%(key)s: a table of codes is expected.") % {"key": "payers"})
    wrong = sorted({str(code) for code in codes.values()} - {p.value for p in SENDING_PAYERS})
    if wrong:
        raise BadSource(_("Unknown payer: %(payer)s") % {"payer": ", ".join(wrong)})
    return PayerRules(first_day, columns, {name: Payer(code) for name, code in codes.items()})


def _columns(
    table: Any, fields: tuple[str, ...], needed: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise BadSource(_("%(key)s: a table of lists of names is expected.") % {"key": "columns"})
    no_other(table, fields)
    missing = [name for name in needed if name not in table]
    if missing:
        names = ", ".join(missing)
        raise BadSource(_("%(key)s lacks %(names)s.") % {"key": "columns", "names": names})
    for name, aliases in table.items():
        if not (isinstance(aliases, list) and all(isinstance(found, str) for found in aliases)):
            raise BadSource(_("%(key)s: a list of names is expected.") % {"key": f"columns.{name}"})
    return {name: tuple(aliases) for name, aliases in table.items()}
