"""The steps of a settled bill as lines: facts, values with clause, why not more."""

from __future__ import annotations

from collections.abc import Iterator

from assistance.calculation.bills.resolve import Resolved
from assistance.calculation.bills.results import BillResult
from assistance.calculation.bills.rule import NO_CAP, Account, Ints, above
from assistance.calculation.bills.terms import Grant
from assistance.calculation.codes import Reason, Step
from assistance.calculation.policy import PolicyValue
from assistance.calculation.results import Line, line


def explained(
    resolved: Resolved, row: BillResult, before: Account, after: Account
) -> tuple[Line, ...]:
    """Lines of one bill; the balances are those before and after it."""
    bill, pack = resolved.bill, resolved.rules.pack
    head = line(
        Step.BILL_UNDER,
        pack.clause,
        pack.first_day,
        bill=bill.id,
        date=bill.settled_on,
        setting=bill.setting,
        document=pack.code,
    )
    chosen = next((grant for grant in resolved.grants if grant.category == row.category), None)
    if chosen is None:
        return head, _nothing(resolved), _after(row)
    floors = (line(Step.BILL_FLOOR_VALUES, "B-04"),) if pack.level == "framework" else ()
    return (
        head,
        *floors,
        *_identity(resolved, row),
        _burden(resolved, row),
        *_override(resolved, chosen),
        *_share(chosen, row, before),
        *_granted(resolved, chosen, row, before),
        _balance(row, before, after),
        _after(row),
    )


def reversed_line(row: BillResult) -> Line:
    return line(
        Step.BILL_REVERSED,
        "0.10",
        bill=row.reverses,
        date=row.settled_on,
        granted=-row.granted,
        year=row.year,
    )


def _nothing(resolved: Resolved) -> Line:
    covered = resolved.rules.pack.get("settings_covered", on=resolved.bill.settled_on)
    source = (covered.clause, covered.first_day)
    if resolved.reason == Reason.NOT_DESIGNATED:
        return line(Step.BILL_NOT_DESIGNATED, *source)
    if resolved.reason == Reason.NOT_COVERED:
        return line(Step.BILL_NOT_COVERED, *source, setting=resolved.bill.setting)
    return line(Step.BILL_NOT_RECIPIENT, *source, date=resolved.days.last)


def _identity(resolved: Resolved, row: BillResult) -> tuple[Line, ...]:
    category = row.category or resolved.grants[0].category
    span = resolved.spans[0]
    for other in resolved.spans:
        if other.category == category:
            span = other
    if resolved.window is not None:
        window = resolved.window
        known = line(
            Step.BILL_LOOKBACK,
            window.source.clause,
            window.source.first_day,
            category=category,
            recognised_on=window.recognised_on,
            first=window.first,
            last=window.last,
        )
    elif resolved.bill.category is not None:
        known = line(Step.BILL_STATUS_GIVEN, "AMB-07", category=category)
    else:
        known = line(Step.BILL_STATUS, "AMB-07", category=category, first_day=span.first_day)
    if len(resolved.grants) == 1:
        return (known,)
    best = line(Step.BILL_BEST_IDENTITY, "B-31", count=len(resolved.grants), category=category)
    return known, best


def _burden(resolved: Resolved, row: BillResult) -> Line:
    bill = resolved.bill
    if resolved.whole:
        return line(Step.BILL_WHOLE_BURDEN, "B-02", total=bill.total, burden=row.burden)
    return line(
        Step.BILL_BURDEN,
        "0.4",
        in_scope=bill.in_scope,
        basic=bill.basic,
        supplementary=bill.supplementary,
        rare_fund=bill.rare_fund,
        big=bill.big,
        burden=row.burden,
    )


def _override(resolved: Resolved, chosen: Grant) -> Iterator[Line]:
    """Why the county may pass a limit that binds in general only (AMB-23)."""
    limit = chosen.deductible
    if limit is None:
        return
    reason = resolved.rules.pack.find(f"override_reason.{limit.key}", on=resolved.bill.settled_on)
    if reason is not None:
        yield line(
            Step.BILL_OVERRIDE,
            "AMB-23",
            reason.first_day,
            deductible=limit.number,
            reason="; ".join(reason.names),
        )


