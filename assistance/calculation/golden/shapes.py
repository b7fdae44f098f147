"""What every adapter of a question gives back."""

from __future__ import annotations

from dataclasses import dataclass

from assistance.calculation.golden.reader import Reader
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
