"""The same file four ways; every side says how many bills it stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone
from import_export import fields, resources
from import_export.widgets import DateWidget, DecimalWidget
from tablib import Dataset

from assistance.accounts.models import Agency, Division
from assistance.entitlements.models import Bucket, Entry, PersonYear
from assistance.registry.models import Person
from assistance.registry.numbers import id_digest
from assistance.settlements.models import BillSource, InvoiceUse, Settlement
from assistance.settlements.operations import draft_source, import_file, release_source
from assistance.settlements.sources import national_text, read_definition
from assistance.settlements.sources.header import find_header
from assistance.settlements.sources.reading import BillRow, Reader

SMALL = 10_000
BATCH = 2_000
NOW = timezone.now()
TODAY = date(2026, 1, 1)
_COLUMNS = (
    "person_id, source, source_id, settled_on, service_from, service_to, setting, institution,"
    "designated, total, in_scope, basic, supplementary, big_illness, assistance, invoice_code,"
    "invoice_number, reversed_because, visit_id, med_type, own_version, institution_code,"
    "disease_code, disease_name, entered_at"
)


class Ready(NamedTuple):
    text: str
    count: int


def prepare() -> None:
    """A source of its own in the first agency there is."""
    source, _ = BillSource.objects.get_or_create(
        code="bench",
        defaults={"name": "bench", "agency": Agency.objects.all()[0], "meaning": "recorded"},
    )
    draft_source(source, text=national_text(), actor=None, at=NOW)
    release_source(source, actor=None, at=NOW)


def register(numbers: list[str]) -> None:
    """People with these numbers, as rows: how they were registered is not measured here."""
    agency, township = Agency.objects.all()[0], Division.objects.filter(level="township")[0]
    for first in range(0, len(numbers), BATCH):
        Person.objects.bulk_create(
            Person(
                name="张某",
                pinyin_key="zhangmou",
                born_on=date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
                id_number=number,
                id_digest=id_digest(number),
                township=township,
                agency=agency,
                created_at=NOW,
            )
            for number in numbers[first : first + BATCH]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_person")


def rows_of(path: Path) -> Iterator[tuple[int, Sequence[object]]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from enumerate(csv.reader(file), start=1)


def ours(path: Path) -> int:
    source = BillSource.objects.get(code="bench")
    delivery = import_file(source, path, actor=None, at=NOW)
    if delivery.booked + delivery.refunded + delivery.in_doubt != delivery.rows:
        raise SystemExit("rows were lost")
    return delivery.booked + delivery.refunded


def final_rows(path: Path) -> Ready:
    """The bills as they stand in the table at the end, ready to be copied; nothing of this is timed."""
    bills = list(_bills(path))
    people = _people({bill.id_number for bill in bills})
    text, count = io.StringIO(), 0
    out = csv.writer(text)
    for bill in bills:
        if bill.refund:
            continue
        count += 1
        out.writerow(_final(bill, people))
    return Ready(text.getvalue(), count)


def raw_copy(ready: Ready) -> int:
    """COPY into the same table with all its indexes, constraints and triggers."""
    sql = (
        f"COPY settlements_settlement ({_COLUMNS}) FROM STDIN"
        " (FORMAT csv, FORCE_NOT_NULL (invoice_code, invoice_number, reversed_because, own_version,"
        " institution_code, disease_code, disease_name))"
    )
    with connection.cursor() as cursor:
        with cursor.copy(sql) as copy:
            copy.write(ready.text)
        return ready.count


def bulk_create(path: Path) -> int:
    """The same work as one writes it first: row by row into objects, stored in batches.

    Bills, twins of refunds, invoices, entries and the accounts' running totals; without doubts and
    warnings, so a little less than ours.
    """
    read = list(_bills(path))
    people = _people({bill.id_number for bill in read})
    seen = set(Settlement.objects.values_list("source_id", flat=True))
    bills: list[Settlement] = []
    refunds: list[BillRow] = []
    for bill in read:
        source_id, person = f"bench:{bill.source_id}", people.get(bill.id_number)
        if person is None or source_id in seen:
            continue
        seen.add(source_id)
        if bill.refund:
            refunds.append(bill)
        else:
            bills.append(_bill(bill, person))
    Settlement.objects.bulk_create(bills, batch_size=BATCH)
    twins = list(_twins(bills, refunds, people))
    Settlement.objects.bulk_create(twins, batch_size=BATCH)
    taken_back = {twin.reverses_id for twin in twins}
    InvoiceUse.objects.bulk_create(
        (
            InvoiceUse(number=bill.invoice_number, settlement=bill)
            for bill in bills
            if bill.pk not in taken_back
        ),
        batch_size=BATCH,
    )
    _keep_accounts(bills + twins)
    return len(bills) + len(twins)


def _twins(
    bills: list[Settlement], refunds: list[BillRow], people: dict[str, int]
) -> Iterator[Settlement]:
    by_visit = {(bill.person_id, bill.visit_id, bill.total): bill for bill in bills}
    for refund in refunds:
        twin = _bill(refund, people[refund.id_number])
        original = by_visit.pop((twin.person_id, twin.visit_id, -twin.total), None)
        if original is not None:
            twin.reverses, twin.settled_on = original, original.settled_on
            yield twin


def _keep_accounts(bills: list[Settlement]) -> None:
    """Running totals of every person-year, and an entry for every grant."""
    keys = {(bill.person_id, bill.settled_on.year) for bill in bills}
    PersonYear.objects.bulk_create(
        (PersonYear(person_id=person, year=year) for person, year in keys),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    accounts = {
        (account.person_id, account.year): account
        for account in PersonYear.objects.select_for_update()
        .filter(person_id__in={person for person, _year in keys})
        .order_by("id")
    }
    entries = []
    for bill in bills:
        account = accounts[bill.person_id, bill.settled_on.year]
        paid = bill.insurance + bill.assistance
        for month in range(bill.settled_on.month - 1, 12):
            account.own_total[month] += int((bill.total - paid) * 100)
            account.own_in_scope[month] += int((bill.in_scope - paid) * 100)
        if bill.assistance > 0:
            entries.append(
                Entry(
                    account=account,
                    bucket=Bucket.INPATIENT,
                    kind=Entry.Kind.GRANTED,
                    amount=bill.assistance,
                    source=f"bill:{bill.source_id}",
                    at=NOW,
                )
            )
    PersonYear.objects.bulk_update(
        accounts.values(), ["own_total", "own_in_scope"], batch_size=BATCH
    )
    Entry.objects.bulk_create(entries, batch_size=BATCH)


class _Resource(resources.ModelResource):
    """The columns by the library's own fields; the checks, invoices, entries and accounts as for bulk_create."""

    person_id = fields.Field("person_id", "certno")
    source_id = fields.Field("source_id", "setl_id")
    settled_on = fields.Field("settled_on", "setl_time", DateWidget("%Y-%m-%d %H:%M:%S"))
    service_from = fields.Field("service_from", "begndate", DateWidget("%Y-%m-%d"))
    service_to = fields.Field("service_to", "enddate", DateWidget("%Y-%m-%d"))
    setting = fields.Field("setting", "med_type")
    total = fields.Field("total", "medfee_sumamt", DecimalWidget())
    in_scope = fields.Field("in_scope", "inscp_scp_amt", DecimalWidget())
    basic = fields.Field("basic", "hifp_pay", DecimalWidget())
    big_illness = fields.Field("big_illness", "hifmi_pay", DecimalWidget())
    assistance = fields.Field("assistance", "maf_pay", DecimalWidget())
    institution = fields.Field("institution", "fixmedins_name")
    invoice_number = fields.Field("invoice_number", "invono")
    visit_id = fields.Field("visit_id", "mdtrt_id")

    class Meta:
        model = Settlement
        fields = (
            "person_id",
            "source_id",
            "settled_on",
            "service_from",
            "service_to",
            "setting",
            "total",
            "in_scope",
            "basic",
            "big_illness",
            "assistance",
            "institution",
            "invoice_number",
            "visit_id",
        )
        import_id_fields = ("source_id",)
        use_bulk = True
        batch_size = BATCH
        force_init_instance = True
        skip_diff = True

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        definition = read_definition(national_text())
        header = find_header(definition, [dataset.headers])
        self.reader = Reader(definition, header, today=TODAY)
        self.people = _people(set(dataset["certno"]))
        self.bills: list[Settlement] = []

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        bill = self.reader.read(kwargs["row_number"], list(row.values()))
        if not isinstance(bill, BillRow):
            raise TypeError(bill)
        row["certno"] = self.people[row["certno"]]
        row["setl_id"] = f"bench:{row['setl_id']}"
        row["med_type"] = bill.setting

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.source, instance.entered_at = "insurance", NOW
        self.bills.append(instance)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        InvoiceUse.objects.bulk_create(
            (InvoiceUse(number=bill.invoice_number, settlement=bill) for bill in self.bills),
            batch_size=BATCH,
        )
        _keep_accounts(self.bills)


