"""Plain English of codes, for the command line only; people read `policies.wording`."""

from __future__ import annotations

from datetime import date

from assistance.calculation.codes import MISSING, REFUSALS, STEPS, Kind, Spec, Value
from assistance.calculation.money import yuan
from assistance.calculation.results import Answer, Line, MissingFact, Refusal


def explain(answer: Answer) -> list[str]:
    """Every line, refusal and missing fact of an answer as a sentence."""
    return [
        *(line_sentence(line) for line in answer.lines),
        *(refusal_sentence(refusal) for refusal in answer.refusals),
        *(f"Needs a person: {missing_sentence(fact)}" for fact in answer.missing),
    ]


def line_sentence(line: Line) -> str:
    source = ", ".join(
        part for part in (line.clause, f"since {line.since}" if line.since else "") if part
    )
    sentence = _filled(STEPS[line.code], line.values)
    return f"{sentence} [{source}]" if source else sentence


def refusal_sentence(refusal: Refusal) -> str:
    return _filled(REFUSALS[refusal.code], refusal.values, field=refusal.field)


def missing_sentence(fact: MissingFact) -> str:
    return MISSING[fact.code].english


def percent(rate: int) -> str:
    """``66.67 %`` for 6667 per ten thousand."""
    text = f"{rate // 100}.{rate % 100:02d}".rstrip("0").rstrip(".")
    return f"{text} %"


def _filled(spec: Spec, values: dict[str, Value], **more: str) -> str:
    shown = {name: _shown(kind, values[name]) for name, kind in spec.args.items()}
    return spec.english.format(**shown, **more)


def _shown(kind: Kind, value: Value) -> str:
    if kind == Kind.FEN:
        return yuan(int(value)) if not isinstance(value, date) else str(value)
    if kind == Kind.RATE and isinstance(value, int):
        return percent(value)
    return str(value)
