"""The Jingning high-expense subsidy: one annual sum a person (JN21)."""

from __future__ import annotations

from assistance.calculation.annual.jingning_cost import own_cost
from assistance.calculation.annual.jingning_facts import (
    JingningFacts,
    JingningResult,
    check_facts,
)
from assistance.calculation.codes import (
    Hukou,
    Missing,
    Outcome,
    Reason,
    RefusalCode,
    Step,
)
from assistance.calculation.dates import add_months
from assistance.calculation.money import share
from assistance.calculation.plain.deadline import last_day
from assistance.calculation.policy import Pack, PolicyValue
from assistance.calculation.results import Line, MissingFact, Refused, line, refuse


def jingning(facts: JingningFacts, pack: Pack) -> JingningResult:
    """The subsidy of one person and settlement year, in fen, explained line by line.

    The year's own cost is cumulated over all counted items, the part above the
    deductible is paid at the ratio of the group, rounded once, limited to the annual
    maximum and reduced by what is already paid (JN21-2.2, AMB-27). Bad input is refused
    with its field; facts that leave the right open give "needs a person".
    """
    try:
        check_facts(facts)
        _check_period(facts, pack)
        missing = _missing(facts, pack)
        if missing:
            return JingningResult(
                outcome=Outcome.NEEDS_PERSON,
                document=pack.code,
                version=pack.version,
                missing=missing,
                reason=Reason.NEEDS_PERSON,
            )
        return _compute(facts, pack)
    except Refused as refused:
        return JingningResult(
            outcome=Outcome.REFUSED,
            document=pack.code,
            version=pack.version,
            refusals=refused.refusals,
        )


def _check_period(facts: JingningFacts, pack: Pack) -> None:
    """The year must be usable, the application not older than the document (AMB-29)."""
    first_year = pack.find("first_settlement_year", on=facts.last_day)
    if first_year is None or facts.settlement_year < first_year.number:
        field = "settlement_year"
    elif facts.received_on < pack.first_day:
        field = "received_on"
    else:
        return
    raise refuse(
        RefusalCode.NO_POLICY_IN_FORCE, field, document=pack.code, first_day=pack.first_day
    )


def _missing(facts: JingningFacts, pack: Pack) -> tuple[MissingFact, ...]:
    found: list[MissingFact] = []
    if pack.choice("facts_of_year_and_application") == "must_agree":
        received = facts.insured_in_county_when_received
        if received is not None and received != facts.insured_in_county:
            found.append(MissingFact(Missing.INSURANCE_DIFFERS, "insured_in_county", "AMB-63"))
        if facts.hukou_in_year is not None and facts.hukou_in_year != facts.hukou:
            found.append(MissingFact(Missing.HUKOU_DIFFERS, "hukou", "AMB-63"))
    outsider = facts.hukou == Hukou.OTHER and facts.insured_in_county
    if outsider and facts.insured_since is None:
        found.append(MissingFact(Missing.INSURED_SINCE, "insured_since", "JN21-2.1"))
    return tuple(found)


def _compute(facts: JingningFacts, pack: Pack) -> JingningResult:
    right, right_lines = _right(facts, pack)
    own, cost_lines = own_cost(facts, pack)
    if right != Reason.OK:
        # A late application leaves what an earlier one was paid; without the right to
        # a subsidy whatever was paid is paid too much.
        overpaid = 0 if right == Reason.LATE else facts.already_paid
        closing = _overpaid_line(0, facts.already_paid) if overpaid else ()
        return JingningResult(
            outcome=Outcome.AMOUNT,
            document=pack.code,
            version=pack.version,
            lines=(*cost_lines, *right_lines, *closing),
            reason=right,
            own_cost=own,
            overpaid=overpaid,
        )
    due, due_lines = _due(facts, own, pack)
    subsidy = max(0, due - facts.already_paid)
    overpaid = max(0, facts.already_paid - due)
    return JingningResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        lines=(*right_lines, *cost_lines, *due_lines, *_paid_lines(facts, due, subsidy)),
        eligible=True,
        reason=_reason(facts, due, subsidy, due_lines),
        own_cost=own,
        annual_due=due,
        subsidy=subsidy,
        overpaid=overpaid,
    )


