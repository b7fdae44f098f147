"""What a definition of a source means, in words: columns, codes, formula and the sums that should agree."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models import BillSource, Setting, Settlement
from assistance.settlements.sources import Rules, read_definition

FACTS: dict[str, Promise] = {
    "source_id": _("number at the source"),
    "visit_id": _("visit"),
    "id_number": _("id number"),
    "name": _("name"),
    "settled_on": _("settled on"),
    "service_from": _("admitted on"),
    "service_to": _("discharged on"),
    "med_type": _("kind of visit"),
    "institution_code": _("code of the hospital"),
    "institution": _("hospital"),
    "invoice": _("invoice number"),
    "setl_type": _("kind of settlement"),
    "refund": _("mark of a refund"),
    "valid": _("mark of validity"),
}
FLAGS: dict[str, Promise] = {
    "refund": _("a refund: the exact negative of a bill that is here"),
    "invalid": _("not valid: the row is passed over"),
    "supplement": _("assistance settled later: a payment of its own, no second visit"),
}
MEANINGS: dict[str, Promise] = {
    BillSource.Meaning.RECORDED: _(
        "The assistance in the row was granted by the sender. It fills the limit of the year as it stands;"
        " what our own rule gives is shown beside it and changes nothing."
    ),
    BillSource.Meaning.SETTLED: _(
        "The sender grants nothing. The assistance of a bill is computed here, in the order in which the"
        " bills are booked, and fills the limit of the year."
    ),
}


# Whose documents give our own figure; another place stands as its code.
CITIES: dict[str, Promise] = {
    "jingning": _("Jingning"),
    "zhoushan": _("Zhoushan"),
    "lanxi": _("Lanxi"),
    "wenzhou": _("Wenzhou"),
}


@dataclass(frozen=True, slots=True)
class RulesInWords:
    """One block of rules; every sum as text with the source's own names."""

    first_day: str
    note: str
    amounts: list[tuple[str, str]]
    may_be_empty: str
    must_be_filled: str
    says_which_empty: bool
    identities: list[str]
    codes: list[tuple[str, str]]
    flags: list[tuple[str, str, str]]
    columns: list[tuple[str, str]]
    lines: str


def in_words(text: str) -> list[RulesInWords]:
    """The blocks of a definition, the newest first."""
    return [_block(rules) for rules in reversed(read_definition(text).rules)]


def _block(rules: Rules) -> RulesInWords:
    return RulesInWords(
        first_day=rules.first_day.isoformat(),
        note=rules.note,
        amounts=formula(rules),
        may_be_empty=_named(rules, rules.may_be_empty),
        must_be_filled=_named(rules, rules.needed_amounts),
        says_which_empty=rules.says_which_empty,
        identities=[identity(rules, place) for place in range(1, len(rules.identities) + 1)],
        codes=_codes(rules),
        flags=[
            (str(FLAGS[flag]), named(rules, _COLUMN_OF[flag]), ", ".join(sorted(values)))
            for flag, values in rules.flags.items()
            if values
        ],
        columns=[
            (str(FACTS.get(name, name)), " / ".join(aliases))
            for name, aliases in rules.columns.items()
        ],
        lines=", ".join(aliases[0] for aliases in rules.lines.values()),
    )


_COLUMN_OF = {"refund": "refund", "invalid": "valid", "supplement": "setl_type"}


def formula(rules: Rules) -> list[tuple[str, str]]:
    """Our amount → the sum of the source's columns."""
    return [
        (str(Settlement._meta.get_field(name).verbose_name), _sum(rules, names))  # type: ignore[union-attr]
        for name, names in rules.amounts.items()
    ]


def identity(rules: Rules, place: int) -> str:
    """The sum that should agree, by its place counted from 1; empty where there is none."""
    if not 0 < place <= len(rules.identities):
        return ""
    found = rules.identities[place - 1]
    return f"{_sum(rules, found.left)} = {_sum(rules, found.right)}"


def _named(rules: Rules, columns: Collection[str]) -> str:
    """In the order of the formula."""
    return ", ".join(named(rules, name) for name in rules.summands if name in columns)


def _sum(rules: Rules, names: Sequence[str]) -> str:
    return " + ".join(named(rules, name) for name in names)


def named(rules: Rules, column: str) -> str:
    """The column as who reads the page calls it: in Chinese where the source has such a name."""
    aliases = rules.columns.get(column, (column,))
    chinese = next((alias for alias in aliases if not alias.isascii()), "")
    return chinese if chinese and (get_language() or "").startswith("zh") else aliases[0]


def _codes(rules: Rules) -> list[tuple[str, str]]:
    by_setting: dict[str, list[str]] = {}
    for code, setting in rules.settings.items():
        by_setting.setdefault(str(Setting(setting).label), []).append(code)
    return [(label, ", ".join(codes)) for label, codes in by_setting.items()]


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines that a draft takes away or adds, each with “-” or “+” before it."""
    compared = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(line[0], line[2:]) for line in compared if line[0] in "+-" and line[2:].strip()]
