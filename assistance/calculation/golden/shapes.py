"""What every adapter of a question gives back."""

from __future__ import annotations

from dataclasses import dataclass

from assistance.calculation.golden.reader import Reader
from assistance.calculation.money import RATE_ONE
from assistance.calculation.plain.deadline import Calendar
from assistance.calculation.results import Answer
from assistance.calculation.serial import Plain


@dataclass(frozen=True, slots=True)
class Reply:
    """A result and its amounts in the golden files' names."""

    answer: Answer
    fields: dict[str, Plain]


def calendar(inputs: Reader) -> Calendar:
    return Calendar(rest_days=inputs.days("rest_days"), work_days=inputs.days("work_days"))


def rate_text(rate: int) -> str:
    """``0.65`` for 6500 per ten thousand, ``1`` for 10000."""
    return f"{rate // RATE_ONE}.{rate % RATE_ONE:04d}".rstrip("0").rstrip(".")
