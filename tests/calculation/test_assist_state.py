"""Invariants D, E and I-60 of the bill engine (`policy/invariants.md`), exceptions excluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistance.calculation.bills.facts import Bill, Opening, Reversal
from assistance.calculation.bills.run import assist
from assistance.calculation.codes import Category, Outcome, Setting
from tests.calculation.histories import bills, histories
from tests.calculation.settled import (
    BOOKS,
    WITHOUT_DEDUCTIBLE,
    history_with,
    plain,
    run,
)


@given(histories())
def test_i20_i21_resuming_from_the_totals_pays_the_same(drawn):
    document, history = drawn
    # ZS19 also needs the memory of the special channel on the person.
    assume(
        document != "ZS19"
        or all(bill.setting != Setting.SPECIAL_OUTPATIENT for bill in history.bills)
    )
    whole = run(document, history).bills
    for cut in range(len(history.bills) + 1):
        first = run(document, replace(history, bills=history.bills[:cut]))
        carried = tuple(
            Opening(
                year=year.year,
                inpatient=year.inpatient,
                outpatient=year.outpatient,
                deductible_base=year.deductible_base,
                joint=year.joint,
            )
            for year in first.years
        )
        rest = replace(history, bills=history.bills[cut:], openings=carried)
        assert run(document, rest).bills == whole[cut:]


@given(histories())
def test_i22_a_new_year_starts_from_zero(drawn):
    document, history = drawn
    for year in run(document, history).years:
        opened = [o for o in history.openings if o.year == year.year]
        paid = sum(b.granted for b in run(document, history).bills if b.year == year.year)
        assert year.total == paid + sum(o.inpatient + o.outpatient for o in opened)


@given(histories())
def test_i17_reversing_the_last_bill_restores_the_accounts(drawn):
    document, history = drawn
    assume(history.bills)
    last = history.bills[-1]
    undone = (*history.bills, Reversal(of=last.id, on=last.settled_on))
    before = run(document, replace(history, bills=history.bills[:-1]))
    after = run(document, replace(history, bills=undone))
    assert after.total == before.total
    known = {year.year: year for year in before.years}
    for year in after.years:
        if year.year in known:
            assert year == known[year.year]
        else:
            assert (year.total, year.deductible_base, year.joint) == (0, 0, False)
    again = run(document, replace(history, bills=(*undone, last)))
    once = run(document, history)
    assert again.bills[-1] == once.bills[-1]
    assert again.years == once.years


@given(histories(), st.data())
def test_i17_reversing_an_earlier_bill_reopens_nothing(drawn, data):
    document, history = drawn
    assume(len(history.bills) > 1)
    index = data.draw(st.integers(0, len(history.bills) - 2))
    day = max(bill.settled_on for bill in history.bills)
    reversal = Reversal(of=history.bills[index].id, on=day)
    before = run(document, history)
    after = run(document, replace(history, bills=(*history.bills, reversal)))
    assert after.bills[:-1] == before.bills
    assert after.bills[-1].granted == -before.bills[index].granted
    assert after.total == before.total - before.bills[index].granted


@pytest.mark.parametrize("document", WITHOUT_DEDUCTIBLE)
@given(data=st.data())
def test_i23_without_a_bill_the_total_never_rises(document, data):
    history = data.draw(plain(document))
    assume(history.bills)
    assume(all(bill.setting != Setting.SPECIAL_OUTPATIENT for bill in history.bills))
    index = data.draw(st.integers(0, len(history.bills) - 1))
    rest = (*history.bills[:index], *history.bills[index + 1 :])
    before, after = run(document, history), run(document, replace(history, bills=rest))
    assert after.total <= before.total + len(history.bills)
    for one, other in zip(before.bills[index + 1 :], after.bills[index:], strict=True):
        assert other.granted >= one.granted


@given(histories())
def test_i24_the_same_invoice_twice_is_refused(drawn):
    document, history = drawn
    assume(history.bills)
    twice = replace(history, bills=(*history.bills, history.bills[0]))
    result = assist(twice, BOOKS[document])
    assert result.outcome == Outcome.REFUSED
    assert [r.code for r in result.refusals] == ["DUPLICATE_INVOICE"]


@given(st.integers(0, 2000), bills("ZS22", 1))
def test_i25_the_fee_date_decides_the_version(days, bill):
    day = date(2020, 1, 1) + timedelta(days=days)
    history_of_one = replace(bill, settled_on=day, category=Category.DIBAO)
    [row] = run("ZS22", history_with(history_of_one)).bills
    assert row.document == ("ZS19" if day <= date(2022, 12, 31) else "ZS22")


def test_i26_the_caps_of_two_documents_are_independent():
    def bill(number, day, amount):
        return Bill(
            id=number, settled_on=day, in_scope=amount, total=amount, category=Category.TEKUN
        )

    result = run(
        "ZS22",
        history_with(
            bill("a", date(2022, 12, 31), 150_000_00),
            bill("b", date(2023, 1, 1), 150_000_00),
        ),
    )
    assert [row.granted for row in result.bills] == [100_000_00, 120_000_00]


@given(histories(), st.integers(0, 8))
def test_i60_one_bad_bill_refuses_the_whole_history(drawn, place):
    document, history = drawn
    bad = Bill(id="bad", settled_on=date(2024, 1, 1), in_scope=-1, total=0)
    rows = (*history.bills[:place], bad, *history.bills[place:])
    result = assist(replace(history, bills=rows), BOOKS[document])
    assert (result.outcome, result.bills, result.years) == (Outcome.REFUSED, (), ())
