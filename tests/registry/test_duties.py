"""Certificates, premiums and the three monthly to-do lists."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from assistance.policies.operations import release_templates
from assistance.registry.models import DutyNote, Person, PersonChange, Subsidy
from assistance.registry.operations import (
    certify,
    end_certificate,
    note_duty,
    record_death,
    subsidise,
    subsidise_due,
    void_subsidy,
)
from assistance.registry.queries.duties import digest_of, uninsured, unsubsidised
from assistance.settlements.models import LateFigure, Settlement
from assistance.settlements.operations import reverse_bill
from assistance.settlements.queries import entitled_between, unassisted
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.identity import merge
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
NEW_YEAR = date(2026, 1, 1)


def names(people: Any) -> set[str]:
    return {person.name for person in people}


def pay(person: Person, year: int = 2026, **changes: Any) -> Subsidy:
    values = {
        "basic": Decimal(400),
        "big_illness": Decimal(80),
        "paid_on": DAY,
        "way": "paid_for",
        "actor": changes.pop("actor", None) or Cast().clerk,
        "at": timezone.now(),
    }
    return subsidise(person, year=year, **values | changes)


def test_who_is_recognised_and_not_insured_or_insured_and_not_subsidised():
    make_person("已参保", category="DIBAO")
    make_person("未参保", category="TEKUN", enrolled=False)
    make_person("没有认定", enrolled=False)
    make_person("先参保后认定", category="DIBIAN", recognised_on=date(2026, 3, 1))
    make_person(
        "先认定后参保",
        category="DIBIAN",
        recognised_on=date(2026, 3, 1),
        insured_on=date(2026, 4, 1),
    )
    # 当月资助参保 (ZS22): recognised within the month in which the insurance begins.
    recognised = {"category": "DIBAO", "recognised_on": date(2026, 3, 15)}
    make_person("当月参保", insured_on=date(2026, 3, 1), **recognised)
    make_person("上月参保", insured_on=date(2026, 2, 28), **recognised)
    # 次月生效 (ZS19, LX20, WZ19): his premium is paid in March, the insurance begins in April.
    make_person("次月生效", insured_on=date(2026, 4, 1), **recognised)
    pay(make_person("已资助", category="DIBAO"))
    void_subsidy(
        pay(make_person("资助作废", category="DIBAO")),
        reason="录错",
        actor=Cast().clerk,
        at=timezone.now(),
    )
    dead = make_person("已故", category="DIBAO", enrolled=False)
    record_death(dead, died_on=DAY - timedelta(days=9), actor=None, at=timezone.now())
    # The insurance stands with the other record of the same human.
    merge(make_person("合并"), make_person("合并", category="DIBAO", enrolled=False))
    people = Person.objects.all()
    assert names(uninsured(people, DAY)) == {"未参保"}
    due = {"已参保", "先认定后参保", "资助作废", "合并", "当月参保", "次月生效"}
    assert names(unsubsidised(people, DAY)) == due
    assert "次月生效" in names(unsubsidised(people, date(2026, 3, 15)))
    assert "次月生效" not in names(unsubsidised(people, date(2026, 3, 14)))
    assert "先参保后认定" in names(unsubsidised(people, date(2027, 1, 5)))


def test_the_premiums_of_the_coming_year_are_listed_and_paid_in_autumn():
    cast, autumn = Cast(), date(2025, 11, 10)
    person = make_person("常年", category="DIBAO")
    for name, last in (("年底到期", date(2025, 12, 31)), ("年内退出", date(2025, 12, 30))):
        make_person(name, category="DIBAO").recipient_spans.update(last_day=last)
    make_person("年底参保到期", category="DIBAO").enrolments.update(last_day=date(2025, 12, 31))
    pay(person, 2025, paid_on=date(2025, 2, 1))
    people = Person.objects.all()
    # Who is recognised to the end of December keeps the year that follows (AMB-46).
    coming = unsubsidised(people, autumn, 2026)
    assert names(coming) == {"常年", "年底到期", "年底参保到期"}
    values: dict[str, Any] = {
        "seen": digest_of(coming.values_list("pk", flat=True)),
        "year": 2026,
        "basic": Decimal(400),
        "big_illness": Decimal(80),
        "paid_on": autumn,
        "way": "paid_for",
        "actor": cast.reviewer,
        "at": timezone.now(),
    }
    with pytest.raises(Refused), translation.override("en"):
        subsidise_due(cast.agency, **values | {"paid_on": date(2025, 9, 30)})
    assert subsidise_due(cast.agency, **values) == 3
    assert not unsubsidised(people, autumn, 2026).exists()
    assert not unsubsidised(people, date(2026, 1, 5)).exists()
    paid = Subsidy.objects.filter(paid_on=autumn).values_list("year", "county__name")
    assert set(paid) == {(2026, cast.county.name)}


def test_who_had_cost_of_his_own_in_the_month_and_no_assistance():
    cases = {
        "未救助": {"basic": 600},
        "已救助": {"basic": 600, "assistance": 50},
        "无自负": {"basic": 700},
        "上月": {"settled_on": date(2026, 5, 31)},
    }
    for name, values in cases.items():
        person = make_person(name, category="DIBAO")
        make_bill(person, 1000, in_scope=700, **{"settled_on": DAY} | values)
    reversed_one = make_bill(make_person("冲销", category="DIBAO"), 1000, settled_on=DAY)
    reverse_bill(reversed_one, reason="重复", actor=None, at=timezone.now())
    make_bill(make_person("未认定"), 1000, settled_on=DAY)
    assert names(unassisted(Person.objects.all(), DAY)) == {"未救助"}
    # Assistance for the bill came in a later file.
    bill = bill_row(Person.objects.get(name="未救助"))
    source = make_source()
    deliver(source, bill | {"setl_time": "2026-06-16 08:00:00"})
    later = {"setl_id": "Z1", "setl_type": "3", "maf_pay": "50.00", "setl_time": "2026-08-01"}
    deliver(source, bill | later)
    assert names(unassisted(Person.objects.all(), DAY)) == set()


def test_who_has_no_right_by_the_document_is_not_missed():
    """Lanxi: class 3 at an outpatient desk, and class 4 below the 20,000 of its deductible (LX20-3.2.1, 3.2.2)."""
    release_templates(at=timezone.now())
    edge, ill, poor, typed = (
        make_person(name, category=category)
        for name, category in (
            ("门诊低边", "DIBIAN"),
            ("起付线下", "YINBING"),
            ("未救助", "DIBAO"),
            ("手工录入", "DIBIAN"),
        )
    )
    when = {"setl_time": "2025-06-15 10:00:00"}
    rows = [bill_row(edge, med_type="11", **when), *(bill_row(p, **when) for p in (ill, poor))]
    deliver(make_source(city="lanxi"), *rows)
    make_bill(typed, 1000, settled_on=date(2025, 6, 15))
    figures = Settlement.objects.values_list("person__name", "own_figure")
    assert dict(figures) == {
        "门诊低边": Decimal("0.00"),
        "起付线下": Decimal("0.00"),
        "未救助": Decimal("2100.00"),
        "手工录入": None,
    }
    people, month = Person.objects.all(), date(2025, 6, 1)
    assert names(unassisted(people, month)) == {"未救助", "手工录入"}
    assert entitled_between(people, month, date(2025, 6, 30)).count() == 2
    bill = Settlement.objects.get(person=ill)
    known = {"change": PersonChange.objects.filter(person=ill).latest("id"), "at": timezone.now()}
    LateFigure.objects.create(settlement=bill, before=0, figure=500, **known)
    assert names(unassisted(people, month)) == {"未救助", "手工录入", "起付线下"}
    # The newest word: nothing is due after all.
    LateFigure.objects.create(settlement=bill, before=500, figure=0, **known)
    assert names(unassisted(people, month)) == {"未救助", "手工录入"}


def test_the_premiums_of_a_whole_list_are_paid_once():
    cast = Cast()
    people = [make_person(name, category="DIBAO") for name in ("甲", "乙")]
    values: dict[str, Any] = {
        "seen": digest_of(person.pk for person in people),
        "year": 2026,
        "basic": Decimal(400),
        "big_illness": Decimal(80),
        "paid_on": DAY,
        "way": "paid_for",
        "at": timezone.now(),
    }
    with pytest.raises(NotAllowed):
        subsidise_due(cast.agency, actor=cast.clerk, **values)
    for wrong in (
        # As many people, but others; a day that has not come.
        {"seen": digest_of([people[0].pk, 1])},
        {"paid_on": timezone.localdate() + timedelta(days=1)},
    ):
        with pytest.raises(Refused):
            subsidise_due(cast.agency, actor=cast.reviewer, **values | wrong)
    assert subsidise_due(cast.agency, actor=cast.reviewer, **values) == 2
    with pytest.raises(Refused, match="0"):
        subsidise_due(cast.agency, actor=cast.reviewer, **values)
    rows = Subsidy.objects.values_list("person__name", "year", "county__name", "basic")
    assert {row[0] for row in rows} == {"甲", "乙"}
    assert {row[1:] for row in rows} == {(2026, cast.county.name, Decimal("400.00"))}
    with pytest.raises(Refused):
        pay(Person.objects.get(name="甲"))


def test_a_note_is_for_one_month_and_another_reason_is_explained():
    cast, person = Cast(), make_person("甲", category="DIBAO", enrolled=False)
    given: dict[str, Any] = {
        "duty": "insure",
        "month": DAY,
        "assigned_to": cast.clerk,
        "note": "",
        "at": timezone.now(),
    }
    with pytest.raises(NotAllowed):
        note_duty(person, outcome="", actor=cast.payer, **given)
    with pytest.raises(Refused):
        note_duty(person, outcome="other", actor=cast.clerk, **given)
    with pytest.raises(Refused):
        note_duty(
            person, outcome="", actor=cast.clerk, **given | {"assigned_to": cast.outside_clerk}
        )
    note_duty(person, outcome="", actor=cast.leader, **given)
    note_duty(person, outcome="employee", actor=cast.clerk, **given)
    row = DutyNote.objects.get()
    assert (row.month, row.outcome, row.by) == (date(2026, 6, 1), "employee", cast.clerk)


def test_certificates_of_one_kind_follow_one_another_and_diseases_stand_beside_each_other():
    person, clerk, at = make_person("甲"), Cast().clerk, timezone.now()

    def enter(**values: Any) -> Any:
        given = {"issued_by": "县残联", "first_day": NEW_YEAR, "actor": clerk, "at": at}
        return certify(person, **given | values)

    mental = enter(kind="mental_disability", disease="随便")
    assert mental.disease == ""
    with pytest.raises(Refused):
        enter(kind="mental_disability", first_day=DAY)
    end_certificate(mental, last_day=DAY, actor=clerk, at=at)
    enter(kind="mental_disability", first_day=DAY + timedelta(days=1))
    with pytest.raises(Refused):
        enter(kind="special_disease")
    enter(kind="special_disease", disease="尿毒症")
    enter(kind="special_disease", disease="血友病", last_day=DAY)
    assert person.certificates.count() == 4
    assert person.changes.filter(kind="certified").count() == 4


def test_the_premium_of_somebody_registered_twice_is_paid_once():
    record = make_person("重复建档", category="TEKUN")
    into = make_person("重复建档", enrolled=False)
    pay(record)
    merge(record, into)
    with pytest.raises(Refused):
        pay(Person.objects.get(pk=into.pk))
    assert Subsidy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_premium_of_two_records_entered_at_the_same_moment_is_paid_once():
    cast = Cast()
    record = make_person("重复建档", category="TEKUN")
    into = make_person("重复建档", enrolled=False)
    merge(record, into)
    record, into = (Person.objects.get(pk=person.pk) for person in (record, into))
    seen = digest_of([into.pk])
    whole = {
        "seen": seen,
        "year": 2026,
        "basic": Decimal(400),
        "big_illness": Decimal(80),
        "way": "paid_for",
    }
    outcomes = at_once(
        lambda: pay(record, actor=cast.clerk),
        lambda: pay(into, actor=cast.clerk),
        lambda: subsidise_due(
            cast.agency, paid_on=DAY, actor=cast.reviewer, at=timezone.now(), **whole
        ),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 2
    assert Subsidy.objects.count() == 1