def _share(chosen: Grant, row: BillResult, before: Account) -> tuple[Line, ...]:
    """The deductible, where there is one, and the ratio."""
    lines: list[Line] = []
    limit = chosen.deductible
    if limit is not None:
        counted = before.base * chosen.terms.cumulates
        lines.append(_deductible(limit, row, counted))
    if row.over_deductible or limit is None:
        lines.extend(_tiers(chosen, row, before) if chosen.tiers else (_ratio(chosen.rate, row),))
    return tuple(lines)


def _tiers(chosen: Grant, row: BillResult, before: Account) -> Iterator[Line]:
    """What of the bill falls into each tier of the year's burden."""
    terms = chosen.terms
    starts = [(0, chosen.rate), *((tier.first.number, tier.ratio) for tier in chosen.tiers)]
    limits = [max(terms.deductible, start) for start, _ in starts]
    beyond = [above(Ints(), row.burden, before.base, n, terms.cumulates) for n in limits]
    for (start, rate), over, rest in zip(starts, beyond, [*beyond[1:], 0], strict=True):
        if over > rest:
            yield line(
                Step.BILL_TIER,
                rate.clause,
                rate.first_day,
                first=start,
                over=over - rest,
                ratio=rate.number,
            )
    yield line(Step.BILL_TIERS, "AMB-53", entitled=row.entitled)


def _deductible(limit: PolicyValue, row: BillResult, counted: int) -> Line:
    source = (limit.clause, limit.first_day)
    if row.over_deductible:
        return line(
            Step.BILL_OVER_DEDUCTIBLE,
            *source,
            counted=counted,
            burden=row.burden,
            deductible=limit.number,
            over=row.over_deductible,
        )
    return line(
        Step.BILL_BELOW_DEDUCTIBLE,
        *source,
        counted=counted,
        burden=row.burden,
        deductible=limit.number,
    )


def _ratio(rate: PolicyValue, row: BillResult) -> Line:
    source = (rate.clause, rate.first_day)
    over, entitled = row.over_deductible, row.entitled
    if rate.key == "outpatient.mode":
        return line(Step.BILL_QUOTA, *source, over=over, entitled=entitled)
    step = Step.BILL_PSYCHIATRIC if rate.key == "psychiatric_ratio" else Step.BILL_RATIO
    return line(step, *source, over=over, ratio=row.rate, entitled=entitled)


def _granted(
    resolved: Resolved, chosen: Grant, row: BillResult, before: Account
) -> tuple[Line, ...]:
    lines = [_grant_line(chosen, row, before)]
    if resolved.bill.booked is not None:
        lines.append(line(Step.BILL_BOOKED, "11", booked=resolved.bill.booked, granted=row.granted))
    return tuple(lines)


def _grant_line(chosen: Grant, row: BillResult, before: Account) -> Line:
    if row.outside or (chosen.terms.cap_own == NO_CAP and chosen.terms.cap_total == NO_CAP):
        return line(Step.BILL_OUTSIDE_CAPS, "AMB-06", granted=row.granted)
    if row.granted == row.entitled:
        return line(Step.BILL_GRANTED, chosen.rate.clause, granted=row.granted)
    cap = _binding(chosen, row, before)
    return line(
        Step.BILL_CAPPED,
        cap.clause,
        cap.first_day,
        cap=cap.number,
        room=row.room,
        entitled=row.entitled,
        granted=row.granted,
    )


def _binding(chosen: Grant, row: BillResult, before: Account) -> PolicyValue:
    """The limit that cut the bill."""
    own = before.outpatient if row.outpatient else before.inpatient
    cap = chosen.cap_own
    if cap is not None and max(0, cap.number - own) == row.room:
        return cap
    if chosen.cap_total is None:
        raise ValueError(f"no limit cut bill {row.id}")
    return chosen.cap_total


def _balance(row: BillResult, before: Account, after: Account) -> Line:
    return line(
        Step.BILL_BALANCE,
        "0.5",
        year=row.year,
        inpatient_before=before.inpatient,
        inpatient_after=after.inpatient,
        outpatient_before=before.outpatient,
        outpatient_after=after.outpatient,
        base_before=before.base,
        base_after=after.base,
    )


def _after(row: BillResult) -> Line:
    return line(Step.BILL_AFTER, "0.4", burden_after=row.burden_after)
