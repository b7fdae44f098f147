"""Invariants A to E of the bill engine (`policy/invariants.md`), exceptions excluded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistance.calculation import canonical
from assistance.calculation.bills.facts import Bill, History, Opening, Period, Reversal
from assistance.calculation.bills.run import assist
from assistance.calculation.codes import Category, Outcome, Reason, Setting
from tests.calculation.histories import bills, book, histories

BOOKS = {code: book(code) for code in ("ZS19", "ZS22", "LX20", "WZ19")}
DOCUMENTS = list(BOOKS)
WITHOUT_DEDUCTIBLE = ["ZS19", "ZS22"]


def run(document, history):
    result = assist(history, BOOKS[document])
    assert result.outcome == Outcome.AMOUNT, result.refusals
    return result


def total(document, history):
    return run(document, history).total


def plain(document):
    """A history without opening balances."""
    return histories(document, with_openings=False).map(lambda pair: pair[1])


def totals_by_year(result):
    found = defaultdict(int)
    for bill in result.bills:
        found[bill.year] += bill.granted
    return found


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


def history_with(*rows):
    return History(bills=rows)
