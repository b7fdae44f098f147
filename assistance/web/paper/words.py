"""How values look on a paper. A paper is Chinese whatever the language of the screen."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils.timezone import localdate

from assistance.shared.money import yuan

DIGITS = "一二三四五六七八九"
PROGRAMME = "困难群众高额医疗费补助"


def day(value: date | datetime | None) -> str:
    """2026年3月2日, the local day of a moment; nothing for nothing."""
    if value is None:
        return ""
    on = localdate(value) if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日"


def short_day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def money(value: Decimal | None) -> str:
    return "" if value is None else yuan(value)


def yes_no(value: bool | None) -> str:
    return {True: "是", False: "否", None: ""}[value]


def place_of(clause: str) -> str:
    """A clause of a policy as the document counts it: JN21-2.2.1 → 二（二）1."""
    _policy, _, numbers = clause.partition("-")
    parts = numbers.split(".")
    if not numbers or not all(part.isdigit() and 0 < int(part) < 10 for part in parts):
        return clause
    marks = ("{}", "（{}）")
    counted = [mark.format(DIGITS[int(part) - 1]) for mark, part in zip(marks, parts, strict=False)]
    return "".join([*counted, *parts[2:3]])
