"""Invariants A and B of the bill engine (`policy/invariants.md`), exceptions excluded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistance.calculation import canonical
from assistance.calculation.bills.facts import Opening, Period
from assistance.calculation.codes import Category, Reason, Setting
from tests.calculation.histories import histories
from tests.calculation.settled import (
    DOCUMENTS,
    WITHOUT_DEDUCTIBLE,
    plain,
    run,
    total,
    totals_by_year,
)


@given(histories())
def test_i01_a_bill_stays_within_its_share_and_burden(drawn):
    document, history = drawn
    for bill in run(document, history).bills:
        assert 0 <= bill.granted <= bill.entitled <= bill.over_deductible <= bill.burden
        assert bill.burden_after >= 0


@given(histories())
def test_i02_no_right_no_assistance(drawn):
    document, history = drawn
    for bill, row in zip(history.bills, run(document, history).bills, strict=True):
        if not bill.designated or row.burden == 0:
            assert row.granted == 0
        if row.reason == Reason.NOT_RECIPIENT:
            day = bill.settled_on
            assert not any(
                span.first_day <= day and (span.last_day is None or day <= span.last_day)
                for span in history.status
            )
            assert row.granted == 0


@pytest.mark.parametrize("document", DOCUMENTS)
@given(data=st.data())
def test_i03_caps_hold_under_any_order(document, data):
    history = data.draw(plain(document))
    for year in run(document, history).years:
        if document == "ZS22":
            assert year.total <= 120_000_00
        elif document == "ZS19":
            assert year.inpatient <= 100_000_00
            assert year.total <= 101_500_00
        elif document == "LX20":
            assert year.inpatient <= 80_000_00
            assert year.outpatient <= 2_000_00
        else:
            assert year.inpatient <= 80_000_00
            assert year.outpatient <= 1_200_00


@given(data=st.data())
def test_i03_the_joint_limit_of_certified_persons_holds_from_the_first_certified_bill(data):
    history = replace(
        data.draw(plain("ZS19")), special_disease=(Period(first_day=date(2020, 1, 1)),)
    )
    for year in run("ZS19", history).years:
        assert year.total <= 100_000_00


@given(histories())
def test_i03_an_opening_beyond_the_cap_pays_nothing_more(drawn):
    document, history = drawn
    full = tuple(
        Opening(year=year, inpatient=200_000_00, outpatient=200_000_00)
        for year in {bill.settled_on.year for bill in history.bills}
    )
    assert total(document, replace(history, openings=full)) == 0


@pytest.mark.parametrize("document", ["ZS22", "LX20", "WZ19"])
@given(data=st.data())
def test_i04_a_cut_bill_exhausts_its_bucket(document, data):
    history = data.draw(plain(document))
    exhausted = set()
    for row in run(document, history).bills:
        bucket = (row.year, row.outpatient and document != "ZS22")
        if bucket in exhausted:
            assert row.granted == 0
        if row.granted < row.entitled:
            assert row.granted == row.room
            exhausted.add(bucket)


@given(histories())
def test_i05_same_facts_give_the_same_bytes(drawn):
    document, history = drawn
    before = canonical(history)
    first = canonical(run(document, history))
    assert canonical(run(document, history)) == first
    assert canonical(history) == before


@given(histories())
def test_i06_later_bills_change_nothing_before(drawn):
    document, history = drawn
    whole = run(document, history).bills
    for count in range(len(history.bills)):
        cut = replace(history, bills=history.bills[:count])
        assert run(document, cut).bills == whole[:count]


@given(histories())
def test_i07_years_are_independent(drawn):
    document, history = drawn
    # A special-disease settlement certifies for later years too (AMB-56).
    assume(
        document != "ZS19"
        or all(bill.setting != Setting.SPECIAL_OUTPATIENT for bill in history.bills)
    )
    years = {bill.settled_on.year for bill in history.bills}
    parts = sum(
        total(
            document,
            replace(history, bills=tuple(b for b in history.bills if b.settled_on.year == year)),
        )
        for year in years
    )
    assert parts == total(document, history)


def halves(draw, bill):
    """Two bills of the same day whose amounts add up to the one."""
    parts = {name: draw(st.integers(0, getattr(bill, name))) for name in ("basic", "big")}
    burden = bill.in_scope - bill.basic - bill.big
    in_scope = sum(parts.values()) + draw(st.integers(0, burden))
    outside = draw(st.integers(0, bill.total - bill.in_scope))
    one = replace(bill, id=f"{bill.id}-1", in_scope=in_scope, total=in_scope + outside, **parts)
    other = replace(
        bill,
        id=f"{bill.id}-2",
        in_scope=bill.in_scope - one.in_scope,
        total=bill.total - one.total,
        basic=bill.basic - one.basic,
        big=bill.big - one.big,
    )
    return one, other


@given(histories(), st.data())
def test_i09_splitting_a_bill_changes_a_fen_at_most(drawn, data):
    document, history = drawn
    assume(history.bills)
    index = data.draw(st.integers(0, len(history.bills) - 1))
    bill = history.bills[index]
    # A special-channel bill certifies its own second half (AMB-56).
    assume(document != "ZS19" or bill.setting != Setting.SPECIAL_OUTPATIENT)
    split = (*history.bills[:index], *halves(data.draw, bill), *history.bills[index + 1 :])
    changed = total(document, replace(history, bills=split))
    # The rounding of one split also moves what is left under a cap once.
    assert abs(changed - total(document, history)) <= 1


@pytest.mark.parametrize("document", WITHOUT_DEDUCTIBLE)
@given(data=st.data(), random=st.randoms())
def test_i10_the_order_of_a_day_makes_no_difference(document, data, random):
    history = data.draw(plain(document))
    day = date(2021, 5, 1) if document == "ZS19" else date(2024, 5, 1)
    same_day = tuple(
        replace(
            bill,
            settled_on=day,
            setting=Setting.OUTPATIENT
            if bill.setting == Setting.SPECIAL_OUTPATIENT
            else bill.setting,
        )
        for bill in history.bills
    )
    shuffled = list(same_day)
    random.shuffle(shuffled)
    assert total(document, replace(history, bills=same_day)) == total(
        document, replace(history, bills=tuple(shuffled))
    )


@given(data=st.data(), random=st.randoms())
def test_i11_any_order_gives_the_same_year_under_zs22(data, random):
    history = data.draw(plain("ZS22"))
    shuffled = list(history.bills)
    random.shuffle(shuffled)
    result = run("ZS22", history)
    other = run("ZS22", replace(history, bills=tuple(shuffled)))
    assert totals_by_year(other) == totals_by_year(result)


@given(data=st.data())
def test_i12_lookback_pays_only_days_without_status_before_a_new_recognition(data):
    history = data.draw(plain("ZS22"))
    for bill, row in zip(history.bills, run("ZS22", history).bills, strict=True):
        if row.reason != Reason.LOOKBACK:
            continue
        day = bill.settled_on
        listed = {Category.TEKUN, Category.DIBAO, Category.DIBIAN}
        assert row.category in listed
        assert not any(
            span.first_day <= day and (span.last_day is None or day <= span.last_day)
            for span in history.status
        )
        assert any(
            span.category in listed
            and span.first_day >= date(2023, 1, 1)
            and 0 < (span.first_day - day).days <= 184
            for span in history.status
        )
