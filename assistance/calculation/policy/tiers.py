"""Ratios that rise in tiers of the burden (分段救助, AMB-53)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from assistance.calculation.codes import RefusalCode
from assistance.calculation.policy.model import Pack, PolicyValue
from assistance.calculation.policy.schema import FURTHER_TIERS
from assistance.calculation.results import Refusal, Refused, refusal


class Tier(NamedTuple):
    """From where on the year's burden is granted another ratio."""

    first: PolicyValue
    ratio: PolicyValue


def tiers_of(pack: Pack, category: str, on: date) -> tuple[Tier, ...]:
    """The tiers after the first, lowest first; none where the ratio is flat.

    Refuses a tier that is only half given or skipped, tiers out of order, and a ratio
    below that of the tier before: 个人负担费用数额越大，救助比例应当越高.
    """
    tiers: list[Tier] = []
    missing: list[Refusal] = []
    for number in FURTHER_TIERS:
        keys = (f"tier_from.{category}.{number}", f"tier_ratio.{category}.{number}")
        first, ratio = (pack.find(key, on=on) for key in keys)
        if first is not None and ratio is not None and len(tiers) == number - 2:
            tiers.append(Tier(first, ratio))
        elif first is not None or ratio is not None:
            key = keys[0] if first is None else keys[1]
            if first is not None and ratio is not None:
                key = f"tier_from.{category}.{number - 1}"
            missing.append(
                refusal(RefusalCode.VALUE_MISSING, key, document=pack.code, key=key, on=on)
            )
    faults = [*missing, *_disorder(tiers, pack.find(f"ratio.{category}", on=on))]
    if faults:
        raise Refused(*faults)
    return tuple(tiers)


def _disorder(tiers: list[Tier], flat: PolicyValue | None) -> list[Refusal]:
    found: list[Refusal] = []
    start, rate = 0, flat.number if flat else 0
    for tier in tiers:
        if tier.first.number <= start:
            found.append(
                refusal(
                    RefusalCode.TIERS_NOT_IN_ORDER,
                    tier.first.key,
                    value=tier.first.number,
                    bound=start,
                )
            )
        if tier.ratio.number < rate:
            found.append(
                refusal(
                    RefusalCode.TIER_RATIO_FALLS,
                    tier.ratio.key,
                    value=tier.ratio.number,
                    bound=rate,
                )
            )
        start, rate = tier.first.number, tier.ratio.number
    return found
