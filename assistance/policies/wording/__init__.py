"""Sentences for people, in place of the calculation's codes.

A sentence takes the arguments of its code by name; amounts are shown in yuan, ratios in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise

from assistance.calculation import Line, MissingFact, Refusal
from assistance.calculation.codes import MISSING, REFUSALS, STEPS, Kind, Spec, Value
from assistance.policies.wording.names import NAMES
from assistance.policies.wording.refusals import FIELDS, REFUSAL_SENTENCES
from assistance.policies.wording.steps import MISSING_SENTENCES, STEP_SENTENCES

__all__ = ["Sentence", "explain", "missing_fact", "refusal"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of an explanation as the screen shows it."""

    text: str
    clause: str
    since: date | None
    code: str


def explain(line: Line, *, items: Mapping[str, str] | None = None) -> Sentence:
    """The sentence of one step; `items` gives the name a bill has on screen for its id."""
    values = dict(line.values)
    if items and "item" in values:
        values["item"] = items.get(str(values["item"]), str(values["item"]))
    text = _fill(STEP_SENTENCES[line.code], STEPS[line.code], values)
    return Sentence(text=text, clause=line.clause, since=line.since, code=line.code)


def refusal(refusal: Refusal) -> str:
    """The sentence of a refusal, naming the field as the screen does."""
    text = _fill(REFUSAL_SENTENCES[refusal.code], REFUSALS[refusal.code], refusal.values)
    return f"{_field(refusal.field)}：{text}"


def missing_fact(fact: MissingFact) -> str:
    """What a person has to find out."""
    return _fill(MISSING_SENTENCES[fact.code], MISSING[fact.code], {})


def _fill(sentence: str | Promise, spec: Spec, values: Mapping[str, Value]) -> str:
    shown = {name: _shown(spec.args[name], value) for name, value in values.items()}
    return str(sentence) % shown


def _shown(kind: Kind, value: Value) -> str:
    if kind is Kind.FEN:
        return f"{Decimal(str(value)).scaleb(-2):,.2f}"
    if kind is Kind.RATE:
        return f"{(Decimal(str(value)) / 100).normalize():f}%"
    if kind is Kind.CODE:
        return str(NAMES[str(value)])
    return value.isoformat() if isinstance(value, date) else str(value)


def _field(path: str) -> str:
    """`items[0].total` as "bill 1, total cost"."""
    parts = []
    for step in path.split("."):
        name, _, index = step.partition("[")
        label = str(FIELDS.get(name, name))
        parts.append(f"{label} {int(index[:-1]) + 1}" if index else label)
    return " · ".join(parts)
