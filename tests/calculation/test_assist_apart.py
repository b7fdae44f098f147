"""Invariants I-08, I-16, I-36, I-44: persons, longer status, deadlines, money kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.calculation import (
    BottomLinePerson,
    CostItem,
    Group,
    JingningFacts,
    Outcome,
    Reason,
    Span,
    bottom_line,
    deadline,
    jingning,
    template,
)
from assistance.calculation.annual.burden import BurdenFacts, burden
from assistance.calculation.bills.facts import Bill, History, Opening
from assistance.calculation.bills.many import settle_many
from assistance.calculation.codes import Category
from assistance.calculation.plain.deadline import DeadlineFacts
from tests.calculation.histories import book, histories
from tests.calculation.settled import DOCUMENTS, plain, run, total

JN21, ZS22 = template("JN21"), template("ZS22")
RUN = date(2023, 7, 10)
fen = st.integers(0, 200_000_00)


@pytest.mark.parametrize("document", DOCUMENTS)
@given(st.data())
def test_i08_nobody_else_changes_what_a_person_gets(document, data):
    drawn = [data.draw(histories(document))[1] for _ in range(data.draw(st.integers(1, 4)))]
    rules = book(document)
    together = settle_many(drawn, rules)
    assert together == [settle_many([history], rules)[0] for history in drawn]
    assert settle_many(drawn[::-1], rules) == together[::-1]


@given(st.lists(st.tuples(fen, fen), min_size=1, max_size=4))
def test_i08_nobody_else_changes_the_bottom_line(rows):
    people = [
        BottomLinePerson(
            id=f"p{n}",
            burden=burden_,
            other_aid=(("慈善救助", aid),),
            status=(Span(category=Category.DIBAO, first_day=date(2022, 1, 1)),),
        )
        for n, (burden_, aid) in enumerate(rows)
    ]
    together = bottom_line(people, RUN, ZS22).rows
    assert together == tuple(bottom_line([person], RUN, ZS22).rows[0] for person in people)


# Under ZS22 an earlier status may turn a recognition into an upgrade and cost its look-back.
# Elsewhere a longer status only adds bills; with one ratio for all of them no limit loses.
@pytest.mark.parametrize("document", ["ZS19", "LX20", "WZ19"])
@given(st.data())
def test_i16_a_longer_status_never_gives_less_outside_zs22(document, data):
    history = data.draw(plain(document))
    category = data.draw(st.sampled_from([Category.DIBAO, Category.TEKUN, Category.OTHER]))
    first = date(2021, 1, 1) + timedelta(days=data.draw(st.integers(0, 600)))
    span = Span(category=category, first_day=first)
    earlier = first - timedelta(days=data.draw(st.integers(0, 600)))
    history = replace(history, status=(span,), psychiatric_certificates=(), special_disease=())
    longer = replace(history, status=(replace(span, first_day=earlier),))
    assert total(document, longer) >= total(document, history) - len(history.bills)


def test_i16_under_zs22_an_earlier_status_may_cost_the_lookback():
    bill = Bill(id="a", settled_on=date(2023, 3, 1), in_scope=10_000_00, total=10_000_00)
    new = Span(category=Category.TEKUN, first_day=date(2023, 5, 1))
    margin = Span(category=Category.DIBIAN, first_day=date(2023, 1, 1), last_day=date(2023, 4, 30))
    assert total("ZS22", History(bills=(bill,), status=(new,))) == 10_000_00
    assert total("ZS22", History(bills=(bill,), status=(margin, new))) == 7_000_00


@given(st.integers(2022, 2026), st.integers(-400, 400), fen)
def test_i36_an_application_after_the_deadline_is_paid_nothing(year, offset, cost):
    due = deadline(DeadlineFacts(received_on=None, settlement_year=year), JN21).deadline
    received = max(due + timedelta(days=offset), date(year, 12, 31))
    facts = JingningFacts(
        settlement_year=year,
        received_on=received,
        group=Group.HARDSHIP,
        items=(CostItem(id="a", settled_on=date(year, 3, 1), total=cost),),
    )
    result = jingning(facts, JN21)
    assert result.outcome == Outcome.AMOUNT
    accepted = deadline(DeadlineFacts(received_on=received, settlement_year=year), JN21).accepted
    assert accepted is (received <= due)
    assert result.eligible is accepted
    if not accepted:
        assert (result.subsidy, result.reason) == (0, Reason.LATE)


@given(fen, fen, st.data())
def test_i44_bottom_line_money_enters_neither_the_limit_nor_a_pool(cost, after, data):
    """Bottom-line money changes what the person pays, not the base of limits and pools."""
    status = (Span(category=Category.DIBAO, first_day=date(2023, 1, 1)),)
    first = Bill(id="a", settled_on=date(2023, 3, 1), in_scope=cost, total=cost)
    second = Bill(id="b", settled_on=date(2023, 8, 1), in_scope=after, total=after)
    settled = run("ZS22", History(bills=(first,), status=status))
    row = settled.bills[0]
    person = BottomLinePerson(id="p", burden=row.burden_after, status=status)
    amount = bottom_line([person], RUN, ZS22).rows[0].amount
    less = data.draw(st.integers(0, amount))
    layers = [
        burden(BurdenFacts(total=cost, in_scope=cost, assistance=row.granted, special_aid=special))
        for special in (0, less)
    ]
    assert layers[1].special_aid_paid == less
    assert layers[1].personal == layers[0].personal - less
    assert layers[1].after_assistance == layers[0].after_assistance == row.burden_after
    # The next list takes off what was paid, once (`bottom_line_nets_earlier`).
    again = bottom_line([replace(person, paid_before=less)], RUN, ZS22).rows[0]
    assert (again.list_burden, again.amount) == (row.burden_after - less, amount - less)
    resumed = replace(History(bills=(second,), status=status), openings=(opening_of(settled),))
    assert run("ZS22", resumed).bills[0].room == max(0, 120_000_00 - row.granted)


def opening_of(settled):
    year = settled.years[0]
    return Opening(year=year.year, inpatient=year.inpatient, outpatient=year.outpatient)
