from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from assistance.entitlements.models import Bucket, Entry, PersonYear
from assistance.entitlements.queries import granted
from assistance.payments.states import AwardState
from assistance.policies.operations import release_templates
from assistance.settlements.models import BillInDoubt, BillWarning, LaterPayment, Settlement
from assistance.settlements.sources import national_text
from assistance.settlements.sources.header import NoHeader
from assistance.shared.errors import Refused
from tests.factories.cases import Desk
from tests.factories.deliveries import HEADER, bill_row, deliver, make_source, refund_of
from tests.factories.identity import change_number, merge
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db
Reason = BillInDoubt.Reason


@pytest.fixture
def person(cast):
    return make_person("林秋禾")


@pytest.fixture
def source(cast):
    return make_source()


@pytest.fixture
def policies():
    return release_templates(at=timezone.now())


def figures(bill: Settlement) -> tuple[str, ...]:
    return tuple(
        str(getattr(bill, name))
        for name in ("total", "in_scope", "basic", "supplementary", "big_illness", "assistance")
    )


def test_a_row_becomes_a_bill_of_the_person(person, source):
    delivery = deliver(source, bill_row(person, hifmi_pay="500.00", maf_pay="1000.00"))
    bill = Settlement.objects.get()
    assert (bill.person, bill.source) == (person, Settlement.Source.INSURANCE)
    assert figures(bill) == ("10000.00", "9000.00", "6000.00", "0.00", "500.00", "1000.00")
    assert (delivery.rows, delivery.booked, delivery.in_doubt) == (1, 1, 0)
    assert (delivery.total, delivery.assistance) == (Decimal("10000.00"), Decimal("1000.00"))


def test_recorded_assistance_fills_the_cap_of_its_year(person, source):
    deliver(
        source,
        bill_row(person, maf_pay="1000.00"),
        bill_row(person, maf_pay="20.50", med_type="11"),
    )
    assert granted(person, 2025, Bucket.INPATIENT) == Decimal("1000.00")
    assert granted(person, 2025, Bucket.OUTPATIENT) == Decimal("20.50")


def test_the_account_keeps_twelve_running_totals(person, source):
    deliver(
        source,
        bill_row(person, setl_time="2025-02-03 09:00:00", maf_pay="1000.00"),
        bill_row(person, setl_time="2025-11-30 23:59:59"),
    )
    account = PersonYear.objects.get(person=person, year=2025)
    # 10,000 - 6,000 - 1,000 in February, 4,000 more in November; in scope 1,000 less each.
    assert account.own_total == [0] + [300_000] * 9 + [700_000] * 2
    assert account.own_in_scope == [0] + [200_000] * 9 + [500_000] * 2


def test_a_second_delivery_adds_to_the_account(person, source):
    deliver(source, bill_row(person))
    deliver(source, bill_row(person))
    account = PersonYear.objects.get(person=person, year=2025)
    assert account.own_total[4:] == [800_000] * 8


def test_the_same_file_again_books_nothing(person, source):
    rows = [bill_row(person, maf_pay="10.00"), bill_row(person)]
    rows.append(refund_of(rows[1]))
    deliver(source, *rows)
    before = list(Settlement.objects.values().order_by("id"))
    again = deliver(source, *rows)
    assert (again.booked, again.refunded, again.known, again.in_doubt) == (0, 0, 3, 0)
    assert list(Settlement.objects.values().order_by("id")) == before
    assert Entry.objects.count() == 1
    assert PersonYear.objects.get().own_total[11] == 399_000


def test_a_refund_is_the_exact_negative_in_the_month_of_its_bill(person, source):
    row = bill_row(person, maf_pay="1000.00", invono="A1")
    deliver(source, row)
    delivery = deliver(source, refund_of(row, setl_time="2025-08-01 10:00:00"))
    original, twin = Settlement.objects.order_by("id")
    assert delivery.refunded == 1
    assert (twin.reverses, twin.settled_on) == (original, original.settled_on)
    assert figures(twin) == ("-10000.00", "-9000.00", "-6000.00", "0.00", "0.00", "-1000.00")
    assert PersonYear.objects.get().own_total == [0] * 12
    assert granted(person, 2025, Bucket.INPATIENT) == Decimal("0.00")
    # The invoice is free again.
    assert deliver(source, bill_row(person, invono="A1")).booked == 1


