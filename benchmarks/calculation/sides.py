"""The same Zhoushan 2022 rule four times; every side returns what was granted, in fen."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import numba
import numpy as np

from assistance.calculation import template
from assistance.calculation.bills.columns import Bills, StepColumns, settle
from assistance.calculation.bills.many import kind_number, kind_table
from assistance.calculation.bills.terms import rules_of
from benchmarks.calculation.data import Data, Ints

ON = date(2023, 6, 30)
CAP = 120_000_00
# TEKUN, DIBAO, DIBIAN; every other category of the list 70 %.
RATES = np.array([10_000, 8_000, 7_000, 0, 7_000, 7_000, 7_000, 7_000, 7_000])

_RULES = rules_of(template("ZS22"))
_TABLE = kind_table(_RULES, ON)


def engine(data: Data) -> StepColumns:
    """Our engine with every explanation column."""
    kind = kind_number(data.setting.astype(np.int16), data.category, data.psychiatric)
    payers = (data.basic, data.supplementary, data.rare_fund, data.big)
    return settle(Bills(data.in_scope, payers, kind, data.starts, _TABLE))


@numba.njit(cache=False)
def _loop(starts, in_scope, basic, supplementary, rare, big, category, psychiatric, rates, out):  # type: ignore[no-untyped-def]
    for person in range(len(starts) - 1):
        paid = 0
        for row in range(starts[person], starts[person + 1]):
            burden = in_scope[row] - basic[row] - supplementary[row] - rare[row] - big[row]
            rate = 10_000 if psychiatric[row] else rates[category[row]]
            share = (burden * rate + 5_000) // 10_000
            granted = min(share, max(0, CAP - paid))
            paid += granted
            out[row] = granted


def numba_loop(data: Data) -> Ints:
    """The bare rule, compiled; no explanation."""
    out = np.empty(data.rows, dtype=np.int64)
    _loop(
        data.starts,
        data.in_scope,
        data.basic,
        data.supplementary,
        data.rare_fund,
        data.big,
        data.category,
        data.psychiatric,
        RATES,
        out,
    )
    return out


def decimal_loop(data: Data) -> Ints:
    """The bare rule as one writes it first: Decimal yuan, one row after the other."""
    cap, fen = Decimal(CAP) / 100, Decimal("0.01")
    rates = [Decimal(int(rate)) / 10_000 for rate in RATES]
    amounts = [
        [Decimal(value) / 100 for value in column.tolist()]
        for column in (data.in_scope, data.basic, data.supplementary, data.rare_fund, data.big)
    ]
    owners = data.people.tolist()
    out: list[int] = []
    paid, last = Decimal(0), -1
    for row, owner in enumerate(owners):
        if owner != last:
            paid, last = Decimal(0), owner
        burden = amounts[0][row] - sum(column[row] for column in amounts[1:])
        rate = Decimal(1) if data.psychiatric[row] else rates[data.category[row]]
        share = (burden * rate).quantize(fen, ROUND_HALF_UP)
        granted = min(share, max(Decimal(0), cap - paid))
        paid += granted
        out.append(int(granted * 100))
    return np.array(out, dtype=np.int64)
