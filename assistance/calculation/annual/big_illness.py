"""Big-illness insurance with the tilt for poor people (ZS22-2.4.1, WZ19-3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome, RefusalCode, Step
from assistance.calculation.money import RATE_ONE
from assistance.calculation.policy import Pack
from assistance.calculation.results import Answer, Line, Refused, line, refuse

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class BigIllnessFacts:
    """Figures in fen; the general deductible, ratio, cap and income are local.

    `burden_before` is the burden of the year that was already counted, `paid_before` what
    was paid for it. `further_tiers` are (first fen of the year's burden, ratio) above the
    tier that has the general ratio. `registered_poor` (建档立卡) lifts the cap where the document says so.
    """

    burden: int
    on: date
    burden_before: int = 0
    paid_before: int = 0
    poor: bool = False
    registered_poor: bool = False
    general_deductible: int | None = None
    general_ratio: int | None = None
    further_tiers: tuple[tuple[int, int], ...] = ()
    general_cap: int | None = None
    income_last_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BigIllnessResult(Answer):
    deductible: int = 0
    ratio: int = 0
    base: int = 0
    cap: int | None = None
    payment: int = 0


def big_illness(facts: BigIllnessFacts, pack: Pack) -> BigIllnessResult:
    """The payment on the burden above the deductible, up to the cap, in fen.

    Poor people have a share of the deductible and some points more in every tier, at most
    100 %. Local
    figures that are not given are refused, never guessed (0.11).
    """
    try:
        _check(facts, pack)
        return _answer(facts, pack)
    except Refused as refused:
        return BigIllnessResult(
            outcome=Outcome.REFUSED,
            document=pack.code,
            version=pack.version,
            refusals=refused.refusals,
        )


def _check(facts: BigIllnessFacts, pack: Pack) -> None:
    checks = Checks()
    checks.day("on", facts.on)
    for name in ("burden", "burden_before", "paid_before"):
        checks.amount(name, getattr(facts, name))
    for name in ("general_deductible", "general_cap", "income_last_year"):
        if getattr(facts, name) is not None:
            checks.amount(name, getattr(facts, name))
    if facts.general_ratio is not None and not 0 <= facts.general_ratio <= RATE_ONE:
        checks.refuse(RefusalCode.BAD_RATIO, "general_ratio")
    _check_tiers(checks, facts)
    checks.done()
    start = pack.start_of("big_illness")
    if start is None:
        raise refuse(RefusalCode.NOT_OFFERED, "document", document=pack.code)
    if facts.on < start.first_day:
        raise refuse(
            RefusalCode.NO_POLICY_IN_FORCE, "on", document=pack.code, first_day=start.first_day
        )


def _check_tiers(checks: Checks, facts: BigIllnessFacts) -> None:
    before = 0
    for n, (first, ratio) in enumerate(facts.further_tiers):
        checks.amount(f"further_tiers[{n}].from", first)
        if not 0 <= ratio <= RATE_ONE:
            checks.refuse(RefusalCode.BAD_RATIO, f"further_tiers[{n}].ratio")
        if first <= before:
            field = f"further_tiers[{n}].from"
            checks.refuse(RefusalCode.TIERS_NOT_IN_ORDER, field, value=first, bound=before)
        before = first


def _answer(facts: BigIllnessFacts, pack: Pack) -> BigIllnessResult:
    deductible, told = _deductible(facts, pack)
    tiers = _tiers(facts, pack)
    cap = facts.general_cap
    lifted = pack.find("big_illness.income_share", on=facts.on) and facts.registered_poor
    if facts.poor and lifted:
        cap = None
    beyond = [_beyond(facts, max(deductible, Fraction(first))) for first, _ in tiers]
    parts = [more - rest for more, rest in zip(beyond, [*beyond[1:], Fraction(0)], strict=True)]
    weighed = sum(part * ratio for part, (_, ratio) in zip(parts, tiers, strict=True))
    base, payment = beyond[0], int(weighed / RATE_ONE + _HALF)
    lines = [*told, *_told(tiers, parts, payment, pack)]
    if cap is not None and payment > max(0, cap - facts.paid_before):
        payment = max(0, cap - facts.paid_before)
        lines.append(line(Step.BIG_ILLNESS_CAPPED, pack.clause, cap=cap, payment=payment))
    return BigIllnessResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        lines=tuple(lines),
        deductible=_fen(deductible),
        ratio=tiers[0][1],
        base=_fen(base),
        cap=cap,
        payment=payment,
    )


def _beyond(facts: BigIllnessFacts, limit: Fraction) -> Fraction:
    """What of the burden lies above a limit, the burden counted before included."""
    before = Fraction(facts.burden_before)
    return max(Fraction(0), before + facts.burden - max(limit, before))


def _told(
    tiers: list[tuple[int, int]], parts: list[Fraction], payment: int, pack: Pack
) -> Iterator[Line]:
    if len(tiers) == 1:
        [(_, ratio)], [base] = tiers, parts
        yield line(
            Step.BIG_ILLNESS_PAYMENT, pack.clause, base=_fen(base), ratio=ratio, payment=payment
        )
        return
    for (first, ratio), part in zip(tiers, parts, strict=True):
        if part:
            yield line(
                Step.BIG_ILLNESS_TIER, pack.clause, first=first, base=_fen(part), ratio=ratio
            )
    yield line(Step.BIG_ILLNESS_TIERS, pack.clause, payment=payment)


def _deductible(facts: BigIllnessFacts, pack: Pack) -> tuple[Fraction, list[Line]]:
    """The exact deductible: a share of last year's income, or the general figure."""
    income_share = pack.find("big_illness.income_share", on=facts.on)
    if income_share is not None:
        income = _local(facts.income_last_year, "income_last_year", pack)
        general = Fraction(income * income_share.number, RATE_ONE)
    else:
        general = Fraction(_local(facts.general_deductible, "general_deductible", pack))
    poor = pack.get("big_illness.poor_deductible_share", on=facts.on)
    deductible = general * poor.number / RATE_ONE if facts.poor else general
    told = line(
        Step.BIG_ILLNESS_DEDUCTIBLE,
        poor.clause,
        poor.first_day,
        general=_fen(general),
        deductible=_fen(deductible),
    )
    return deductible, [told]


def _tiers(facts: BigIllnessFacts, pack: Pack) -> list[tuple[int, int]]:
    """First fen and ratio of every tier, the one from 0 first."""
    general = _local(facts.general_ratio, "general_ratio", pack)
    tiers = [(0, _ratio(general, "general_ratio", facts, pack))]
    for n, (first, ratio) in enumerate(facts.further_tiers):
        tiers.append((first, _ratio(ratio, f"further_tiers[{n}].ratio", facts, pack)))
    return tiers


def _ratio(general: int, field: str, facts: BigIllnessFacts, pack: Pack) -> int:
    floor = pack.find("big_illness.ratio_floor", on=facts.on)
    if floor is not None and general < floor.number:
        raise refuse(RefusalCode.RATIO_BELOW_TARGET, field, value=general, bound=floor.number)
    if not facts.poor:
        return general
    return min(RATE_ONE, general + pack.get("big_illness.poor_more", on=facts.on).number)


def _local(value: int | None, field: str, pack: Pack) -> int:
    if value is None:
        raise refuse(RefusalCode.LOCAL_PARAMETER_MISSING, field, document=pack.code)
    return value


def _fen(exact: Fraction) -> int:
    return int(exact + _HALF)
