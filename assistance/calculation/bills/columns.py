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

from assistance.calculation.bills.rule import (
    NO_CAP,
    NOTHING,
    Account,
    Columns,
    Ints,
    Terms,
    above,
    burden_of,
    grant,
    share,
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

    `payers` are what others paid of the cost. `starts` holds the first row of every account
    and, last, the number of rows. `kind` points into `table`, the terms of every kind of
    bill that occurs.
    """

    cost: Ints64
    payers: tuple[Ints64, ...]
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
        rows = rows or [((), 0, 0)]
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
    burden: Ints64
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
        rows = len(bills.cost)
        zero = np.zeros(len(bills.starts) - 1, dtype=np.int64)
        self.opening = Account(
            zero if bills.opening_inpatient is None else bills.opening_inpatient,
            zero if bills.opening_outpatient is None else bills.opening_outpatient,
            zero if bills.opening_base is None else bills.opening_base,
        )
        self.used = np.flatnonzero(np.bincount(bills.kind, minlength=1)) if rows else zero[:0]
        self.terms = tuple(
            Terms(*(self._narrow(column) for column in option)) for option in bills.table.options
        )
        self.no_deductible = self._no_deductible()
        self.one_limit = self._one_limit()
        self.remembers = self._remembers()
        # One piece of memory: the next call finds its pages again, they cost more than the rule.
        burden, *others = np.empty((4, rows), dtype=np.int64)
        # Without any deductible the whole burden lies above it: one column is both.
        over = burden if self.no_deductible else np.empty(rows, dtype=np.int64)
        self.out = StepColumns(np.zeros(rows, dtype=np.int8), burden, over, *others)

    def _narrow(self, column: Ints64) -> Ints64 | int:
        """One number where all kinds that occur agree: nothing has to be looked up."""
        values = column[self.used]
        return int(values[0]) if values.size and (values == values[0]).all() else column

    def settle(self) -> None:
        starts = self.bills.starts
        blocks = _blocks(starts)
        for first, last in blocks:
            rows = slice(int(starts[first]), int(starts[last]))
            payers = (payer[rows] for payer in self.bills.payers)
            self.out.burden[rows] = burden_of(self.bills.cost[rows], *payers)
            if not self.remembers:
                self._straight(first, last, rows)
        if self.remembers:
            self._step(np.arange(len(starts) - 1))
        elif not self.one_limit:
            self._step(self._cut())

    def _remembers(self) -> bool:
        """Whether a bill depends on more of its account than the running sums."""
        if len(self.terms) > 1:
            return True
        terms = self.terms[0]
        depends = (np.asarray(terms.deductible) > 0) | (np.asarray(terms.beyond_2) < NO_CAP)
        return bool(np.any(depends & (np.asarray(terms.cumulates) > 0)))

    def _no_deductible(self) -> bool:
        deductibles = [terms.deductible for terms in self.terms]
        return all(isinstance(found, int) and found == 0 for found in deductibles)

    def _one_limit(self) -> bool:
        """Whether one limit binds every row, so that even cut rows follow from the sums.

        Each row takes what is left: together they take the limit or the sum of the
        shares, whichever is less, and the room is the limit less that sum.
        """
        caps = (self.terms[0].cap_own, self.terms[0].cap_total, self.terms[0].counts)
        return all(isinstance(cap, int) for cap in caps) and caps[0] >= NO_CAP

    def _straight(self, first: int, last: int, rows: slice) -> None:
        """Rows as if no limit were reached, from running sums of the shares."""
        out, table = self.out, self.bills.table
        kind = self.bills.kind[rows].astype(np.intp)
        terms = Terms(*(_of(column, kind) for column in self.terms[0]))
        over = burden = out.burden[rows]
        if not self.no_deductible:
            over = above(_COLUMNS, burden, 0, terms.deductible, terms.cumulates)
            out.over_deductible[rows] = over
        entitled = share(_COLUMNS, burden, 0, over, terms)
        counts = terms.counts
        counted = entitled if isinstance(counts, int) and counts == 1 else entitled * counts
        starts = self.bills.starts[first : last + 1]
        opening = Account(*(column[first:last] for column in self.opening))
        if self.one_limit:
            own = _before(counted, starts, opening.inpatient + opening.outpatient)
            other: Ints64 | int = 0
        else:
            outpatient = table.outpatient.take(kind)
            paid_out = _before(counted * outpatient, starts, opening.outpatient)
            paid_in = _before(counted * (1 - outpatient), starts, opening.inpatient)
            own = np.where(outpatient, paid_out, paid_in)
            other = np.where(outpatient, paid_in, paid_out)
        room, granted = grant(_COLUMNS, entitled, own, other, terms)
        out.entitled[rows] = entitled
        out.room[rows] = room
        out.granted[rows] = granted

    def _cut(self) -> Ints64:
        """Accounts in which some row wants more than its room: to be stepped through."""
        cut = np.flatnonzero(self.out.granted < self.out.entitled)
        return np.unique(np.searchsorted(self.bills.starts, cut, side="right") - 1)

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
        options = tuple(Terms(*(_of(column, kind) for column in option)) for option in self.terms)
        steps = step(
            _COLUMNS,
            self.out.burden[rows],
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
        for burden, kind in zip(out.burden[low:high].tolist(), kinds, strict=True):
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


def _of(column: Ints64 | int, kind: NDArray[np.integer]) -> Ints64 | int:
    return column if isinstance(column, int) else column.take(kind)


def _before(amounts: Ints64, starts: Ints64, opening: Ints64) -> Ints64:
    """What an account has seen before each row: its opening and the rows above."""
    seen = np.cumsum(amounts)
    seen -= amounts
    if not len(amounts):
        return seen
    first = starts[:-1] - starts[0]
    # The running sum falls back to the opening where an account begins; an empty one has no row to fall.
    first = np.minimum(first, len(amounts) - 1, out=first)
    seen -= (seen.take(first) - opening).repeat(np.diff(starts))
    return seen


def _blocks(starts: Ints64, rows: int = 1 << 14) -> list[tuple[int, int]]:
    """Runs of whole accounts of about so many rows, so few that they stay in the cache."""
    accounts = len(starts) - 1
    if accounts <= 0:
        return []
    cuts = np.searchsorted(starts, np.arange(0, int(starts[-1]) + rows, rows), side="left")
    edges = np.unique(np.concatenate(([0], cuts, [accounts])))
    edges = edges[edges <= accounts]
    return [(int(a), int(b)) for a, b in pairwise(edges)]
