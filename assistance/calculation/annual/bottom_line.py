"""The quarterly bottom-line list (ZS22-2.5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assistance.calculation.bills.facts import Span
from assistance.calculation.bills.status import active
from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome, Reason, RefusalCode, Step
from assistance.calculation.plain.lists import Quarter, quarter
from assistance.calculation.policy import Pack, PolicyValue
from assistance.calculation.results import Answer, Line, Refused, line


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomLinePerson:
    """`burden` of the year to date in fen: in scope and reasonable, after all payers.

    `other_aid` is aid of the year by source; `status` is the history of the person's
    status, read on the quarter's last day (B-16).
    """

    id: str
    burden: int
    status: tuple[Span, ...]
    other_aid: tuple[tuple[str, int], ...] = ()
    paid_before: int = 0
    died_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomLineRow:
    """`listed` is the list; only `on_agenda` goes to the meeting (B-18)."""

    id: str
    listed: bool
    on_agenda: bool
    reason: Reason
    list_burden: int
    after_other_aid: int
    amount: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomLineResult(Answer):
    """Rows in the order of the persons; amounts are proposals for the meeting."""

    quarter: Quarter | None = None
    rows: tuple[BottomLineRow, ...] = ()
    total: int = 0


def bottom_line(
    persons: Iterable[BottomLinePerson], run_date: date, pack: Pack
) -> BottomLineResult:
    """The list of a quarter, run in the month after it, with proposed amounts.

    Stage 1: burden less earlier bottom-line money of the year, at least the limit. Stage 2:
    less other aid. Stage 3: down to the limit. The money never enters the annual cap.
    """
    persons = tuple(persons)
    try:
        _check(persons)
        period = quarter(run_date, pack)
    except Refused as refused:
        return BottomLineResult(
            outcome=Outcome.REFUSED,
            document=pack.code,
            version=pack.version,
            refusals=refused.refusals,
        )
    rows = tuple(_row(person, period, pack) for person in persons)
    return BottomLineResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        quarter=period,
        rows=rows,
        total=sum(row.amount for row in rows),
    )


def _check(persons: tuple[BottomLinePerson, ...]) -> None:
    checks = Checks()
    seen: set[str] = set()
    for n, person in enumerate(persons):
        field = f"persons[{n}]"
        if person.id in seen:
            checks.refuse(RefusalCode.DUPLICATE_ITEM, f"{field}.id", item=person.id)
        seen.add(person.id)
        before = len(checks.refusals)
        checks.amount(f"{field}.burden_ytd", person.burden)
        checks.amount(f"{field}.bottom_line_paid_ytd", person.paid_before)
        for source, amount in person.other_aid:
            checks.amount(f"{field}.other_aid_ytd.{source}", amount)
        if len(checks.refusals) == before and person.paid_before > person.burden:
            checks.refuse(
                RefusalCode.BOTTOM_LINE_EXCEEDS_BURDEN,
                f"{field}.bottom_line_paid_ytd",
                paid=person.paid_before,
                burden=person.burden,
            )
    checks.done()


def _row(person: BottomLinePerson, period: Quarter, pack: Pack) -> BottomLineRow:
    limit = pack.get("bottom_line.limit", on=period.end)
    nets = pack.says("bottom_line_nets_earlier", "yes")
    burden = person.burden - (person.paid_before if nets else 0)
    aid = sum(amount for _, amount in person.other_aid)
    after = max(0, burden - aid)
    reason = _not_listed(person, period, pack)
    if reason is None and burden < limit.number:
        reason = Reason.BELOW_LIMIT
    listed = reason is None
    amount = 0
    if reason is None:
        reason, amount = _proposed(after, limit.number, pack)
    return BottomLineRow(
        id=person.id,
        listed=listed,
        on_agenda=reason == Reason.BOTTOM_LINE,
        reason=reason,
        list_burden=burden,
        after_other_aid=after,
        amount=amount,
        lines=_lines(person, period, limit, reason, burden, after, amount),
    )


def _proposed(after: int, limit: int, pack: Pack) -> tuple[Reason, int]:
    """The smallest sum that brings the burden to the limit (AMB-30)."""
    if after < limit:
        return Reason.RESOLVED_BY_OTHER_AID, 0
    target = limit - 1 if pack.says("bottom_line_target", "below_limit") else limit
    amount = after - target
    return (Reason.BOTTOM_LINE, amount) if amount else (Reason.AT_LIMIT, 0)


def _not_listed(person: BottomLinePerson, period: Quarter, pack: Pack) -> Reason | None:
    """Dead or without status on the quarter's last day (AMB-32, AMB-33)."""
    if person.died_on is not None and person.died_on <= period.end:
        return Reason.DIED_BY_QUARTER_END
    spans = active(person.status, period.end, period.end)
    if not spans:
        return Reason.NOT_RECIPIENT_AT_QUARTER_END
    groups = pack.get("bottom_line.groups", on=period.end).names
    listed_only = pack.says("bottom_line_groups", "listed")
    if listed_only and not any(span.category in groups for span in spans):
        return Reason.GROUP_NOT_LISTED
    return None


def _lines(
    person: BottomLinePerson,
    period: Quarter,
    limit: PolicyValue,
    reason: Reason,
    burden: int,
    after: int,
    amount: int,
) -> tuple[Line, ...]:
    source = (limit.clause, limit.first_day)
    head = line(
        Step.BOTTOM_LINE_BURDEN,
        *source,
        person=person.id,
        burden=person.burden,
        paid_before=person.paid_before,
        list_burden=burden,
        quarter_end=period.end,
    )
    if reason in (Reason.BOTTOM_LINE, Reason.AT_LIMIT, Reason.RESOLVED_BY_OTHER_AID):
        aid = line(Step.BOTTOM_LINE_AID, *source, aid=burden - after, after=after)
        end = line(Step.BOTTOM_LINE_PROPOSED, *source, reason=reason, amount=amount)
        return head, aid, end
    return head, line(Step.BOTTOM_LINE_NOT_LISTED, *source, reason=reason, limit=limit.number)
