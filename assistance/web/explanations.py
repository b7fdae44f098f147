"""The amount of a case with the sentences that lead to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistance.calculation import line_from_plain
from assistance.cases.models import Application, FactItem, FactSheet
from assistance.cases.queries import (
    Question,
    WaitingPeriod,
    estimate,
    waiting_period,
)
from assistance.cases.states import State
from assistance.policies.models import Assessment
from assistance.policies.wording import Sentence, explain

# From the proposal on the case shows what was decided, not what would be computed today.
DECIDED = frozenset(
    {
        State.PROPOSED,
        State.WAITING_FUNDS,
        State.PUBLICITY,
        State.OBJECTED,
        State.APPROVED,
        State.OVERPAID,
        State.REFUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An amount with the sentences that lead to it."""

    amount: Decimal | None
    lines: Sequence[Sentence]
    problems: Sequence[str] = ()
    decided: bool = False
    version: str = ""
    waiting: WaitingPeriod | None = None
    questions: Sequence[Question] = ()


def explanation(application: Application, sheet: FactSheet) -> Explanation:
    """The decided amount from its stored assessment, otherwise today's estimate on the sheet."""
    stored = application.assessment
    if stored is not None and application.state_enum in DECIDED:
        return _stored(stored, application)
    found = estimate(application, sheet)
    amount = found.amount if found.is_amount else None
    waiting = waiting_period(
        found.result.lines, year=application.benefit_year, version=found.version
    )
    return Explanation(
        amount,
        found.lines,
        found.problems,
        version=str(found.version),
        waiting=waiting,
        questions=found.questions,
    )


def _stored(assessment: Assessment, application: Application) -> Explanation:
    items = FactItem.objects.filter(sheet__application=application).select_related("settlement")
    names = {str(item.settlement_id): item.settlement.institution for item in items}
    found = [line_from_plain(line) for line in assessment.result["lines"]]
    lines = [explain(line, items=names) for line in found]
    version = assessment.version
    waiting = waiting_period(found, year=application.benefit_year, version=version)
    return Explanation(
        assessment.amount, lines, decided=True, version=str(version), waiting=waiting
    )