def test_refunds_and_bills_of_one_visit_are_paired_one_by_one(person, source):
    row = bill_row(person, mdtrt_id="V")
    same = bill_row(person, mdtrt_id="V")
    delivery = deliver(source, row, same, refund_of(row), refund_of(row), refund_of(row))
    assert (delivery.booked, delivery.refunded, delivery.in_doubt) == (2, 2, 1)
    assert BillInDoubt.objects.get().reason == Reason.NO_ORIGINAL
    assert PersonYear.objects.get().own_total == [0] * 12


def test_a_refund_with_other_figures_takes_nothing_back(person, source):
    row = bill_row(person)
    deliver(source, row)
    delivery = deliver(source, refund_of(row, medfee_sumamt="-9999.99"))
    assert (delivery.refunded, delivery.in_doubt) == (0, 1)
    assert Settlement.objects.count() == 1


def test_an_unknown_person_is_kept_encrypted_with_the_row(source):
    delivery = deliver(source, bill_row(None, certno="999127198001011234", psn_name="陈某"))
    doubt = BillInDoubt.objects.get()
    assert (delivery.booked, delivery.in_doubt) == (0, 1)
    assert (doubt.reason, doubt.line) == (Reason.UNKNOWN_PERSON, 2)
    assert '"certno": "999127198001011234"' in doubt.payload


def test_a_bad_row_stops_no_other(person, source):
    rows = [bill_row(person) for _ in range(30)]
    rows[7]["medfee_sumamt"] = "1e4"
    delivery = deliver(source, *rows)
    assert (delivery.rows, delivery.booked, delivery.in_doubt) == (30, 29, 1)
    assert delivery.total == Decimal("290000.00")
    doubt = BillInDoubt.objects.get()
    assert (doubt.line, doubt.reason) == (9, Reason.BAD_ROW)
    assert "medfee_sumamt" in doubt.fault


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"certno": "3.30902E+17"}, "certno"),
        ({"setl_time": "2999-01-01"}, "setl_time"),
        ({"setl_time": "31.02.2025"}, "setl_time"),
        ({"med_type": "77"}, "med_type"),
        ({"begndate": "2025-05-20", "enddate": "2025-05-19"}, "2025-05-19"),
        ({"hifp_pay": "10000.01"}, "10000"),
        ({"inscp_scp_amt": "10000.01"}, ""),
        ({"hifp_pay": "8000.00", "hifmi_pay": "1000.01"}, "9000"),
        ({"medfee_sumamt": "-10000.00"}, ""),
        ({"medfee_sumamt": "0.00", "inscp_scp_amt": "0.00", "hifp_pay": "0.00"}, ""),
        ({"hifp_pay": "-1.00"}, ""),
        ({"hifp_pay": "6000.001"}, "hifp_pay"),
        ({"setl_id": ""}, "setl_id"),
    ],
)
def test_a_row_that_cannot_be_true_goes_into_doubt(person, source, change, words):
    delivery = deliver(source, bill_row(person, **change))
    doubt = BillInDoubt.objects.get()
    assert (delivery.booked, doubt.reason) == (0, Reason.BAD_ROW)
    assert doubt.fault
    assert words in doubt.fault or words in {"10000", "9000"}


def test_an_empty_amount_is_zero_only_where_the_source_says_so(person):
    lenient = make_source()
    deliver(lenient, bill_row(person, maf_pay="", hifmi_pay=""), bill_row(person, hifp_pay=""))
    assert Settlement.objects.get().assistance == 0
    assert "hifp_pay" in BillInDoubt.objects.get().fault
    strict = make_source(text=national_text().replace(', "maf_pay"]', "]"))
    deliver(strict, bill_row(person, maf_pay=""), bill_row(person, maf_pay="0"))
    assert "maf_pay" in BillInDoubt.objects.latest("id").fault
    assert (Settlement.objects.count(), BillInDoubt.objects.count()) == (2, 2)
    with pytest.raises(NoHeader, match="inscp_scp_amt"):
        deliver(lenient, header=[name for name in HEADER if name != "inscp_scp_amt"])


def test_a_number_that_came_with_other_figures_is_in_doubt(person, source):
    row = bill_row(person)
    deliver(source, row)
    deliver(source, row | {"hifp_pay": "6000.01"})
    assert BillInDoubt.objects.get().reason == Reason.DIFFERS
    assert Settlement.objects.count() == 1


def test_a_number_twice_in_a_file_counts_once(person, source):
    row = bill_row(person)
    delivery = deliver(source, row, dict(row), row | {"medfee_sumamt": "10001.00"})
    assert (delivery.booked, delivery.known, delivery.in_doubt) == (1, 1, 1)
    assert BillInDoubt.objects.get().reason == Reason.TWICE


