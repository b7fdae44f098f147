"""Check a county's values against the floors and ceilings another document sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistance.calculation.codes import RefusalCode
from assistance.calculation.policy.model import Limit, Pack, PolicyValue
from assistance.calculation.policy.tiers import tiers_of
from assistance.calculation.results import Refusal, Refused, refusal


@dataclass(frozen=True, slots=True)
class Breach:
    """A value beyond a limit; `binding` is False for a mere advice (逐步取消).

    It is False too where the document says 一般 and the county gives its reason (AMB-23).
    """

    refusal: Refusal
    limit: Limit
    binding: bool


_CODES = {
    ("ratio", "at_least"): RefusalCode.RATIO_BELOW_FLOOR,
    ("ratio", "exactly"): RefusalCode.RATIO_BELOW_FLOOR,
    ("deductible", "at_most"): RefusalCode.DEDUCTIBLE_NOT_ALLOWED,
    ("deductible", "should_be_at_most"): RefusalCode.DEDUCTIBLE_NOT_ALLOWED,
    ("cap", "exactly"): RefusalCode.CAP_NOT_AS_SET,
}


def check(pack: Pack, *, against: Pack, on: date) -> tuple[Breach, ...]:
    """Every limit of `against` that the values of `pack` on a day go beyond."""
    return tuple(
        breach for limit in against.limits for breach in _breaches(pack, limit, against, on)
    )


def _breaches(pack: Pack, limit: Limit, against: Pack, on: date) -> Iterator[Breach]:
    if limit.rule == "tiers_at_least":
        yield from _tier_breaches(pack, limit, on)
        return
    value = pack.find(limit.key, on=on)
    if value is None or (isinstance(limit.bound, str) and value.number == 0):
        return
    if isinstance(limit.bound, str):
        bounding = pack.find(limit.bound, on=on)
        if bounding is None:
            missing = refusal(
                RefusalCode.VALUE_MISSING,
                limit.bound,
                document=against.code,
                key=limit.bound,
                on=on,
            )
            yield Breach(missing, limit, binding=True)
        elif value.number > bounding.number:
            found = _beyond(value, bounding.number, by_income=True)
            yield Breach(found, limit, binding=not _overridden(pack, limit, on))
    elif _is_beyond(value.number, limit.rule, limit.bound):
        found = _beyond(value, limit.bound, rule=limit.rule)
        yield Breach(found, limit, binding=limit.rule != "should_be_at_most")


def _overridden(pack: Pack, limit: Limit, on: date) -> bool:
    """Whether the limit may be passed for a reason, and the pack gives one."""
    if limit.rule != "generally_at_most":
        return False
    return pack.find(f"override_reason.{limit.key}", on=on) is not None


def _tier_breaches(pack: Pack, limit: Limit, on: date) -> Iterator[Breach]:
    """Tiers that are out of order, fall, or start below the floor (WZ19-4.2)."""
    try:
        tiers = tiers_of(pack, limit.key.removeprefix("ratio."), on)
    except Refused as refused:
        yield from (Breach(found, limit, binding=True) for found in refused.refusals)
        return
    for tier in tiers:
        if isinstance(limit.bound, int) and tier.ratio.number < limit.bound:
            found = refusal(
                RefusalCode.RATIO_BELOW_FLOOR,
                tier.ratio.key,
                value=tier.ratio.number,
                bound=limit.bound,
            )
            yield Breach(found, limit, binding=True)


def _is_beyond(number: int, rule: str, bound: int) -> bool:
    if rule == "at_least":
        return number < bound
    if rule == "exactly":
        return number != bound
    return number > bound


def _beyond(value: PolicyValue, bound: int, *, rule: str = "", by_income: bool = False) -> Refusal:
    if by_income:
        return refusal(
            RefusalCode.DEDUCTIBLE_ABOVE_INCOME, value.key, deductible=value.number, income=bound
        )
    code = _CODES[value.key.split(".")[0], rule]
    return refusal(code, value.key, value=value.number, bound=bound)
