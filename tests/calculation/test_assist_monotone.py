"""Invariants C of the bill engine (`policy/invariants.md`), exceptions excluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistance.calculation.bills.facts import Period
from assistance.calculation.codes import Category
from tests.calculation.histories import histories
from tests.calculation.settled import (
    plain,
    run,
    total,
)


@given(histories(), st.integers(1, 50_000_00), st.data())
def test_i13_more_cost_never_gives_less(drawn, more, data):
    document, history = drawn
    assume(history.bills)
    index = data.draw(st.integers(0, len(history.bills) - 1))
    bill = history.bills[index]
    dearer = replace(bill, in_scope=bill.in_scope + more, total=bill.total + more)
    costs = (*history.bills[:index], dearer, *history.bills[index + 1 :])
    before, after = run(document, history), run(document, replace(history, bills=costs))
    count = len(history.bills)
    assert before.total <= after.total + count
    assert after.total <= before.total + more + count
    assert after.bills[index].granted >= before.bills[index].granted
    assert after.bills[:index] == before.bills[:index]
    outside = replace(bill, total=bill.total + more)
    costs = (*history.bills[:index], outside, *history.bills[index + 1 :])
    assert total(document, replace(history, bills=costs)) == before.total


@given(histories(), st.data())
def test_i14_more_insurance_never_gives_more(drawn, data):
    document, history = drawn
    assume(history.bills)
    index = data.draw(st.integers(0, len(history.bills) - 1))
    bill = history.bills[index]
    more = data.draw(st.integers(0, bill.in_scope - bill.basic - bill.big))
    insured = replace(bill, supplementary=more)
    costs = (*history.bills[:index], insured, *history.bills[index + 1 :])
    after = total(document, replace(history, bills=costs))
    assert after <= total(document, history) + len(history.bills)


@pytest.mark.parametrize(
    ("document", "worse", "better"),
    [
        ("ZS19", "OTHER", "YOUFU"),
        ("ZS19", "YOUFU", "DIBAO"),
        ("ZS19", "DIBAO", "TEKUN"),
        ("LX20", "OTHER", "DIBIAN"),
        ("LX20", "DIBIAN", "DIBAO"),
        ("LX20", "DIBAO", "TEKUN"),
    ],
)
@given(data=st.data())
def test_i15_a_better_category_never_gives_less(document, worse, better, data):
    history = data.draw(plain(document))
    results = []
    for category in (worse, better):
        changed = tuple(replace(b, category=Category(category)) for b in history.bills)
        results.append(total(document, replace(history, bills=changed)))
    assert results[0] <= results[1]


@given(data=st.data())
def test_i18_a_certificate_never_gives_less(data):
    history = data.draw(plain("ZS22"))
    certified = replace(history, psychiatric_certificates=(Period(first_day=date(2020, 1, 1)),))
    count = len(history.bills)
    assert total("ZS22", history) <= total("ZS22", certified) + count
    unflagged = tuple(replace(bill, psychiatric=False) for bill in history.bills)
    assert total("ZS22", replace(certified, bills=unflagged)) <= total("ZS22", certified) + count


@given(data=st.data())
def test_i19_certification_never_lowers_the_outpatient_total_while_inpatient_is_small(data):
    history = data.draw(plain("ZS19"))
    history = replace(history, special_disease=())
    certified = replace(history, special_disease=(Period(first_day=date(2020, 1, 1)),))
    before, after = run("ZS19", history), run("ZS19", certified)
    for one, other in zip(before.years, after.years, strict=True):
        assert other.total >= one.total - 1_500_00
