"""How many histories a property tries: a few in `make test`, many in `make prove`, by the same code."""

from __future__ import annotations

PROVING = 25
_times = 1


def prove() -> None:
    global _times
    _times = PROVING


def examples(few: int) -> int:
    return few * _times
