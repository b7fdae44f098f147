"""Boundaries, switches and refusals of the Jingning subsidy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistance.calculation import (
    CostItem,
    Group,
    Hukou,
    JingningFacts,
    Missing,
    OtherAid,
    Outcome,
    Reason,
    RefusalCode,
    Step,
    jingning,
    template,
)

PACK = template("JN21")
YEAR = 2022


def simple(*costs, **more):
    rows = tuple(
        CostItem(id=str(n), settled_on=date(YEAR, 5, 1), total=cost) for n, cost in enumerate(costs)
    )
    given_facts = {"group": Group.HARDSHIP, "received_on": date(2023, 3, 1)} | more
    return JingningFacts(settlement_year=YEAR, items=rows, **given_facts)


@pytest.mark.parametrize(
    ("group", "own", "expected", "reason"),
    [
        (Group.HARDSHIP, 10_000_00, 0, Reason.BELOW_DEDUCTIBLE),
        (Group.HARDSHIP, 10_000_01, 1, Reason.OK),
        (Group.HARDSHIP, 210_000_00, 100_000_00, Reason.OK),
        (Group.HARDSHIP, 210_000_02, 100_000_00, Reason.CAPPED),
        (Group.OTHER_ILL, 50_000_00, 0, Reason.BELOW_DEDUCTIBLE),
        (Group.OTHER_ILL, 300_000_00, 100_000_00, Reason.OK),
        (Group.OTHER_ILL, 300_000_02, 100_000_00, Reason.CAPPED),
    ],
)
def test_annual_due_at_its_boundaries(group, own, expected, reason):
    result = jingning(simple(own, group=group), PACK)
    assert (result.annual_due, result.reason) == (expected, reason)


@pytest.mark.parametrize(
    ("received_on", "eligible"),
    [(date(2023, 6, 30), True), (date(2023, 7, 1), False), (date(2022, 7, 1), True)],
)
def test_application_counts_up_to_the_end_of_june(received_on, eligible):
    result = jingning(simple(20_000_00, received_on=received_on), PACK)
    assert result.eligible is eligible
    assert result.subsidy == (5_000_00 if eligible else 0)
    assert result.reason == (Reason.OK if eligible else Reason.LATE)


@pytest.mark.parametrize(
    ("since", "reason"),
    [(date(2020, 3, 1), Reason.OK), (date(2020, 3, 2), Reason.UNDER_THREE_YEARS)],
)
def test_outsider_needs_three_full_years(since, reason):
    result = jingning(simple(20_000_00, hukou=Hukou.OTHER, insured_since=since), PACK)
    assert result.reason == reason
    by_year_end = PACK.choosing(three_years_counted_to="year_end")
    result = jingning(simple(20_000_00, hukou=Hukou.OTHER, insured_since=since), by_year_end)
    assert result.reason == Reason.UNDER_THREE_YEARS


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"hukou": Hukou.OTHER}, Missing.INSURED_SINCE),
        ({"hukou_in_year": Hukou.OTHER}, Missing.HUKOU_DIFFERS),
        ({"insured_in_county_when_received": False}, Missing.INSURANCE_DIFFERS),
    ],
)
def test_open_facts_need_a_person(more, missing):
    result = jingning(simple(20_000_00, **more), PACK)
    assert result.outcome == Outcome.NEEDS_PERSON
    assert [fact.code for fact in result.missing] == [missing]
    assert (result.subsidy, result.eligible) == (0, False)


@pytest.mark.parametrize(
    ("choice", "own"),
    [("government_and_mass_organisations", 18_500_00), ("government_only", 19_000_00)],
)
def test_which_aid_is_deducted_is_a_switch(choice, own):
    aid_given = OtherAid(government=1_000_00, union=500_00, charity=70_00, private_insurance=9_00)
    result = jingning(simple(20_000_00, aid=aid_given), PACK.choosing(other_departments=choice))
    assert result.own_cost == own


def test_in_catalogue_scope_counts_only_in_scope_cost():
    item = CostItem(
        id="a", settled_on=date(2022, 5, 1), total=40_000_00, in_scope=30_000_00, insurance=5_000_00
    )
    pack = PACK.choosing(cost_scope="in_catalogue")
    assert jingning(replace(simple(), items=(item,)), pack).own_cost == 25_000_00
    result = jingning(replace(simple(), items=(replace(item, in_scope=None),)), pack)
    assert [(r.code, r.field) for r in result.refusals] == [
        (RefusalCode.FIELD_MISSING, "items[0].in_scope")
    ]


def test_without_insurance_all_that_was_paid_is_overpaid():
    result = jingning(simple(20_000_00, insured_in_county=False, already_paid=3_00), PACK)
    assert (result.reason, result.subsidy, result.overpaid) == (Reason.NOT_INSURED, 0, 3_00)


def test_late_application_leaves_what_was_paid():
    late = simple(20_000_00, received_on=date(2023, 7, 1), already_paid=3_00)
    assert jingning(late, PACK).overpaid == 0


def test_explanation_runs_from_cost_to_what_remains():
    result = jingning(simple(300_000_00, already_paid=60_000_00), PACK)
    assert [line.code for line in result.lines] == [
        Step.INSURED_IN_COUNTY,
        Step.RECEIVED_IN_TIME,
        Step.ITEM_COUNTED,
        Step.OWN_COST,
        Step.OVER_DEDUCTIBLE,
        Step.RATIO_APPLIED,
        Step.ANNUAL_CAP_REACHED,
        Step.ANNUAL_DUE,
        Step.ALREADY_PAID,
    ]
    assert result.lines[6].values == {"entitled": 145_000_00, "cap": 100_000_00}
    assert result.lines[6].clause == "JN21-2.2.2"
    assert result.lines[6].since == date(2021, 12, 1)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"settlement_year": 2020}, RefusalCode.NO_POLICY_IN_FORCE, "settlement_year"),
        ({"settlement_year": "2022"}, RefusalCode.BAD_YEAR, "settlement_year"),
        ({"received_on": "2023-03-01"}, RefusalCode.BAD_DATE, "received_on"),
        ({"received_on": date(2021, 3, 1)}, RefusalCode.APPLICATION_BEFORE_YEAR, "received_on"),
        ({"group": "RICH"}, RefusalCode.UNKNOWN_GROUP, "group"),
        ({"already_paid": -1}, RefusalCode.NEGATIVE_AMOUNT, "already_paid"),
        ({"already_paid": 1.5}, RefusalCode.BAD_AMOUNT, "already_paid"),
        ({"already_paid": True}, RefusalCode.BAD_AMOUNT, "already_paid"),
        ({"aid": OtherAid(union=-1)}, RefusalCode.NEGATIVE_AMOUNT, "aid.union"),
    ],
)
def test_bad_facts_are_refused_by_code_and_field(changes, code, field):
    result = jingning(replace(simple(), **changes), PACK)
    assert result.outcome == Outcome.REFUSED
    assert [(r.code, r.field) for r in result.refusals] == [(code, field)]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"total": 99, "insurance": 100}, RefusalCode.REIMBURSEMENT_EXCEEDS_COST, "items[0]"),
        ({"in_scope": 20_000_01}, RefusalCode.SCOPE_EXCEEDS_TOTAL, "items[0].in_scope"),
        (
            {"settled_on": date(2023, 3, 2)},
            RefusalCode.COST_AFTER_APPLICATION,
            "items[0].settled_on",
        ),
        ({"setting": "bed"}, RefusalCode.UNKNOWN_SETTING, "items[0].setting"),
        ({"exclusion": "X"}, RefusalCode.UNKNOWN_EXCLUSION, "items[0].exclusion"),
    ],
)
def test_bad_items_are_refused_by_code_and_field(changes, code, field):
    given_facts = simple(20_000_00)
    item = replace(given_facts.items[0], **changes)
    result = jingning(replace(given_facts, items=(item,)), PACK)
    assert [(r.code, r.field) for r in result.refusals] == [(code, field)]


def test_the_same_item_twice_is_refused():
    given_facts = simple(20_000_00)
    result = jingning(replace(given_facts, items=given_facts.items * 2), PACK)
    assert [(r.code, r.field) for r in result.refusals] == [
        (RefusalCode.DUPLICATE_ITEM, "items[1].id")
    ]


def test_application_before_the_document_is_refused():
    early = simple(received_on=date(2021, 11, 30))
    result = jingning(replace(early, settlement_year=2021), PACK)
    assert [r.field for r in result.refusals] == ["received_on"]