def import_export(path: Path) -> int:
    """django-import-export with use_bulk, on the rows that are in order, without refunds."""
    rows = [row for _line, row in rows_of(path)]
    good = [row for row in rows[1:] if row[11] == "0" and row[13] != "1e4"]
    result = _Resource().import_data(Dataset(*good, headers=rows[0]), raise_errors=True)
    return int(result.totals["new"])


def _people(numbers: set[str]) -> dict[str, int]:
    """Number → person, found by the digest as everything here finds people."""
    wanted = {id_digest(number): number for number in numbers}
    found = Person.objects.filter(id_digest__in=list(wanted)).values_list("id_digest", "pk")
    return {wanted[bytes(digest)]: pk for digest, pk in found}


def _bills(path: Path) -> Iterator[BillRow]:
    definition = read_definition(national_text())
    rows = rows_of(path)
    header = find_header(definition, [next(rows)[1]])
    reader = Reader(definition, header, today=TODAY)
    for line, cells in rows:
        bill = reader.read(line, cells)
        if isinstance(bill, BillRow):
            yield bill


def _bill(bill: BillRow, person_id: int) -> Settlement:
    return Settlement(
        person_id=person_id,
        source="insurance",
        source_id=f"bench:{bill.source_id}",
        settled_on=bill.settled_on,
        service_from=bill.service_from,
        service_to=bill.service_to,
        setting=bill.setting,
        institution=bill.institution,
        total=Decimal(bill.total) / 100,
        in_scope=Decimal(bill.in_scope) / 100,
        basic=Decimal(bill.basic) / 100,
        supplementary=Decimal(bill.supplementary) / 100,
        big_illness=Decimal(bill.big_illness) / 100,
        assistance=Decimal(bill.assistance) / 100,
        invoice_number=bill.invoice,
        visit_id=bill.visit_id,
        med_type=bill.med_type,
        entered_at=NOW,
    )


def _final(bill: BillRow, people: dict[str, int]) -> tuple[object, ...]:
    money = (f"{amount // 100}.{amount % 100:02d}" for amount in bill[14:20])
    return (
        people[bill.id_number],
        "insurance",
        f"bench:{bill.source_id}",
        bill.settled_on,
        bill.service_from,
        bill.service_to,
        bill.setting,
        bill.institution,
        True,
        *money,
        "",
        bill.invoice,
        "",
        bill.visit_id,
        bill.med_type,
        "",
        "",
        "",
        "",
        NOW,
    )
