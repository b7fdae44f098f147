"""Random histories of one person under each document, as hypothesis strategies."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from assistance.calculation.bills.facts import Bill, History, Opening, Period, Span
from assistance.calculation.codes import Category, Setting
from assistance.calculation.policy import template
from assistance.calculation.policy.book import Book, templates_of

CATEGORIES = {
    "ZS19": ["TEKUN", "DIBAO", "DIBIAN", "SANLAO", "YOUFU", "TEKUN_ZHIGONG", "OTHER"],
    "ZS22": ["TEKUN", "DIBAO", "DIBIAN", "SANLAO", "OTHER"],
    "LX20": ["TEKUN", "DIBAO", "DIBIAN", "YINBING", "OTHER"],
    "WZ19": ["TEKUN", "DIBAO", "DIBIAN", "YINBING", "OTHER"],
}
FIRST = {
    "ZS19": date(2020, 1, 1),
    "ZS22": date(2023, 1, 1),
    "LX20": date(2020, 7, 1),
    "WZ19": date(2019, 10, 31),
}
DAYS = {"ZS19": 1095, "ZS22": 900, "LX20": 900, "WZ19": 900}
COUNTY = {
    "ratio.DIBAO": 7500,
    "ratio.DIBIAN": 6667,
    "deductible.DIBIAN": 3_000_00,
    "deductible.YINBING": 25_000_00,
    "tier_from.DIBIAN.2": 8_000_00,
    "tier_ratio.DIBIAN.2": 7250,
    "tier_from.DIBIAN.3": 40_000_00,
    "tier_ratio.DIBIAN.3": 8333,
    "tier_from.DIBAO.2": 20_000_00,
    "tier_ratio.DIBAO.2": 9000,
    "income_per_head": 51_490_00,
    "outpatient.mode": "same_ratio",
    "cap.outpatient": 1_200_00,
}


def book(document, **choices):
    """The documents of the place; Wenzhou with a county's parameters."""
    pack = template(document)
    packs = []
    for other in templates_of(pack.jurisdiction):
        if other.code == "WZ19":
            other = other.with_values(COUNTY, clause="county")
        own = {switch.key for switch in other.switches}
        packs.append(other.choosing(**{k: v for k, v in choices.items() if k in own}))
    return Book(tuple(packs))


def days(document):
    return st.integers(0, DAYS[document] - 1).map(lambda n: FIRST[document] + timedelta(days=n))


# Small amounts meet deductibles, large ones meet caps.
amounts = st.one_of(st.integers(0, 2_000_00), st.integers(0, 90_000_00), st.integers(0, 3))


@st.composite
def bills(draw, document, number, *, day=None):
    in_scope = draw(amounts)
    basic = draw(st.integers(0, in_scope))
    return Bill(
        id=f"b{number}",
        settled_on=day or draw(days(document)),
        in_scope=in_scope,
        total=in_scope + draw(st.integers(0, 1_000_00)),
        basic=basic,
        big=draw(st.integers(0, in_scope - basic)),
        setting=draw(st.sampled_from(Setting)),
        psychiatric=draw(st.booleans()),
        designated=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def spans(draw, document):
    first = draw(days(document))
    last = draw(st.one_of(st.none(), st.integers(0, 500)))
    return Span(
        category=Category(draw(st.sampled_from(CATEGORIES[document]))),
        first_day=first,
        last_day=None if last is None else first + timedelta(days=last),
    )


@st.composite
def openings(draw, document):
    year = FIRST[document].year + draw(st.integers(0, 2))
    return Opening(
        year=year,
        inpatient=draw(amounts),
        outpatient=draw(st.integers(0, 3_000_00)),
        deductible_base=draw(amounts),
    )


@st.composite
def histories(draw, document=None, *, max_bills=8, with_openings=True):
    document = document or draw(st.sampled_from(list(FIRST)))
    count = draw(st.integers(0, max_bills))
    opened = draw(st.lists(openings(document), max_size=2)) if with_openings else []
    certified = draw(st.lists(days(document), max_size=1))
    return document, History(
        bills=tuple(draw(bills(document, n)) for n in range(count)),
        status=tuple(draw(st.lists(spans(document), max_size=3))),
        psychiatric_certificates=tuple(Period(first_day=day) for day in certified[:1]),
        special_disease=tuple(
            Period(first_day=day) for day in draw(st.lists(days(document), max_size=1))
        )
        if document == "ZS19"
        else (),
        openings=tuple({opening.year: opening for opening in opened}.values()),
    )
