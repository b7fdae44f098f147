"""What is left of personal data where it is not needed in full."""

from __future__ import annotations

import re

# Eleven digits and more: telephones, accounts, id numbers; groups of four are written with blanks.
LONG_NUMBER = re.compile(r"\d(?: ?\d){10,}[Xx]?")


def mask_name(name: str) -> str:
    """张三丰 → 张*丰, 张三 → 张*; a name of one character is hidden altogether."""
    if len(name) <= 2:
        return name[: len(name) - 1] + "*" if name else ""
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id(number: str) -> str:
    """The first three and the last four places: 331***********1234."""
    if len(number) < 12:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_account(number: str) -> str:
    """The last four places alone: **** 1234."""
    if not number:
        return ""
    return "**** " + number[-4:] if len(number) >= 8 else "****"


def mask_phone(number: str) -> str:
    """138****1234; of a shorter (fixed) number the last two places alone."""
    if not number:
        return ""
    if len(number) >= 11:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return "****" + number[-2:] if len(number) >= 6 else "****"


def mask_numbers_in(text: str) -> str:
    """Free text of others, in which every number long enough to be somebody's keeps its last four places."""
    return LONG_NUMBER.sub(lambda found: mask_account(found.group().replace(" ", "")), text)
