"""Indicators, compared as exact fractions (ZS22-1.2, I-53)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Metric, RefusalCode
from assistance.calculation.money import RATE_ONE
from assistance.calculation.policy import Pack
from assistance.calculation.results import refuse


@dataclass(frozen=True, slots=True)
class Indicator:
    """Rate in hundredths of a per cent, half up; None where the denominator is zero."""

    rate: int | None
    met: bool | None
    target: int


def kpi(metric: Metric, numerator: int, denominator: int, pack: Pack, on: date) -> Indicator:
    """Whether a target is met; the display is rounded, the comparison never is.

    Both figures are counts, or both amounts in fen. A zero denominator: not applicable.
    """
    checks = Checks()
    checks.amount("numerator", numerator)
    checks.amount("denominator", denominator)
    if not isinstance(metric, Metric):
        checks.refuse(RefusalCode.UNKNOWN_METRIC, "metric")
    checks.done()
    if numerator > denominator:
        raise refuse(RefusalCode.NUMERATOR_EXCEEDS_DENOMINATOR, "numerator")
    target = pack.get(f"kpi.{metric}", on=on).number
    if denominator == 0:
        return Indicator(None, None, target)
    rate = (numerator * RATE_ONE * 2 + denominator) // (2 * denominator)
    reached, wanted = numerator * RATE_ONE, target * denominator
    at_most = metric == Metric.PERSONAL_BURDEN_RATE
    return Indicator(rate, reached <= wanted if at_most else reached >= wanted, target)
