"""What the rule says of a case, stored as an assessment; and the only function that writes a case's state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.calculation import BottomLineResult, Outcome, Reason, bottom_line
from assistance.policies.models import Assessment
from assistance.policies.operations import store_assessment
from assistance.policies.queries import pack_of
from assistance.policies.wording import refusal
from assistance.screening.models import BottomLineCase, BottomLineChange
from assistance.screening.queries.bottom_line import CaseFacts, facts_of
from assistance.screening.states import BOTTOM_LINE_MOVES, BottomLineState, Finding
from assistance.shared.errors import Refused
from assistance.shared.money import ZERO, from_fen

FINDINGS = {
    Reason.BOTTOM_LINE: Finding.BOTTOM_LINE,
    Reason.AT_LIMIT: Finding.AT_LIMIT,
    Reason.RESOLVED_BY_OTHER_AID: Finding.OTHER_AID,
}
FIGURES = ("burden", "not_reasonable", "paid_before", "other_aid", "proposed")
ANSWER = ("finding", "reason", *FIGURES)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer before it is stored."""

    facts: CaseFacts
    result: BottomLineResult
    values: dict[str, str | Decimal]

    def differs(self, case: BottomLineCase) -> bool:
        return any(getattr(case, name) != value for name, value in self.values.items())

    @property
    def problem(self) -> str:
        """Why nothing could be computed."""
        return " ".join(refusal(found) for found in self.result.refusals)


def look(case: BottomLineCase, *, without: str = "") -> Found:
    """Compute the answer from the facts as they are now (ZS22 二(五)1); writes nothing."""
    facts = facts_of(case, without=without)
    # More money than burden is left of it is no mistake: the rule asks for the rest, and that is nothing.
    netted = min(facts.person.paid_before, facts.person.burden)
    person = replace(facts.person, paid_before=netted)
    result = bottom_line([person], facts.run_date, pack_of(case.list.run.version))
    values: dict[str, str | Decimal] = {
        "burden": from_fen(facts.burden),
        "not_reasonable": from_fen(facts.not_reasonable),
        "paid_before": from_fen(facts.person.paid_before),
        "other_aid": from_fen(sum(amount for _giver, amount in facts.person.other_aid)),
    }
    if result.outcome != Outcome.AMOUNT:
        first = result.refusals[0].code.value if result.refusals else ""
        values |= {"finding": Finding.UNCLEAR.value, "reason": first[:40], "proposed": ZERO}
    else:
        (row,) = result.rows
        finding = FINDINGS.get(row.reason, Finding.EXCLUDED)
        values |= {"finding": finding.value, "reason": row.reason.value}
        values["proposed"] = from_fen(row.amount)
    return Found(facts, result, values)


def write_answer(
    case: BottomLineCase, found: Found, *, actor: User | None, at: datetime
) -> BottomLineCase:
    """Make an answer the one that counts, with its assessment. Call it with person-year and case locked."""
    for name, value in found.values.items():
        setattr(case, name, value)
    case.assessment = assess(case, found, actor=actor, at=at)
    case.save(update_fields=[*ANSWER, "assessment"])
    return case


def note_work(case: BottomLineCase, actor: User) -> None:
    """Write down that the user changed what a locked case is computed from: he does not seal its list."""
    if actor.pk not in case.worked_by:
        case.worked_by = [*case.worked_by, actor.pk]
        case.save(update_fields=["worked_by"])


def assess(
    case: BottomLineCase, found: Found, *, actor: User | None, at: datetime
) -> Assessment | None:
    """Keep the answer; None where nothing could be computed."""
    if found.result.outcome != Outcome.AMOUNT:
        return None
    run = case.list.run
    return store_assessment(
        person=case.person,
        benefit_year=run.period.last_day.year,
        version=run.version,
        facts=found.facts,
        answer=found.result,
        amount=Decimal(str(found.values["proposed"])),
        actor=actor,
        at=at,
    )


def move_case(
    case: BottomLineCase,
    to: BottomLineState,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Write the state of a locked case and the row that tells of it. Raises Refused where no way leads."""
    if to not in BOTTOM_LINE_MOVES[BottomLineState(case.state)]:
        raise Refused(
            _("Case %(number)s is “%(state)s” and cannot become “%(to)s”.")
            % {"number": case.number, "state": case.get_state_display(), "to": to.label}
        )
    BottomLineChange.objects.create(
        case=case, from_state=case.state, to_state=to, by=actor, at=at, reason=reason[:400]
    )
    case.state = to
    case.save(update_fields=["state"])


def settle_state(
    case: BottomLineCase, *, actor: User | None, at: datetime, reason: str = ""
) -> None:
    """On the agenda where the rule proposes money, off it otherwise."""
    on_agenda = case.finding == Finding.BOTTOM_LINE
    to = BottomLineState.AGENDA if on_agenda else BottomLineState.OFF
    move_case(case, to, actor=actor, at=at, reason=reason)
