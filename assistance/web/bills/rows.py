"""A row in doubt as it may be shown: numbers of people masked, whatever column they stand in."""

from __future__ import annotations

import re

from assistance.settlements.models import BillInDoubt
from assistance.settlements.queries import doubt_row
from assistance.settlements.sources import read_definition
from assistance.shared.masking import mask_id

# An identity number anywhere in a text: 17 digits and a check place, or the 15 of before.
_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")


def number_columns(doubt: BillInDoubt) -> frozenset[str]:
    """The headings under which this source sends id numbers, in small letters."""
    aliases: set[str] = set()
    for rules in read_definition(doubt.delivery.version.text).rules:
        aliases.update(name.lower() for name in rules.columns["id_number"])
    return frozenset(aliases)


def masked_row(doubt: BillInDoubt) -> dict[str, str]:
    """Heading → text, with every number of a person masked."""
    numbers = number_columns(doubt)
    return {
        heading: mask_id(text)
        if heading.lower() in numbers
        else _NUMBER.sub(lambda found: mask_id(found[0]), text)
        for heading, text in doubt_row(doubt).items()
    }


def fact(doubt: BillInDoubt, name: str) -> str:
    """What the row says in one of its source's columns, masked; empty where it does not say it."""
    row = {heading.lower(): text for heading, text in masked_row(doubt).items()}
    rules = read_definition(doubt.delivery.version.text).rules[-1]
    aliases = rules.columns.get(name) or rules.lines.get(name) or ()
    return next((row[alias.lower()] for alias in aliases if alias.lower() in row), "")


def total(doubt: BillInDoubt) -> str:
    """The total cost as the row has it."""
    rules = read_definition(doubt.delivery.version.text).rules[-1]
    return fact(doubt, rules.amounts["total"][0])