def _right(facts: JingningFacts, pack: Pack) -> tuple[Reason, tuple[Line, ...]]:
    """Insurance, hukou or three years of insurance, and the deadline."""
    reason, insured = _insured(facts, pack)
    if reason != Reason.OK:
        return reason, (insured,)
    day, moved = last_day(facts.settlement_year, facts.calendar, pack)
    month = pack.get("deadline.month", on=facts.last_day)
    late = facts.received_on > day
    received = line(
        Step.RECEIVED_LATE if late else Step.RECEIVED_IN_TIME,
        month.clause,
        month.first_day,
        received_on=facts.received_on,
        deadline=day,
    )
    return Reason.LATE if late else Reason.OK, (insured, *moved, received)


def _insured(facts: JingningFacts, pack: Pack) -> tuple[Reason, Line]:
    months = pack.get("insured_months", on=facts.last_day)
    if not facts.insured_in_county:
        return Reason.NOT_INSURED, line(Step.NOT_INSURED_IN_COUNTY, months.clause)
    if facts.hukou == Hukou.LOCAL or facts.insured_since is None:
        return Reason.OK, line(Step.INSURED_IN_COUNTY, months.clause)
    at_application = pack.choice("three_years_counted_to") == "application"
    counted_to = facts.received_on if at_application else facts.last_day
    full_on = add_months(facts.insured_since, months.number)
    enough = full_on <= counted_to
    return Reason.OK if enough else Reason.UNDER_THREE_YEARS, line(
        Step.THREE_YEARS_INSURED if enough else Step.UNDER_THREE_YEARS,
        months.clause,
        months.first_day,
        since=facts.insured_since,
        full_on=full_on,
        counted_to=counted_to,
    )


def _due(facts: JingningFacts, own: int, pack: Pack) -> tuple[int, tuple[Line, ...]]:
    """The part above the deductible at the ratio, rounded once, up to the maximum."""
    on = facts.last_day
    limit = pack.get(f"deductible.{facts.group}", on=on)
    ratio = pack.get(f"ratio.{facts.group}", on=on)
    cap = pack.get("cap.annual", on=on)
    over = max(0, own - limit.number)
    entitled = share(over, ratio.number)
    due = min(entitled, cap.number)
    lines = [_deductible_line(own, over, limit)]
    if over:
        lines.append(
            line(
                Step.RATIO_APPLIED,
                ratio.clause,
                ratio.first_day,
                over=over,
                ratio=ratio.number,
                entitled=entitled,
            )
        )
    if entitled > cap.number:
        lines.append(
            line(
                Step.ANNUAL_CAP_REACHED,
                cap.clause,
                cap.first_day,
                entitled=entitled,
                cap=cap.number,
            )
        )
    lines.append(line(Step.ANNUAL_DUE, cap.clause, year=facts.settlement_year, due=due))
    return due, tuple(lines)


def _deductible_line(own: int, over: int, limit: PolicyValue) -> Line:
    source = (limit.clause, limit.first_day)
    if over:
        return line(Step.OVER_DEDUCTIBLE, *source, own=own, deductible=limit.number, over=over)
    return line(Step.BELOW_DEDUCTIBLE, *source, own=own, deductible=limit.number)


def _paid_lines(facts: JingningFacts, due: int, subsidy: int) -> tuple[Line, ...]:
    paid = facts.already_paid
    if paid > due:
        return _overpaid_line(due, paid)
    if paid:
        return (line(Step.ALREADY_PAID, "AMB-27", due=due, paid=paid, subsidy=subsidy),)
    return ()


def _overpaid_line(due: int, paid: int) -> tuple[Line, ...]:
    return (line(Step.OVERPAID, "AMB-27", due=due, paid=paid, overpaid=paid - due),)


def _reason(facts: JingningFacts, due: int, subsidy: int, lines: tuple[Line, ...]) -> Reason:
    if facts.already_paid and subsidy == 0:
        return Reason.ALREADY_PAID
    steps = {step.code for step in lines}
    if Step.BELOW_DEDUCTIBLE in steps:
        return Reason.BELOW_DEDUCTIBLE
    if Step.ANNUAL_CAP_REACHED in steps:
        return Reason.CAPPED
    return Reason.OK
