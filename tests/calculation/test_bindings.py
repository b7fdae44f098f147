"""The two bindings of the rule agree: int64 columns and Python ints, row by row."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.calculation.bills import columns
from assistance.calculation.bills.columns import Bills, TermTable, settle
from assistance.calculation.bills.facts import Bill
from assistance.calculation.bills.many import settle_many
from assistance.calculation.bills.rule import NO_CAP, NOTHING, Account, Ints, Terms, step
from assistance.calculation.bills.run import assist
from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome
from assistance.calculation.golden.assist import history_of
from assistance.calculation.golden.packs import book_of
from assistance.calculation.golden.reader import Reader
from assistance.calculation.results import Refused
from tests.calculation.histories import book, histories

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = [
    case
    for file in sorted(GOLDEN.glob("*.jsonl"))
    for case in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    if case["kind"] == "assist" and "error" not in case["expected"]
]


def by_ints(history, rules):
    result = assist(history, rules)
    assert result.outcome == Outcome.AMOUNT, result.refusals
    return [(bill.over_deductible, bill.entitled, bill.granted, bill.room) for bill in result.bills]


def by_columns(given_histories, rules):
    found = settle_many(given_histories, rules)
    return [
        [(over, share, granted, room) for _, over, share, room, granted in rows] for rows in found
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_columns_agree_with_ints_on_golden_cases(case):
    inputs = Reader(case["inputs"], Checks())
    rules = book_of(inputs)
    history = history_of(inputs)
    if not all(isinstance(bill, Bill) for bill in history.bills):
        pytest.skip("reversals are settled one by one")
    if assist(history, rules).outcome != Outcome.AMOUNT:
        pytest.skip("needs a person")
    assert by_columns([history], rules) == [by_ints(history, rules)]


@pytest.mark.parametrize("document", ["ZS19", "ZS22", "LX20", "WZ19"])
@given(tail=st.sampled_from([1, 2, 32]), data=st.data())
def test_columns_agree_with_ints_on_random_histories(document, tail, data):
    people = [data.draw(histories(document))[1] for _ in range(data.draw(st.integers(1, 5)))]
    rules = book(document)
    before = columns._TAIL
    columns._TAIL = tail
    try:
        found = by_columns(people, rules)
    except Refused:
        found = None
    finally:
        columns._TAIL = before
    if found is not None:
        for history, rows in zip(people, found, strict=True):
            assert rows == by_ints(history, rules)


def test_many_accounts_with_a_long_tail_agree_row_by_row():
    """Thousands of accounts, caps that bind, one account with 600 bills."""
    random = np.random.default_rng(7)
    sizes = np.concatenate((random.integers(0, 12, 3000), random.integers(100, 140, 40), [600]))
    random.shuffle(sizes)
    kinds = [
        ((Terms(8000, 0, 1, NO_CAP, 120_000_00, 1),), 0, 1),
        ((Terms(7000, 0, 1, 1_500_00, 120_000_00, 1),), 1, 0),
        ((Terms(10000, 0, 1, NO_CAP, NO_CAP, 0),), 0, 1),
        ((), 0, 0),
    ]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    rows = int(starts[-1])
    given_bills = Bills(
        cost=random.integers(0, 30_000_00, rows),
        payers=(),
        kind=random.integers(0, len(kinds), rows),
        starts=starts,
        table=TermTable.of(kinds),
    )
    out = settle(given_bills)
    bind = Ints()
    for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        account = Account(0, 0, 0)
        for row in range(low, high):
            options, outpatient, fills = kinds[int(given_bills.kind[row])]
            steps = step(
                bind,
                int(given_bills.cost[row]),
                options or (NOTHING,),
                outpatient,
                fills,
                account,
            )
            account = steps.after
            assert (out.over_deductible[row], out.entitled[row]) == steps[1:3]
            assert (out.room[row], out.granted[row]) == steps[3:5]
    assert (out.granted < out.entitled).sum() > 500


def test_no_bills_at_all():
    empty = np.zeros(0, dtype=np.int64)
    out = settle(Bills(empty, (), empty, np.array([0]), TermTable.of([((), 0, 0)])))
    assert len(out.granted) == 0
