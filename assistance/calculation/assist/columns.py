"""The bill engine for many people: int64 columns, the same rule, one row a bill.

Rows are grouped by account (a person's year) in booking order. What can be said of a bill
by itself is computed for all rows at once; where a limit or a deductible makes a bill
depend on those before it, the engine steps through the n-th bill of all such accounts
together, and finishes the long tail one by one with Python ints.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistance.calculation.assist.rule import (
    NOTHING,
    Account,
    Columns,
    Ints,
    Terms,
    entitle,
    grant,
    step,
)

Ints64 = NDArray[np.int64]

_COLUMNS = Columns()
_INTS = Ints()
# Below so many accounts a step over columns costs more than Python ints.
_TAIL = 32


@dataclass(frozen=True, slots=True)
class Bills:
    """Columns of one row a bill, accounts contiguous, each in booking order.

    `starts` holds the first row of every account and, last, the number of rows. `kind`
    points into `table`, the terms of every kind of bill that occurs.
    """

    burden: Ints64
    kind: NDArray[np.integer]
    starts: Ints64
    table: TermTable
    opening_inpatient: Ints64 | None = None
    opening_outpatient: Ints64 | None = None
    opening_base: Ints64 | None = None


@dataclass(frozen=True, slots=True)
class TermTable:
    """Terms by kind of bill; up to two or more identities side by side."""

    options: tuple[Terms, ...]
    outpatient: Ints64
    fills: Ints64

    @classmethod
    def of(cls, rows: list[tuple[tuple[Terms, ...], int, int]]) -> TermTable:
        """From (options, outpatient, fills) of each kind; missing options grant nothing."""
        width = max((len(options) for options, _, _ in rows), default=1) or 1
        padded = [(*options, *[NOTHING] * (width - len(options))) for options, _, _ in rows]
        columns = tuple(
            Terms(*(np.array(column, dtype=np.int64) for column in zip(*option, strict=True)))
            for option in zip(*padded, strict=True)
        )
        return cls(
            options=columns,
            outpatient=np.array([row[1] for row in rows], dtype=np.int64),
            fills=np.array([row[2] for row in rows], dtype=np.int64),
        )


@dataclass(frozen=True, slots=True)
class StepColumns:
    """One column a step; together they are the explanation of every row."""

    option: NDArray[np.int8]
    over_deductible: Ints64
    entitled: Ints64
    room: Ints64
    granted: Ints64


def settle(bills: Bills) -> StepColumns:
    """All bills at once; row for row what `step` says with Python ints."""
    engine = _Engine(bills)
    engine.settle()
    return engine.out


class _Engine:
    def __init__(self, bills: Bills) -> None:
        self.bills = bills
        rows = len(bills.burden)
        accounts = len(bills.starts) - 1
        self.out = StepColumns(
            np.zeros(rows, dtype=np.int8), *(np.empty(rows, dtype=np.int64) for _ in range(4))
        )
        zero = np.zeros(accounts, dtype=np.int64)
        self.opening = Account(
            zero if bills.opening_inpatient is None else bills.opening_inpatient,
            zero if bills.opening_outpatient is None else bills.opening_outpatient,
            zero if bills.opening_base is None else bills.opening_base,
        )
        table = bills.table
        self.memory = bool(
            any(((o.deductible > 0) & (o.cumulates > 0)).any() for o in table.options)
        )

    def settle(self) -> None:
        starts = self.bills.starts
        if self.memory or len(self.bills.table.options) > 1:
            self._step(np.arange(len(starts) - 1))
            return
        bound = [self._straight(first, last) for first, last in _blocks(starts)]
        if bound:
            self._step(np.concatenate(bound))

    def _straight(self, first: int, last: int) -> Ints64:
        """Rows as if no limit were reached, from running sums; accounts where one was.

        Where every row of an account gets its whole share, what was granted before a row
        is the running sum of the shares. The other accounts have to be stepped through.
        """
        starts = self.bills.starts[first : last + 1]
        rows = slice(int(starts[0]), int(starts[-1]))
        out, table = self.out, self.bills.table
        kind = self.bills.kind[rows]
        terms = Terms(*(column[kind] for column in table.options[0]))
        over, entitled = entitle(_COLUMNS, self.bills.burden[rows], 0, terms)
        outpatient = table.outpatient[kind]
        counted = entitled * terms.counts
        opening = Account(*(column[first:last] for column in self.opening))
        paid_out = _before(counted * outpatient, starts, opening.outpatient)
        paid_in = _before(counted * (1 - outpatient), starts, opening.inpatient)
        own = np.where(outpatient, paid_out, paid_in)
        room, granted = grant(_COLUMNS, entitled, own, paid_in + paid_out - own, terms)
        out.over_deductible[rows] = over
        out.entitled[rows] = entitled
        out.room[rows] = room
        out.granted[rows] = granted
        cut = np.flatnonzero(granted < entitled) + rows.start
        return np.unique(np.searchsorted(starts, cut, side="right") - 1) + first

    def _step(self, accounts: Ints64) -> None:
        """Step through the n-th bill of these accounts, the longest accounts first."""
        starts = self.bills.starts
        sizes = starts[accounts + 1] - starts[accounts]
        order = np.argsort(-sizes, kind="stable")
        accounts, sizes = accounts[order], sizes[order]
        state = Account(*(column[accounts].copy() for column in self.opening))
        number = 0
        active = int(np.searchsorted(-sizes, -number, side="left"))
        while active >= _TAIL:
            rows = starts[accounts[:active]] + number
            state = self._step_rows(rows, Account(*(column[:active] for column in state)))
            number += 1
            active = int(np.searchsorted(-sizes, -number, side="left"))
        for place in range(active):
            self._tail(int(accounts[place]), number, Account(*(int(c[place]) for c in state)))

    def _step_rows(self, rows: Ints64, account: Account) -> Account:
        table = self.bills.table
        kind = self.bills.kind[rows]
        options = tuple(Terms(*(column[kind] for column in option)) for option in table.options)
        steps = step(
            _COLUMNS,
            self.bills.burden[rows],
            options,
            table.outpatient[kind],
            table.fills[kind],
            account,
        )
        out = self.out
        out.option[rows] = steps.option
        out.over_deductible[rows] = steps.over_deductible
        out.entitled[rows] = steps.entitled
        out.room[rows] = steps.room
        out.granted[rows] = steps.granted
        return steps.after

    def _tail(self, owner: int, number: int, account: Account) -> None:
        """The rest of one long account, bill by bill."""
        table, out = self.bills.table, self.out
        low, high = int(self.bills.starts[owner]) + number, int(self.bills.starts[owner + 1])
        kinds = self.bills.kind[low:high].tolist()
        known = {
            kind: (
                tuple(Terms(*(int(c[kind]) for c in option)) for option in table.options),
                int(table.outpatient[kind]),
                int(table.fills[kind]),
            )
            for kind in set(kinds)
        }
        found = []
        for burden, kind in zip(self.bills.burden[low:high].tolist(), kinds, strict=True):
            options, outpatient, fills = known[kind]
            steps = step(_INTS, burden, options, outpatient, fills, account)
            account = steps.after
            found.append(steps[:5])
        columns = np.array(found, dtype=np.int64).reshape(-1, 5)
        out.option[low:high] = columns[:, 0]
        out.over_deductible[low:high] = columns[:, 1]
        out.entitled[low:high] = columns[:, 2]
        out.room[low:high] = columns[:, 3]
        out.granted[low:high] = columns[:, 4]


def _before(amounts: Ints64, starts: Ints64, opening: Ints64) -> Ints64:
    """What an account has seen before each row: its opening and the rows above."""
    total: Ints64 = np.cumsum(amounts)
    total -= amounts
    first_rows = np.minimum(starts[:-1] - starts[0], max(len(total) - 1, 0))
    at_start = total[first_rows] if len(total) else opening
    total += np.repeat(opening - at_start, np.diff(starts))
    return total


def _blocks(starts: Ints64, rows: int = 1 << 16) -> list[tuple[int, int]]:
    """Runs of whole accounts of about so many rows."""
    accounts = len(starts) - 1
    if accounts <= 0:
        return []
    cuts = np.searchsorted(starts, np.arange(0, int(starts[-1]) + rows, rows), side="left")
    edges = np.unique(np.concatenate(([0], cuts, [accounts])))
    edges = edges[edges <= accounts]
    return [(int(a), int(b)) for a, b in pairwise(edges)]
