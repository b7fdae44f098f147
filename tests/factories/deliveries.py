"""Files of bills as the insurance platform sends them; everything is invented."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils import timezone

from assistance.accounts.models import User
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells
from assistance.registry.models import Person
from assistance.settlements.models import BillImport, BillSource
from assistance.settlements.operations import (
    draft_source,
    import_bills,
    receive_bills,
    release_source,
)
from assistance.settlements.operations.deliveries.deliver import Unwatched
from assistance.settlements.sources import national_text
from assistance.settlements.tasks import EXECUTORS
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast, Places

HEADER = (
    "setl_id",
    "mdtrt_id",
    "certno",
    "psn_name",
    "setl_time",
    "begndate",
    "enddate",
    "med_type",
    "fixmedins_name",
    "invono",
    "setl_type",
    "refd_setl_flag",
    "vali_flag",
    "medfee_sumamt",
    "inscp_scp_amt",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
)
_serial = itertools.count(1)


def make_source(
    *, meaning: str = "recorded", city: str = "", code: str = "", text: str = ""
) -> BillSource:
    source = BillSource.objects.create(
        code=code or f"s{next(_serial)}",
        name="县医保平台",
        agency=Places().agency,
        meaning=meaning,
        city=city,
    )
    return released(source, text or national_text())


def released(source: BillSource, text: str) -> BillSource:
    draft_source(source, text=text, actor=None, at=timezone.now())
    release_source(source, actor=None, at=timezone.now())
    return source


def bill_row(person: Person | None = None, **values: str) -> dict[str, str]:
    """A row of the national interface: 10,000.00 in all, 9,000.00 in scope, 6,000.00 insured."""
    n = next(_serial)
    row = {
        "setl_id": f"S{n}",
        "mdtrt_id": f"V{n}",
        "certno": person.id_number if person else "999127198001019999",
        "psn_name": person.name if person else "某人",
        "setl_time": "2025-05-20 10:30:00",
        "med_type": "21",
        "fixmedins_name": "县人民医院",
        "setl_type": "2",
        "refd_setl_flag": "0",
        "vali_flag": "1",
        "medfee_sumamt": "10000.00",
        "inscp_scp_amt": "9000.00",
        "hifp_pay": "6000.00",
    }
    return row | values


def refund_of(row: dict[str, str], **values: str) -> dict[str, str]:
    """The row that takes another one back: its amounts negative, a number of its own."""
    money = ("medfee_sumamt", "inscp_scp_amt", "hifp_pay", "hifmi_pay", "maf_pay")
    negative = {name: f"-{row[name]}" for name in money if row.get(name, "0.00") != "0.00"}
    return row | {"setl_id": f"R{next(_serial)}", "refd_setl_flag": "1"} | negative | values


def deliver(
    source: BillSource,
    *rows: dict[str, str],
    header: Sequence[str] = HEADER,
    actor: User | None = None,
    at: datetime | None = None,
) -> BillImport:
    table: list[Sequence[object]] = [header, *([r.get(n, "") for n in header] for r in rows)]

    def numbered() -> Iterator[tuple[int, Sequence[object]]]:
        return iter(enumerate(table, start=1))

    return import_bills(
        source, numbered, file_name="bills.csv", actor=actor, at=at or timezone.now()
    )


def as_csv(*rows: dict[str, str], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *([r.get(n, "") for n in header] for r in rows)])
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: dict[str, str]) -> bytes:
    """As a spreadsheet program keeps it: numbers of the bill and amounts as figures."""
    figures = {"setl_id", "medfee_sumamt", "inscp_scp_amt", "hifp_pay"}
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for line, row in enumerate(rows, start=1):
            for column, name in enumerate(HEADER):
                value = row.get(name, "")
                is_figure = name in figures and value.replace(".", "").isdecimal()
                sheet.write(line, column, float(value) if is_figure else value)
    return content.getvalue()


def receive_file(
    source: BillSource, content: bytes, *, filename: str = "bills.csv", actor: User | None = None
) -> BillImport:
    """Taken in and waiting to be booked."""
    return receive_bills(
        source,
        content=content,
        filename=filename,
        actor=actor or Cast().reviewer,
        at=timezone.now(),
    )


class Stopped:
    """Work that somebody stops when it tells its progress for the n-th time."""

    def __init__(self, after: int) -> None:
        self.left = after

    def tell(self, **_progress: Any) -> None:
        if self.left == 0:
            raise Cancelled
        self.left -= 1


def work(delivery: BillImport, progress: Tells | None = None) -> Outcome:
    """Do what waits for this delivery, without a worker; a refusal is raised."""
    job = BackgroundJob.objects.filter(target=delivery.pk, kind__in=EXECUTORS).latest("id")
    try:
        outcome = EXECUTORS[job.kind](job, progress or Unwatched())
    except (Refused, Cancelled):
        BackgroundJob.objects.filter(pk=job.pk).update(state=BackgroundJob.State.FAILED)
        raise
    BackgroundJob.objects.filter(pk=job.pk).update(state=BackgroundJob.State.DONE)
    return outcome
