"""What the insurance platform sent: a file of bills with all that a file may hold, and the fee lines of one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from assistance.demo.days import Days, moment
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import claim_job
from assistance.registry.models import Person
from assistance.settlements.models import BillImport, BillSource
from assistance.settlements.operations import draft_source, receive_bills, release_source
from assistance.settlements.sources import national_text
from assistance.settlements.tasks import EXECUTORS
from assistance.shared.identity_numbers import demo_number

SENT = 4  # working days ago
HEAD = (
    *("setl_id", "mdtrt_id", "certno", "psn_name", "setl_time", "begndate", "enddate", "med_type"),
    *("fixmedins_name", "invono", "setl_type", "refd_setl_flag", "vali_flag", "medfee_sumamt"),
    *("inscp_scp_amt", "hifp_pay", "maf_pay", "fund_pay_sumamt", "psn_part_amt", "hosp_part_amt"),
)
LINE_HEAD = (
    *("setl_id", "feedetl_sn", "fee_ocur_time", "hilist_name", "chrgitm_lv", "cnt"),
    *("det_item_fee_sumamt", "fulamt_ownpay_amt", "preselfpay_amt", "inscp_scp_amt"),
)
LINES = (
    ("床位费", "01", "8", "480.00", "0.00", "0.00", "480.00"),
    ("冠状动脉支架", "02", "1", "7600.00", "0.00", "760.00", "6840.00"),
    ("陪护用品", "03", "1", "120.00", "120.00", "0.00", "0.00"),
)
Row = dict[str, str]


class Quiet:
    """Nobody watches the progress of what is over."""

    def tell(self, *, done: int | None = None, total: int | None = None, message: str = "") -> None:
        pass


def deliver_bills(staff: Staff, days: Days) -> Telling:
    """The source with its definition, one file, its fee lines, and a draft that waits for its release."""
    at = moment(days.ago(SENT), 15, 0)
    yield at
    source = BillSource.objects.create(
        code="zjyb", name="省智慧医保平台", agency=staff.agency, meaning="recorded", city="jingning"
    )
    draft_source(source, text=national_text(), actor=staff["admin"], at=at)
    release_source(source, actor=staff["approver1"], at=at)
    day = days.ago(SENT) - timedelta(days=20)
    rows = list(_rows(day))
    _book(staff, source, _file(HEAD, rows), f"结算数据{day:%Y%m}.csv", at)
    lines = [
        dict(zip(LINE_HEAD, (rows[0]["setl_id"], str(n), day.isoformat(), *line), strict=True))
        for n, line in enumerate(LINES, start=1)
    ]
    _book(staff, source, _file(LINE_HEAD, lines), f"费用明细{day:%Y%m}.csv", at)
    text = national_text().replace(
        '"81" = "outpatient"', '"81" = "outpatient"\n"9904" = "pharmacy"'
    )
    draft_source(source, text=text, actor=staff["admin"], at=at)


def _book(staff: Staff, source: BillSource, content: bytes, name: str, at: datetime) -> None:
    """Taken in by the reviewer, and what a worker would have done with it by now."""
    delivery = receive_bills(
        source, content=content, filename=name, actor=staff["reviewer1"], at=at
    )
    job = claim_job(EXECUTORS, worker="demo", at=at)
    assert job is not None, "it was queued a moment ago"
    outcome = EXECUTORS[job.kind](job, Quiet())
    job.state, job.message, job.result = BackgroundJob.State.DONE, outcome.message, outcome.result
    job.done = job.total = int(outcome.result["rows"])
    job.finished_at, job.lease_until = at, None
    job.save()
    assert BillImport.objects.get(pk=delivery.pk).state == BillImport.State.BOOKED


def _rows(day: date) -> Iterator[Row]:
    """A visit and what was settled on top of it, one refunded, one whose sums do not agree, a new code, a
    rounded number, somebody unknown, and a refund of a bill never seen."""
    recipient, other = _recipient(), _anybody()
    yield _row(1, recipient, day, maf_pay="800.00", mdtrt_id="ZJ-V1")
    yield _row(2, recipient, day, maf_pay="300.00", mdtrt_id="ZJ-V1", setl_type="3")
    refunded = _row(3, other, day, med_type="11")
    yield refunded
    negative = {
        name: f"-{refunded[name]}" for name in ("medfee_sumamt", "inscp_scp_amt", "hifp_pay")
    }
    sums = {"fund_pay_sumamt": "-6000.00", "psn_part_amt": "-4000.00"}
    yield refunded | {"setl_id": "ZJ0000000004", "refd_setl_flag": "1"} | negative | sums
    yield _row(5, other, day, psn_part_amt="3999.90")
    yield _row(6, other, day, med_type="9904")
    yield _row(7, other, day, certno="3.30902E+17")
    unknown = demo_number(born_on=date(1971, 6, 2), sex="2", serial=431)
    yield _row(8, other, day, certno=unknown, psn_name="蓝水生")
    never = {"medfee_sumamt": "-50.00", "inscp_scp_amt": "-50.00", "hifp_pay": "-30.00"}
    yield _row(9, other, day, refd_setl_flag="1", **never)


def _recipient() -> Person:
    """Somebody recognised who has no case, so that no case is changed by the file."""
    found = _free().filter(recipient_spans__voided_at=None, recipient_spans__last_day=None)
    return found.filter(recipient_spans__category__code="DIBAO").first() or _anybody()


def _anybody() -> Person:
    return _free().order_by("-id")[:1].get()


def _free() -> QuerySet[Person]:
    return Person.objects.filter(applications=None, died_on=None, merged_into=None).order_by("id")


def _row(serial: int, person: Person, day: date, **values: str) -> Row:
    """10,000.00 in all, 9,000.00 in scope, 6,000.00 insured."""
    granted = Decimal(values.get("maf_pay", "0.00"))
    row = {
        "setl_id": f"ZJ{serial:010d}",
        "mdtrt_id": f"ZJ-M{serial}",
        "certno": person.id_number,
        "psn_name": person.name,
        "setl_time": f"{day} 10:20:00",
        "begndate": (day - timedelta(days=8)).isoformat(),
        "enddate": day.isoformat(),
        "med_type": "21",
        "fixmedins_name": "景宁畲族自治县人民医院",
        "setl_type": "2",
        "refd_setl_flag": "0",
        "vali_flag": "1",
        "medfee_sumamt": "10000.00",
        "inscp_scp_amt": "9000.00",
        "hifp_pay": "6000.00",
        "maf_pay": f"{granted:.2f}",
        "fund_pay_sumamt": f"{6000 + granted:.2f}",
        "psn_part_amt": f"{4000 - granted:.2f}",
        "hosp_part_amt": "0.00",
    }
    return row | values


def _file(head: tuple[str, ...], rows: list[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *([row.get(name, "") for name in head] for row in rows)])
    return text.getvalue().encode("gb18030")
