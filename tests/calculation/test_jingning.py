"""Invariants F (I-30 … I-35) of the Jingning subsidy, and its own rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistance.calculation import (
    CostItem,
    Exclusion,
    Group,
    JingningFacts,
    JingningResult,
    OtherAid,
    Outcome,
    Setting,
    canonical,
    from_plain,
    jingning,
    template,
    to_plain,
)

PACK = template("JN21")
YEAR = 2022
DEDUCTIBLE = {Group.HARDSHIP: 10_000_00, Group.OTHER_ILL: 50_000_00}

fen = st.integers(0, 150_000_00)
aid = st.builds(OtherAid, government=st.integers(0, 5_000_00), charity=st.integers(0, 9_00))


@st.composite
def items(draw, *, counted=True):
    """Costs of the year; with `counted` False such as never count."""
    cost = draw(fen)
    insurance = draw(st.integers(0, cost))
    item = CostItem(
        id=f"{draw(st.uuids())}",
        settled_on=date(YEAR, draw(st.integers(1, 12)), draw(st.integers(1, 28))),
        total=cost,
        insurance=insurance,
        assistance=draw(st.integers(0, cost - insurance)),
        aid=draw(aid),
        setting=draw(st.sampled_from([Setting.INPATIENT, Setting.SPECIAL_OUTPATIENT])),
    )
    return item if counted else draw(left_out(item))


def left_out(item):
    return st.one_of(
        st.sampled_from(list(Exclusion)).map(lambda code: replace(item, exclusion=code)),
        st.just(replace(item, therapeutic=False)),
        st.just(replace(item, designated=False)),
        st.sampled_from([Setting.OUTPATIENT, Setting.CHRONIC_OUTPATIENT, Setting.PHARMACY]).map(
            lambda setting: replace(item, setting=setting)
        ),
        st.sampled_from([YEAR - 1, YEAR + 1]).map(
            lambda year: replace(item, settled_on=date(year, 1, item.settled_on.day))
        ),
    )


facts = st.builds(
    JingningFacts,
    settlement_year=st.just(YEAR),
    received_on=st.just(date(YEAR + 1, 3, 15)),
    group=st.sampled_from(Group),
    items=st.lists(items(), max_size=6).map(tuple),
    aid=aid,
    already_paid=st.one_of(st.just(0), st.integers(0, 120_000_00)),
)


def due(given_facts):
    result = jingning(given_facts, PACK)
    assert result.outcome == Outcome.AMOUNT
    return result.annual_due


@given(facts)
def test_subsidy_stays_within_its_bounds(given_facts):
    result = jingning(given_facts, PACK)
    over = max(0, result.own_cost - DEDUCTIBLE[given_facts.group])
    assert 0 <= result.subsidy <= result.annual_due <= 100_000_00
    assert result.annual_due <= over
    assert result.subsidy + given_facts.already_paid == result.annual_due + result.overpaid or (
        result.overpaid == 0 and result.subsidy == result.annual_due - given_facts.already_paid
    )


@given(facts, st.randoms())
def test_order_of_items_makes_no_difference(given_facts, random):
    shuffled = list(given_facts.items)
    random.shuffle(shuffled)
    assert due(replace(given_facts, items=tuple(shuffled))) == due(given_facts)


@given(facts, st.data())
def test_splitting_an_item_makes_no_difference(given_facts, data):
    if not given_facts.items:
        return
    first, *others = given_facts.items
    own = first.total - first.insurance - first.assistance
    part = data.draw(st.integers(0, own))
    halves = (
        replace(first, id="part", total=part, insurance=0, assistance=0, aid=OtherAid()),
        replace(first, total=first.total - part),
    )
    assert due(replace(given_facts, items=(*halves, *others))) == due(given_facts)


@given(facts, st.integers(1, 9_000_00))
def test_more_cost_never_gives_less(given_facts, more):
    if not given_facts.items:
        return
    first, *others = given_facts.items
    dearer = replace(first, total=first.total + more)
    assert due(replace(given_facts, items=(dearer, *others))) >= due(given_facts)
    aided = replace(dearer, aid=replace(first.aid, government=first.aid.government + more))
    assert due(replace(given_facts, items=(aided, *others))) == due(given_facts)


@given(facts, st.sampled_from(["insurance", "assistance"]), st.data())
def test_more_insurance_or_aid_never_gives_more(given_facts, payer, data):
    if not given_facts.items:
        return
    first, *others = given_facts.items
    room = first.total - first.insurance - first.assistance
    more = data.draw(st.integers(0, room))
    insured = replace(first, **{payer: getattr(first, payer) + more})
    assert due(replace(given_facts, items=(insured, *others))) <= due(given_facts)
    aided = replace(given_facts, aid=replace(given_facts.aid, red_cross=more))
    assert due(aided) <= due(given_facts)


@given(facts, st.integers(0, 50_000_00))
def test_more_already_paid_never_leaves_more(given_facts, more):
    paid = replace(given_facts, already_paid=given_facts.already_paid + more)
    assert jingning(paid, PACK).subsidy <= jingning(given_facts, PACK).subsidy


@given(facts)
def test_hardship_is_never_worse_than_other_ill(given_facts):
    hardship = replace(given_facts, group=Group.HARDSHIP)
    assert due(hardship) >= due(replace(given_facts, group=Group.OTHER_ILL))


@given(facts, items(counted=False))
def test_items_that_do_not_count_change_nothing(given_facts, item):
    with_item = replace(given_facts, items=(*given_facts.items, item))
    assert due(with_item) == due(given_facts)
    assert jingning(with_item, PACK).own_cost == jingning(given_facts, PACK).own_cost


@given(facts, st.lists(items(), max_size=3))
def test_two_applications_pay_the_annual_due_once(given_facts, later):
    first = jingning(replace(given_facts, already_paid=0), PACK)
    grown = replace(given_facts, items=(*given_facts.items, *later), already_paid=first.subsidy)
    second = jingning(grown, PACK)
    if second.annual_due >= first.annual_due:
        assert first.subsidy + second.subsidy == second.annual_due
        assert second.overpaid == 0
    else:
        assert (second.subsidy, second.overpaid) == (
            0,
            first.subsidy - second.annual_due,
        )
    again = jingning(replace(grown, already_paid=first.subsidy + second.subsidy), PACK)
    assert again.subsidy == 0


@given(facts)
def test_same_facts_give_the_same_bytes_and_come_back(given_facts):
    before = canonical(given_facts)
    result = jingning(given_facts, PACK)
    assert canonical(given_facts) == before
    assert canonical(jingning(given_facts, PACK)) == canonical(result)
    assert from_plain(JingningFacts, to_plain(given_facts)) == given_facts
    assert from_plain(JingningResult, to_plain(result)) == result
