"""Many people at once: their histories as columns, the results row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product

import numpy as np

from assistance.calculation.bills.columns import (
    Bills,
    Ints64,
    StepColumns,
    TermTable,
    settle,
)
from assistance.calculation.bills.facts import Bill, History
from assistance.calculation.bills.resolve import Resolved, Resolver
from assistance.calculation.bills.rule import Terms, burden_of
from assistance.calculation.bills.terms import Case, Rules
from assistance.calculation.codes import Category, Setting
from assistance.calculation.policy.book import Book

Kind = tuple[tuple[Terms, ...], int, int]


def settle_many(histories: Sequence[History], book: Book) -> list[list[tuple[int, ...]]]:
    """Steps of every bill of every history: option, over deductible, share, room, granted.

    Histories hold checked bills without reversals; they are resolved one by one and
    computed together. Raises `Refused` for a history that must be refused.
    """
    rows = [row for number, history in enumerate(histories) for row in _rows(number, history, book)]
    rows.sort(key=lambda row: row[:3])
    kinds: dict[Kind, int] = {}
    kind = [kinds.setdefault(_kind(resolved), len(kinds)) for *_, resolved in rows]
    accounts = [row[:2] for row in rows]
    starts = [n for n, key in enumerate(accounts) if n == 0 or key != accounts[n - 1]]
    steps = settle(
        Bills(
            cost=np.array([_burden(row[3]) for row in rows], dtype=np.int64),
            payers=(),
            kind=np.array(kind, dtype=np.int32),
            starts=np.array([*starts, len(rows)], dtype=np.int64),
            table=TermTable.of(list(kinds)),
            **_openings(histories, [accounts[start] for start in starts]),
        )
    )
    return _by_history(histories, rows, steps)


def kind_table(rules: Rules, on: date) -> TermTable:
    """Terms of every kind of bill of one document, numbered as `kind_number` does."""
    kinds: list[Kind] = []
    for setting, category, psychiatric in product(Setting, Category, (False, True)):
        grant = None
        if rules.knows(category, on):
            grant = rules.grant(category, Case(setting, psychiatric), on)
        outpatient = int(rules.outpatient(setting, on))
        kinds.append(((grant.terms,) if grant else (), outpatient, int(not outpatient)))
    return TermTable.of(kinds)


def kind_number(setting: Ints64, category: Ints64, psychiatric: Ints64) -> Ints64:
    """The kind of bills from columns of positions in `Setting` and `Category`, and a flag."""
    return (setting * len(Category) + category) * 2 + psychiatric


def _rows(number: int, history: History, book: Book) -> Iterable[tuple[int, int, int, Resolved]]:
    resolver = Resolver(history, book)
    for index, bill in enumerate(history.bills):
        if isinstance(bill, Bill):
            yield number, bill.settled_on.year, index, resolver.resolve(index, bill)


def _kind(resolved: Resolved) -> Kind:
    options = tuple(grant.terms for grant in resolved.grants)
    return options, resolved.outpatient, resolved.fills


def _burden(resolved: Resolved) -> int:
    bill = resolved.bill
    cost = bill.total if resolved.whole else bill.in_scope
    burden: int = burden_of(cost, bill.basic, bill.supplementary, bill.rare_fund, bill.big)
    return burden


def _openings(
    histories: Sequence[History], accounts: list[tuple[int, int]]
) -> dict[str, np.ndarray]:
    known = {
        (number, opening.year): opening
        for number, history in enumerate(histories)
        for opening in history.openings
    }
    found = [known.get(account) for account in accounts]
    return {
        "opening_inpatient": np.array([o.inpatient if o else 0 for o in found], dtype=np.int64),
        "opening_outpatient": np.array([o.outpatient if o else 0 for o in found], dtype=np.int64),
        "opening_base": np.array([o.deductible_base if o else 0 for o in found], dtype=np.int64),
    }


def _by_history(
    histories: Sequence[History],
    rows: list[tuple[int, int, int, Resolved]],
    steps: StepColumns,
) -> list[list[tuple[int, ...]]]:
    columns = np.stack(
        (
            steps.option.astype(np.int64),
            steps.over_deductible,
            steps.entitled,
            steps.room,
            steps.granted,
        ),
        axis=1,
    ).tolist()
    found: list[list[tuple[int, ...]]] = [[()] * len(history.bills) for history in histories]
    for (number, _, index, _), values in zip(rows, columns, strict=True):
        found[number][index] = tuple(values)
    return found