def test_an_invoice_counts_once(person, source):
    deliver(source, bill_row(person, invono="F1"))
    delivery = deliver(
        source,
        bill_row(person, invono="F1"),
        bill_row(person, invono="F2"),
        bill_row(person, invono="F2"),
    )
    assert (delivery.booked, delivery.in_doubt) == (1, 2)
    assert set(BillInDoubt.objects.values_list("reason", flat=True)) == {Reason.INVOICE}


def test_assistance_settled_on_top_of_a_visit_is_no_second_visit(person, source):
    visit = bill_row(person, mdtrt_id="V7", setl_time="2025-03-01 08:00:00")
    deliver(source, visit)
    later = bill_row(
        person, mdtrt_id="V7", setl_type="3", setl_time="2025-09-01 08:00:00", maf_pay="800.00"
    )
    delivery = deliver(source, later, later)
    payment = LaterPayment.objects.get()
    assert (delivery.supplements, delivery.booked, delivery.known) == (1, 0, 1)
    assert (payment.settlement, payment.amount) == (Settlement.objects.get(), Decimal("800.00"))
    assert granted(person, 2025, Bucket.INPATIENT) == Decimal("800.00")
    account = PersonYear.objects.get(person=person, year=2025)
    assert account.own_total == [0, 0] + [320_000] * 10


def test_sums_that_do_not_agree_are_a_warning(person, source):
    header = (*HEADER, "fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")
    row = bill_row(person, fund_pay_sumamt="6000.00", psn_part_amt="3999.98")
    delivery = deliver(source, row, header=header)
    assert (delivery.booked, delivery.warned) == (1, 1)
    assert BillWarning.objects.get().kind == BillWarning.Kind.IDENTITY


def test_another_name_is_a_warning(person, source):
    delivery = deliver(source, bill_row(person, psn_name="林秋和"))
    assert (delivery.booked, delivery.warned) == (1, 1)
    assert BillWarning.objects.get().kind == BillWarning.Kind.NAME


def test_our_own_figure_stands_beside_the_recorded_one(cast, policies):
    person = make_person(category="DIBAO")
    source = make_source(city="zhoushan")
    deliver(source, bill_row(person, maf_pay="1000.00"))
    bill = Settlement.objects.get()
    # 80 % of 9,000 - 6,000 (ZS22-2.1.4).
    assert (bill.assistance, bill.own_figure) == (Decimal("1000.00"), Decimal("2400.00"))
    assert bill.own_version.startswith("ZS22")


def test_bills_to_be_settled_here_are_granted_in_the_order_of_the_file(cast, policies):
    person = make_person(category="DIBAO")
    source = make_source(city="zhoushan", meaning="settled")
    big = {"medfee_sumamt": "150000.00", "inscp_scp_amt": "140000.00", "hifp_pay": "0.00"}
    deliver(source, bill_row(person, **big))
    deliver(source, bill_row(person, **big), bill_row(person, **big))
    found = Settlement.objects.order_by("id").values_list("assistance", flat=True)
    # 112,000, then what is left of 120,000, then nothing.
    assert list(found) == [Decimal("112000.00"), Decimal("8000.00"), Decimal("0.00")]
    assert granted(person, 2025, Bucket.INPATIENT) == Decimal("120000.00")
    assert PersonYear.objects.get().own_total[11] == (450_000 - 120_000) * 100


def test_a_file_without_the_columns_says_which(source):
    with pytest.raises(NoHeader, match="certno"):
        deliver(source, header=("setl_id", "psn_name"))


def test_a_file_without_rows_is_refused(source):
    with pytest.raises(Refused):
        deliver(source)
    assert not source.versions.get().imports.exists()


def test_a_number_the_person_had_before_finds_him(cast, source):
    old = new_number()
    person = change_number(make_person(id_number=old), new_number())
    deliver(source, bill_row(None, certno=old))
    assert Settlement.objects.get().person == person


@pytest.mark.parametrize("change", ["refund", "supplement"])
@pytest.mark.parametrize("sent_for", ["record", "root"])
def test_what_lowers_the_burden_stops_an_award_of_any_record(source, change, sent_for):
    desk = Desk()
    case = desk.approved()
    people = {"record": case.person, "root": make_person(case.person.name)}
    merge(people["record"], people["root"])
    row = bill_row(people[sent_for])
    deliver(source, row)
    assert not case.award.stops.exists()
    later = row | {"setl_id": "Z1", "setl_type": "3", "maf_pay": "800.00"}
    deliver(source, refund_of(row) if change == "refund" else later)
    case.award.refresh_from_db()
    assert case.award.state == AwardState.HELD
    assert case.award.stops.get().reason
