"""The golden cases about lists, as rows in the database and real runs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from assistance.accounts.models import Division
from assistance.entitlements.models import Bucket, Entry, PersonYear
from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.screening.models import Period
from assistance.screening.operations import write_periods
from assistance.screening.operations.bottom_line import open_review
from assistance.screening.queries.indicators import indicators
from assistance.screening.states import ListKind
from assistance.shared.money import from_fen
from tests.factories.accounts import Cast, agency, division
from tests.factories.drawn import (
    draw,
    listed,
    make_office,
    make_period,
    zhoushan_agency,
    zhoushan_township,
)
from tests.factories.registry import make_aid, make_bill, make_category, make_person

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent.parent / "golden" / "zs22.jsonl"
POOLS = {"ZHIPIN": ListKind.ZHIPIN, "FANPIN": ListKind.FANPIN, "RECIPIENT_WATCH": ListKind.WATCH}
# What a question may say that rows do not: switches of the pack, faults of the question itself.
KNOWN = {"burden_ytd", "is_recipient", "exited_recipient", "insured"}


def cases(kind: str) -> Iterator[dict[str, Any]]:
    for text in GOLDEN.read_text(encoding="utf-8").splitlines():
        case = json.loads(text)
        if case["kind"] == kind and "error" not in case["expected"]:
            yield case


def recognise(person: Person, first: date, last: date | None, code: str = "DIBAO") -> None:
    if last is None or last >= first:
        RecipientSpan.objects.create(
            person=person,
            category=make_category(code),
            recognised_by="普陀区民政局",
            first_day=first,
            last_day=last,
        )


def test_golden_pools_are_found_by_runs():
    made = {}
    for case in cases("risk_pool"):
        asked = case["inputs"]
        assert set(asked) <= KNOWN, case["id"]
        person = make_person(township=zhoushan_township(), enrolled=asked.get("insured", True))
        if asked.get("is_recipient"):
            recognise(person, date(2023, 2, 1), None)
        if asked.get("exited_recipient"):
            recognise(person, date(2022, 1, 1), date(2022, 12, 31), "DIBIAN")
        make_bill(person, asked["burden_ytd"], settled_on=date(2023, 5, 3))
        made[person.pk] = case
    on = {name: listed(draw(make_period(kind, 2023, 5))) for name, kind in POOLS.items()}
    found = {
        case["id"]: [name for name, entries in on.items() if pk in entries]
        for pk, case in made.items()
    }
    assert found == {
        case["id"]: [case["expected"]["pool"]] if case["expected"]["pool"] else []
        for case in made.values()
    }
    assert len(made) >= 7


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def person_of(asked: dict[str, Any], year: int) -> Person:
    person = make_person(township=zhoushan_township())
    first, cancelled = date.fromisoformat(asked["recognised_from"]), day(asked.get("cancelled_on"))
    recognise(person, first, cancelled - timedelta(days=1) if cancelled else None)
    if Decimal(asked["burden_ytd"]):
        make_bill(person, asked["burden_ytd"], settled_on=date(year, 1, 10))
    Person.objects.filter(pk=person.pk).update(died_on=day(asked.get("died_on")))
    if paid := Decimal(asked.get("bottom_line_paid_ytd", 0)):
        Entry.objects.create(
            account=PersonYear.objects.get(person=person, year=year),
            bucket=Bucket.BOTTOM_LINE,
            kind=Entry.Kind.GRANTED,
            amount=paid,
            source=f"golden:{person.pk}",
            at=now(),
        )
    return person


def test_golden_bottom_lines_are_found_by_runs():
    by_quarter: dict[tuple[int, int], dict[int, tuple[str, str | None]]] = defaultdict(dict)
    for case in cases("bottom_line"):
        run_date = date.fromisoformat(case["inputs"]["run_date"])
        quarter = (run_date.year, (run_date.month - 1) // 3)
        rows = case["expected"].get("rows", [])
        for n, asked in enumerate(case["inputs"]["persons"]):
            wanted = case["expected"].get("list_ids")
            burden = rows[n].get("list_burden") if n < len(rows) else None
            on_list = asked["id"] in wanted if wanted is not None else True
            key = person_of(asked, quarter[0]).pk
            by_quarter[quarter][key] = (
                (case["id"], burden or asked["burden_ytd"])
                if on_list
                else (
                    case["id"],
                    None,
                )
            )
    assert sum(map(len, by_quarter.values())) >= 15
    for (year, number), people in by_quarter.items():
        entries = listed(draw(make_period(ListKind.BOTTOM_LINE, year, number)))
        found = {
            name: str(entries[pk].burden) if pk in entries else None
            for pk, (name, _burden) in people.items()
        }
        assert found == dict(people.values())


def test_golden_quarters_and_duties_are_written_as_periods():
    make_office()
    for case in cases("quarter"):
        Period.objects.all().delete()
        write_periods(date.fromisoformat(case["inputs"]["run_date"]))
        newest = Period.objects.filter(kind=ListKind.BOTTOM_LINE).latest("last_day")
        wanted = case["expected"]
        assert (newest.year, newest.number) == (wanted["year"], wanted["quarter"])
        assert newest.last_day.isoformat() == wanted["quarter_end"]
    for case in cases("list_duty"):
        first = date(case["inputs"]["year"], case["inputs"]["month"], 1)
        write_periods(first)
        due = set(Period.objects.filter(due_on=first).values_list("kind", flat=True))
        duties = case["expected"]["duties"]
        assert (ListKind.BOTTOM_LINE in due) == ("QUARTERLY_BOTTOM_LINE_LIST" in duties)
        assert {ListKind.ZHIPIN, ListKind.FANPIN, ListKind.WATCH} <= due


def insure(person: Person, *, resident: bool) -> None:
    assert person.township.parent is not None
    kind = Enrolment.Kind.RESIDENT if resident else Enrolment.Kind.EMPLOYEE
    Enrolment.objects.create(
        person=person, kind=kind, county=person.township.parent, first_day=date(2023, 1, 1)
    )


def recipients(count: int, **made: Any) -> list[Person]:
    place = zhoushan_township()
    return [make_person(category="DIBAO", township=place, **made) for _ in range(count)]


def rates(on: date) -> dict[str, tuple[str | None, bool | None]]:
    """What the page shows, by the name of the indicator."""
    found = indicators([zhoushan_agency()], on)
    return {
        str(rate.metric): (
            None if rate.found.rate is None else f"{from_fen(rate.found.rate)}",
            rate.found.met,
        )
        for rate in found
    }


def golden(case_id: str) -> dict[str, Any]:
    return next(case for case in cases("kpi") if case["id"] == case_id)


def reached(case: dict[str, Any], on: date) -> None:
    wanted, metric = case["expected"], case["inputs"]["metric"]
    assert rates(on)[metric] == (wanted["rate_percent"], wanted["met"]), case["id"]


# A hundred thousand people: the calculation alone is asked (tests/calculation).
COUNTY = {"G-KPI-02"}
BY_COST = {"G-KPI-06": 2023, "H-KP-1": 2024, "G-KPI-09": 2025}


def test_golden_indicators_are_counted_from_rows():
    make_office()
    done = set()
    reached(golden("G-KPI-10"), date(2023, 6, 1))
    (person,) = recipients(1)
    for name, year in BY_COST.items():
        asked = golden(name)["inputs"]
        part, of = Decimal(asked["numerator"]), Decimal(asked["denominator"])
        covered = of - part if asked["metric"] == "personal_burden_rate" else part
        make_bill(person, of, basic=covered - 1, assistance=1, settled_on=date(year, 3, 1))
        reached(golden(name), date(year, 12, 31))
        done.add(name)
    quarters = {"G-KPI-04": date(2023, 6, 30), "G-KPI-05": date(2023, 9, 30)}
    listed_ones = recipients(12)
    for one in listed_ones:
        make_bill(one, "50000.00", settled_on=date(2023, 4, 3))
    for name, day in quarters.items():
        run = draw(make_period(ListKind.BOTTOM_LINE, 2023, day.month // 3))
        reviewed = open_review(run, actor=None, at=now())
        assert reviewed.cases.count() == int(golden(name)["inputs"]["denominator"])
        reached(golden(name), day)
        # With a fen more one of them is above the limit, and nothing resolves it.
        make_bill(listed_ones[0], "0.01", settled_on=day + timedelta(days=1))
        done.add(name)
    assert done | COUNTY | {"G-KPI-10"} == {case["id"] for case in cases("kpi")}


def test_who_counts_for_the_rates_of_people():
    make_office()
    uninsured, employee, resident = (recipients(1, enrolled=False)[0] for _ in range(3))
    insure(employee, resident=False)
    insure(resident, resident=True)
    make_person(township=zhoushan_township())
    day = date(2024, 6, 30)
    assert rates(day)["enrolment_rate"] == ("50.00", False)
    assert rates(day)["assistance_rate"] == (None, None)
    make_bill(resident, "900.00", assistance="300.00", settled_on=day)
    make_bill(uninsured, "900.00", settled_on=day)
    make_bill(employee, "900.00", basic="900.00", settled_on=day)
    assert rates(day)["assistance_rate"] == ("50.00", False)
    # The bill of somebody who is recognised later is no recipient's cost.
    late = make_person(township=zhoushan_township(), enrolled=False)
    make_bill(late, "5000.00", settled_on=day)
    recognise(late, day + timedelta(days=1), None)
    assert rates(day)["personal_burden_rate"] == ("55.56", False)


def test_whatever_anybody_paid_covers_the_cost_and_nobody_is_covered_for_more_than_he_bore():
    """AMB-28: all payers. The bottom line and the help of others lower what recipients bear."""
    make_office()
    person, other = recipients(2)
    day = date(2024, 6, 30)
    make_bill(person, 200_000, basic=100_000, assistance=40_000, settled_on=date(2024, 3, 1))
    assert rates(day)["comprehensive_coverage_rate"] == ("70.00", False)
    Entry.objects.create(
        account=PersonYear.objects.get(person=person, year=2024),
        bucket=Bucket.BOTTOM_LINE,
        kind=Entry.Kind.GRANTED,
        amount=Decimal(10_000),
        source="bottom_line:1",
        # Decided after the year, for its cost.
        at=datetime(2025, 1, 20, 4, tzinfo=UTC),
    )
    assert rates(day)["comprehensive_coverage_rate"] == ("70.00", False)
    assert rates(date(2024, 12, 31))["comprehensive_coverage_rate"] == ("75.00", False)
    make_bill(other, 1000, basic=900, settled_on=date(2024, 3, 1))
    make_aid(other, 5000, giver="charity", benefit_year=2024)
    found = rates(date(2024, 12, 31))
    # 151,000 of 201,000: the charity gave 5,000, but he bore 100.
    assert found["comprehensive_coverage_rate"] == ("75.12", False)
    assert found["personal_burden_rate"] == ("24.88", False)


@pytest.mark.parametrize(
    ("city", "on", "clauses"),
    [
        ("lanxi", date(2024, 6, 30), ["LX20-5.1", "LX20-5.1"]),
        ("wenzhou", date(2024, 6, 30), ["WZ19-3.3", "WZ19-3.5"]),
        ("zhoushan", date(2021, 6, 30), ["ZS19-4.2", "ZS19-4.2"]),
    ],
)
def test_the_two_hundred_per_cents_are_counted_where_the_document_has_no_other_targets(
    city, on, clauses
):
    make_office(city=city)
    recipients(1, recognised_on=date(2020, 1, 1))
    found = indicators([zhoushan_agency()], on)
    assert [str(one.metric) for one in found] == ["enrolment_rate", "assistance_rate"]
    assert [one.target.clause for one in found] == clauses
    assert [(one.numerator, one.denominator, one.found.met) for one in found] == [
        (1, 1, True),
        (0, 0, None),
    ]
    assert {one.found.target for one in found} == {100_00}


def test_the_supervisor_of_the_city_reads_its_agencies_together(client):
    cast = Cast()
    second = agency("331121", "青田县医疗保险服务中心", cast.other_county, parent=cast.city_agency)
    place = division("331121001", "鹤城街道", Division.Level.TOWNSHIP, cast.other_county)
    for where, township, insured in (
        (cast.agency, cast.township, True),
        (second, place, False),
    ):
        make_office(where)
        make_person(category="DIBAO", township=township, enrolled=insured)
    Person.objects.filter(township=place).update(agency=second)
    client.force_login(cast.city_supervisor)
    page = client.get(reverse("list_indicators"))
    assert [one.pk for one in page.context["together"]] == [second.pk, cast.agency.pk]
    assert page.context["lines"][0]["figures"] == [1, 2]
    page = client.get(reverse("list_indicators"), {"agency": second.pk})
    assert page.context["lines"][0]["figures"] == [0, 1]
    client.force_login(cast.reviewer)
    assert client.get(reverse("list_indicators")).context["cities"] == []
