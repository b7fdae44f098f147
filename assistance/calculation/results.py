"""What every calculation answers with: an outcome, the lines that explain it, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from assistance.calculation.codes import (
    REFUSALS,
    STEPS,
    Args,
    Missing,
    Outcome,
    RefusalCode,
    Spec,
    Step,
    Value,
)

# Raised whenever the same facts and the same version would give another result.
ENGINE = 1


class Line(NamedTuple):
    """One step of an explanation; `since` is the first day of the value it used.

    A tuple, because an explained year makes dozens of them.
    """

    code: Step
    args: Args = ()
    clause: str = ""
    since: date | None = None

    @property
    def values(self) -> dict[str, Value]:
        return dict(self.args)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Bad input: which field, and why."""

    code: RefusalCode
    field: str
    args: Args = ()

    @property
    def values(self) -> dict[str, Value]:
        return dict(self.args)


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that a person has to find out or decide on."""

    code: Missing
    field: str
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Common part of every result."""

    outcome: Outcome
    document: str
    version: str
    engine: int = ENGINE
    lines: tuple[Line, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    missing: tuple[MissingFact, ...] = ()


class Refused(Exception):
    """Carries refusals from where they are found to the function that answers."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(f"{r.code} ({r.field})" for r in refusals))
        self.refusals = refusals


def refusal(code: RefusalCode, field: str, /, **args: Value) -> Refusal:
    return Refusal(code, field, _in_order(REFUSALS[code], args))


def refuse(code: RefusalCode, field: str, /, **args: Value) -> Refused:
    return Refused(refusal(code, field, **args))


def line(code: Step, clause: str = "", since: date | None = None, /, **args: Value) -> Line:
    return Line(code, _in_order(STEPS[code], args), clause, since)


def _in_order(spec: Spec, args: dict[str, Value]) -> Args:
    """The arguments as the code lists them; KeyError if they are others."""
    if tuple(args) == spec.names:
        return tuple(args.items())
    if args.keys() != spec.args.keys():
        raise KeyError(sorted(args.keys() ^ spec.args.keys()))
    return tuple((name, args[name]) for name in spec.names)
