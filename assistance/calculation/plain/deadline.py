"""The last day on which an application counts (LX20-3.2.3, JN21-2.3.2, B-09)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome, Reason, RefusalCode, Step
from assistance.calculation.dates import month_end, next_working_day
from assistance.calculation.policy import Pack
from assistance.calculation.results import Answer, Line, Refused, line, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Rest days and working days (调休) of the county; otherwise weekends are rest days."""

    rest_days: frozenset[date] = field(default_factory=frozenset)
    work_days: frozenset[date] = field(default_factory=frozenset)

    def check(self, checks: Checks) -> None:
        for name, days in (("rest_days", self.rest_days), ("work_days", self.work_days)):
            for day in days:
                checks.day(name, day)
        for day in sorted(self.rest_days & self.work_days):
            checks.refuse(RefusalCode.CALENDAR_CONFLICT, "work_days", date=day)


# Saturdays and Sundays rest, nothing else is known.
NO_CALENDAR = Calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineFacts:
    """One of `settlement_year` and `invoice_date`, as the document counts from."""

    received_on: date | None
    settlement_year: int | None = None
    invoice_date: date | None = None
    recognised_from: date | None = None
    calendar: Calendar = NO_CALENDAR


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineResult(Answer):
    """`accepted` is False with a reason when the day received is too late."""

    deadline: date | None = None
    accepted: bool = False
    reason: Reason = Reason.REFUSED


def deadline(facts: DeadlineFacts, pack: Pack) -> DeadlineResult:
    """The last day, moved over rest days (民法典 203), and whether it was kept.

    Without `received_on` only the day is told. LX20 also asks that the invoice is not
    older than the recognition (AMB-45). Refuses documents that set no deadline.
    """
    try:
        return _answer(facts, pack)
    except Refused as refused:
        return DeadlineResult(
            outcome=Outcome.REFUSED,
            document=pack.code,
            version=pack.version,
            refusals=refused.refusals,
        )


def last_day(year: int, calendar: Calendar, pack: Pack) -> tuple[date, tuple[Line, ...]]:
    """The last day for costs of a year: the end of a month of the next year."""
    month = pack.get("deadline.month", on=date(year, 12, 31))
    day = month_end(year + 1, month.number)
    if pack.choice("extend_deadline_over_rest_days") == "no":
        return day, ()
    moved = next_working_day(day, rest_days=calendar.rest_days, work_days=calendar.work_days)
    if moved == day:
        return day, ()
    return moved, (line(Step.DEADLINE_MOVED, "B-09", last_day=day, moved_to=moved),)


def _answer(facts: DeadlineFacts, pack: Pack) -> DeadlineResult:
    if "deadline" not in pack.programmes:
        raise refuse(RefusalCode.NO_DEADLINE_IN_DOCUMENT, "document", document=pack.code)
    year = _checked_year(facts, pack)
    day, lines = last_day(year, facts.calendar, pack)
    reason = _reason(facts, day)
    return DeadlineResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        lines=(*lines, *_received(facts, day, pack)),
        deadline=day,
        accepted=facts.received_on is not None and reason == Reason.OK,
        reason=reason,
    )


def _checked_year(facts: DeadlineFacts, pack: Pack) -> int:
    """The year whose costs are claimed. Refuses impossible days."""
    checks = Checks()
    for name in ("received_on", "invoice_date", "recognised_from"):
        if getattr(facts, name) is not None:
            checks.day(name, getattr(facts, name))
    if facts.settlement_year is not None:
        checks.year("settlement_year", facts.settlement_year)
    facts.calendar.check(checks)
    checks.done()
    year = _year(facts, pack)
    first = pack.find("first_settlement_year", on=date(year, 12, 31))
    too_early = facts.invoice_date is not None and facts.invoice_date < pack.first_day
    if too_early or (first is None and date(year, 12, 31) < pack.first_day):
        field_name = "settlement_year" if facts.invoice_date is None else "invoice_date"
        raise refuse(
            RefusalCode.NO_POLICY_IN_FORCE,
            field_name,
            document=pack.code,
            first_day=pack.first_day,
        )
    return year


def _year(facts: DeadlineFacts, pack: Pack) -> int:
    basis = pack.get("deadline.basis", on=date.max).name
    if basis == "invoice_date":
        if facts.invoice_date is None:
            raise refuse(RefusalCode.FIELD_MISSING, "invoice_date")
        if facts.received_on is not None and facts.received_on < facts.invoice_date:
            raise refuse(
                RefusalCode.COST_AFTER_APPLICATION,
                "received_on",
                date=facts.invoice_date,
                received_on=facts.received_on,
            )
        return facts.invoice_date.year
    if facts.settlement_year is None:
        raise refuse(RefusalCode.FIELD_MISSING, "settlement_year")
    if facts.received_on is not None and facts.received_on.year < facts.settlement_year:
        raise refuse(
            RefusalCode.APPLICATION_BEFORE_YEAR,
            "received_on",
            received_on=facts.received_on,
            year=facts.settlement_year,
        )
    return facts.settlement_year


def _reason(facts: DeadlineFacts, day: date) -> Reason:
    invoice, recognised = facts.invoice_date, facts.recognised_from
    if invoice is not None and recognised is not None and invoice < recognised:
        return Reason.BEFORE_RECOGNITION
    if facts.received_on is not None and facts.received_on > day:
        return Reason.LATE
    return Reason.OK


def _received(facts: DeadlineFacts, day: date, pack: Pack) -> tuple[Line, ...]:
    if facts.received_on is None:
        return ()
    value = pack.get("deadline.month", on=date.max)
    step = Step.RECEIVED_LATE if facts.received_on > day else Step.RECEIVED_IN_TIME
    return (line(step, value.clause, value.first_day, received_on=facts.received_on, deadline=day),)
