"""Our own figure of a bill: exact, of every bill that can be answered, and never silently absent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from assistance.entitlements.models import PersonYear
from assistance.policies.operations import release_templates
from assistance.registry.models import Person, RecipientCategory, RecipientSpan
from assistance.registry.operations import recognise
from assistance.settlements.models import (
    BillInDoubt,
    BillSource,
    BillWarning,
    Institution,
    Settlement,
)
from assistance.settlements.operations.deliveries.again import figure_again
from assistance.settlements.recount import account_differences
from tests.factories.accounts import agency
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.registry import make_bill, make_category, make_person

pytestmark = pytest.mark.django_db
Kind = BillWarning.Kind


@pytest.fixture(autouse=True)
def policies(cast):
    release_templates(at=timezone.now())


def also(person: Person, code: str, **spans: date) -> None:
    category = make_category(code)
    recognise(
        person,
        category=category,
        recognised_by="县民政局",
        actor=None,
        at=timezone.now(),
        **{"first_day": date(2015, 1, 1)} | spans,
    )


def row(person: Person, burden: str, **values: str) -> dict[str, str]:
    """Of an inpatient stay that leaves so much of the cost in scope."""
    money = {"medfee_sumamt": burden, "inscp_scp_amt": burden, "hifp_pay": "0"}
    return bill_row(person, **money | values)


def granted() -> list[Decimal]:
    return list(Settlement.objects.order_by("id").values_list("assistance", flat=True))


def figures() -> list[Decimal | None]:
    return list(Settlement.objects.order_by("id").values_list("own_figure", flat=True))


@pytest.mark.parametrize(
    ("city", "codes", "burden", "figure"),
    [
        ("zhoushan", ("DIBAO", "YINBING"), "3000", 2400),
        ("lanxi", ("DIBAO", "YOUFU"), "10000", 7000),
        ("zhoushan", ("CHILDREN",), "1000", 700),
    ],
    ids=["a reason beside a household type", "an identity not in the document", "of the county's"],
)
def test_every_identity_the_document_knows_counts(city, codes, burden, figure):
    RecipientCategory.objects.create(code="CHILDREN", name="困境儿童")
    person = make_person()
    for code in codes:
        also(person, code)
    deliver(make_source(city=city, meaning="settled"), row(person, burden))
    assert (granted(), figures()) == ([figure], [figure])
    assert not BillWarning.objects.exists()


def test_a_bill_that_cannot_be_answered_silences_itself_alone(cast, client):
    """A reason of admission alone is refused (B-01); before and after it the household type counts."""
    person = make_person()
    also(person, "YINBING")
    span = RecipientSpan.objects.get()
    deliver(make_source(city="zhoushan", meaning="settled", code="one"), row(person, "3000"))
    also(person, "DIBAO", first_day=date(2025, 6, 1))
    assert span.last_day is None
    late = row(person, "3000", setl_time="2025-06-20")
    early = row(person, "500")
    source = BillSource.objects.get()
    delivery = deliver(source, early, late)
    assert granted() == [0, 0, 2400]
    assert figures() == [None, None, 2400]
    first, again = BillWarning.objects.order_by("id")
    assert {first.kind, again.kind} == {Kind.NO_FIGURE}
    assert (delivery.warned, "因病致贫" in first.said) == (1, True)
    assert "expenses" not in first.said
    client.force_login(cast.reviewer)
    page = client.get(reverse("bill", args=[first.settlement_id])).content.decode()
    assert first.said in page
    listed = client.get(reverse("bills"), {"warning": "person"}).content.decode()
    assert (listed.count(person.name), "2025-06-20" in listed) == (2, False)


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("JINGJIAN", {"setl_time": "2021-05-20"}),
        ("DIBAO", {"begndate": "2025-05-10", "enddate": "2025-05-25"}),
    ],
    ids=["a fact only a person knows", "a discharge after the settlement"],
)
def test_who_has_to_decide_is_told_why_and_the_other_bills_are_granted(code, values):
    person, other = make_person(category=code), make_person(category="DIBAO")
    deliver(
        make_source(city="zhoushan", meaning="settled"),
        row(person, "1000", **values),
        row(other, "1000"),
    )
    assert granted() == [0, 800]
    warning = BillWarning.objects.get()
    assert (warning.kind, warning.settlement.person) == (Kind.NO_FIGURE, person)
    assert warning.said


def test_insurance_above_the_cost_in_scope_waits_with_its_own_sentence():
    """A bill of 10,000 with 8,000 in scope and 8,500 insured: in doubt, and the next stay is granted its 7,000."""
    person = make_person(category="DIBAO")
    source = make_source(city="lanxi", meaning="settled")
    bad = row(person, "10000", inscp_scp_amt="8000", hifp_pay="6000", hifmi_pay="2500")
    with translation.override("en"):
        deliver(source, bad, row(person, "10000"))
    assert granted() == [7000]
    assert "more than the in-scope cost" in BillInDoubt.objects.get().fault
    assert PersonYear.objects.get().own_in_scope[11] == 300_000


def test_what_was_booked_with_a_bill_without_a_figure_fills_the_limit():
    """The platform granted 115,000 on a bill that came before the document knew its person."""
    person = make_person()
    also(person, "YINBING", first_day=date(2025, 1, 1))
    source = make_source(city="zhoushan")
    deliver(source, row(person, "200000", maf_pay="115000"))
    also(person, "DIBAO", first_day=date(2025, 6, 1))
    deliver(source, row(person, "50000", setl_time="2025-06-20"))
    assert figures() == [None, Decimal(5000)]


def test_outpatient_bills_that_the_county_has_not_settled_leave_the_others_their_figure():
    """WZ19 leaves the mode of outpatient assistance to the county; its ratios are floor values."""
    person = make_person(category="DIBAO")
    rows = [row(person, "300", med_type="11"), row(person, "10000")]
    deliver(make_source(city="wenzhou", meaning="settled"), *rows)
    assert figures() == [None, 7000]
    assert granted() == [0, 0]
    assert list(BillWarning.objects.order_by("id").values_list("kind", flat=True)) == [
        Kind.NO_FIGURE,
        Kind.FLOOR,
    ]
    assert list(account_differences()) == []


def test_floor_values_are_called_so_where_they_are_shown(cast, client):
    person = make_person(category="DIBAO")
    source = make_source(city="wenzhou")
    deliver(source, row(person, "10000", maf_pay="7500"))
    client.force_login(cast.reviewer)
    bill = Settlement.objects.get()
    assert (bill.assistance, bill.own_figure) == (7500, 7000)
    for url in (reverse("bill", args=[bill.pk]), reverse("bill_differences")):
        assert "下限值" in client.get(url).content.decode()


def test_supplementary_insurance_that_pays_later_is_deducted_before_assistance():
    person = make_person(category="DIBAO")
    source = make_source(city="lanxi", meaning="settled")
    deliver(source, row(person, "10000"))
    bill = Settlement.objects.get()
    assert bill.assistance == 7000
    pay_later(bill, source, "2000", payer="supplementary")
    found = figure_again(bill, source)
    assert found is not None
    assert found.granted == 560_000


def test_huimin_money_comes_after_assistance():
    person = make_person(category="DIBAO")
    source = make_source(city="zhoushan", meaning="settled")
    deliver(source, row(person, "10000"))
    bill = Settlement.objects.get()
    pay_later(bill, source, "2000", payer="huimin")
    found = figure_again(bill, source)
    assert found is not None
    assert found.granted == 800_000


def pay_later(bill: Settlement, source: BillSource, amount: str, *, payer: str) -> None:
    bill.later_payments.create(
        person=bill.person,
        benefit_year=2025,
        payer=payer,
        amount=amount,
        paid_on=date(2025, 9, 1),
        sender=source,
        source_id="L1",
        booked_at=timezone.now(),
    )


def test_assistance_whose_visit_is_not_here_fills_the_limit():
    person = make_person(category="DIBAO")
    source = make_source(city="zhoushan", meaning="settled")
    topped = row(person, "30000", setl_type="3", maf_pay="20000", mdtrt_id="NOT HERE")
    deliver(source, topped)
    deliver(source, row(person, "200000"))
    bill = Settlement.objects.get()
    assert bill.assistance == 100_000
    again = figure_again(bill, source)
    assert again is not None
    assert again.granted == 100_000_00


def test_a_bill_of_a_hospital_that_was_struck_off_is_not_assisted():
    person = make_person(category="DIBAO")
    until = {"kind": "pharmacy", "place": "舟山", "first_day": date(2020, 1, 1)}
    Institution.objects.create(code="P1", name="大药房", last_day=date(2025, 4, 30), **until)
    source = make_source(city="zhoushan", meaning="settled")
    pharmacy = {"med_type": "41", "fixmedins_name": "大药房"}
    deliver(
        source,
        row(person, "100", **pharmacy, setl_time="2025-04-20"),
        row(person, "100", **pharmacy, setl_time="2025-06-20"),
        row(person, "100", fixmedins_name="杭州某医院"),
    )
    assert granted() == [80, 0, 80]
    warning = BillWarning.objects.get()
    assert (warning.kind, warning.settlement.settled_on) == (Kind.PLACE, date(2025, 6, 20))


def test_a_typed_bill_from_outside_fills_no_deductible():
    """Class four of Lanxi: 20,000 abroad, then a stay of 10,000."""
    person = make_person(category="YINBING")
    make_bill(person, "20000", designated=False)
    deliver(make_source(city="lanxi", meaning="settled"), row(person, "10000"))
    assert granted() == [0, 0]


def test_people_of_another_agency_wait_for_a_person():
    """The documents are for the people of the source's agency, of agencies with a source of the same documents,
    and of those that they direct."""
    elsewhere, beneath = agency("330902", "定海区医疗保障局"), agency("331127X", "景宁分局")
    people = [make_person(name, category="DIBAO") for name in ("钱定海", "钱景宁", "钱分局")]
    source = make_source(city="lanxi", meaning="settled")
    type(beneath).objects.filter(pk=beneath.pk).update(parent=source.agency)
    for person, place in ((people[0], elsewhere), (people[2], beneath)):
        Person.objects.filter(pk=person.pk).update(agency=place)
    deliver(source, *(row(person, "1000") for person in people))
    assert (granted(), figures()) == ([0, 700, 700], [None, 700, 700])
    warning = BillWarning.objects.select_related("settlement__person").get()
    assert (warning.kind, warning.settlement.person.name) == (Kind.AGENCY, "钱定海")
    first = Settlement.objects.order_by("id")[0]
    assert figure_again(first, source) is None
    BillSource.objects.create(
        code="dh", name="定海", agency=elsewhere, meaning="settled", city="lanxi"
    )
    again = figure_again(first, source)
    assert again is not None
    assert again.granted == 70_000


def test_chronic_outpatient_care_is_outpatient_care_and_a_special_disease_a_stay():
    """Lanxi assists at most 2,000 a year of the first, and of the second as of a stay (LX20 三(二))."""
    chronic, special = (make_person(category="DIBAO") for _ in range(2))
    deliver(
        make_source(city="lanxi", meaning="settled"),
        row(chronic, "3000", med_type="140104"),
        row(special, "3000", med_type="140201"),
        row(special, "3000", med_type="14"),
    )
    assert granted() == [2000, 2100]
    assert "14" in BillInDoubt.objects.get().fault
