"""What the definitions of bills and of payers share: TOML text of blocks, each from its first day on."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused


class BadSource(Refused):
    """The text does not define a source; the sentence says what is wrong with it."""


class Dated(Protocol):
    @property
    def first_day(self) -> date: ...


R = TypeVar("R", bound=Dated)


def read_blocks(
    text: str, read: Callable[[Mapping[str, Any], date], R], *, keys: Collection[str]
) -> tuple[str, tuple[R, ...]]:
    """Title and rules by first day; `read` makes the rules of a block. Raises BadSource, never anything else."""
    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSource(_("This is not TOML: %(error)s") % {"error": error}) from error
    blocks = plain.get("rules")
    if not isinstance(blocks, list) or not blocks:
        raise BadSource(_("A source needs at least one block of rules."))
    found = [read(block, _first_day(block, keys)) for block in blocks]
    if len({rules.first_day for rules in found}) < len(found):
        raise BadSource(_("Two blocks of rules begin on the same day."))
    found.sort(key=lambda rules: rules.first_day)
    return str(plain.get("title", "")), tuple(found)


def newest(rules: Sequence[R], on: date) -> R | None:
    """Of rules by first day those in force on a day; None before the first."""
    return next((found for found in reversed(rules) if found.first_day <= on), None)


def no_other(table: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse a key that means nothing."""
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise BadSource(_("Unknown key: %(key)s") % {"key": ", ".join(unknown)})


def is_names(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _first_day(block: Any, keys: Collection[str]) -> date:
    if not isinstance(block, dict):
        raise BadSource(_("A source needs at least one block of rules."))
    no_other(block, keys)
    first_day = block.get("first_day")
    if type(first_day) is not date:
        raise BadSource(_("first_day must be a day."))
    return first_day
