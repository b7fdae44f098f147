"""What further payers and the tax office sent: one file left in preview, premiums booked and one in doubt."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate

from assistance.demo.days import Days, moment
from assistance.demo.monthly import Quiet
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import claim_job
from assistance.registry.models import Person
from assistance.registry.queries.duties import unsubsidised
from assistance.settlements.models import PayerFile, PayerSource, Settlement
from assistance.settlements.operations import payers
from assistance.settlements.tasks import PAYER_EXECUTORS
from assistance.shared.identity_numbers import demo_number

SENT, LOOKED_AT = 3, 1  # working days ago
PAID_HEAD = ("赔案号", "姓名", "身份证号", "赔付金额", "赔付日期", "费用年度")
TAX_HEAD = (
    "请款批次",
    "姓名",
    "身份证号",
    "代缴类别",
    "代缴金额",
    "其中大病保险",
    "缴费日期",
    "年度",
)
# Found by their names: the file that nobody has booked yet, and the stranger in it.
LEFT_IN_PREVIEW = "浙丽保理赔（待核对）.csv"
STRANGER = "雷远客"
PREMIUMS = "资助参保缴费明细.csv"
PEOPLE_PAID_FOR = 6


def take_payers_files(staff: Staff, days: Days) -> Telling:
    """The tax office's premiums first, then the file that waits for the reviewer."""
    at = moment(days.ago(SENT), 10, 30)
    yield at
    tax = _payer(staff, "县税务局", "tax", at)
    file = _upload(staff, tax, TAX_HEAD, list(_premiums(localdate(at))), PREMIUMS, at)
    payers.book_payer_file(file, actor=staff["reviewer1"], at=at)
    _work(at)
    at = moment(days.ago(LOOKED_AT), 16, 10)
    yield at
    rows = list(_claims(localdate(at)))
    _upload(staff, _payer(staff, "浙丽保", "huimin", at), PAID_HEAD, rows, LEFT_IN_PREVIEW, at)


def _payer(staff: Staff, name: str, payer: str, at: datetime) -> PayerSource:
    return payers.save_payer(
        None, agency=staff.agency, name=name, payer=payer, actor=staff["reviewer1"], at=at
    )


def _upload(
    staff: Staff,
    source: PayerSource,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    name: str,
    at: datetime,
) -> PayerFile:
    """Taken in by the reviewer and read by a worker; nothing is booked by it."""
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    content = text.getvalue().encode("gb18030")
    file = payers.upload_payer_file(
        source, content=content, filename=name, actor=staff["reviewer1"], at=at
    )
    _work(at)
    return PayerFile.objects.get(pk=file.pk)


def _work(at: datetime) -> None:
    """What a worker would have done by now."""
    job = claim_job(PAYER_EXECUTORS, worker="demo", at=at)
    assert job is not None, "it was queued a moment ago"
    outcome = PAYER_EXECUTORS[job.kind](job, Quiet())
    job.state, job.message, job.result = BackgroundJob.State.DONE, outcome.message, outcome.result
    job.finished_at, job.lease_until = at, None
    job.save()


def _free() -> QuerySet[Person]:
    """People without a case, so that no case is changed by the file."""
    found = Person.objects.filter(applications=None, died_on=None, merged_into=None)
    return found.order_by("id")


def _claims(day: date) -> Iterator[tuple[str, ...]]:
    """Two that can be booked, one whose amount cannot be read, one of nobody we know."""
    paid_on = (day - timedelta(days=6)).isoformat()
    bills = Settlement.objects.filter(person__in=_free(), reverses=None, reversed_by=None)
    first_of: dict[int, Settlement] = {}
    for bill in bills.select_related("person").order_by("id")[:20]:
        first_of.setdefault(bill.person_id, bill)
    claims = zip(list(first_of.values())[:3], ("120.00", "80.00", "一百元"), strict=False)
    for n, (bill, amount) in enumerate(claims, start=1):
        person, year = bill.person, str(bill.settled_on.year)
        yield (f"ZLB-{n:04d}", person.name, person.id_number, amount, paid_on, year)
    stranger = demo_number(born_on=date(1966, 3, 9), sex="1", serial=433)
    yield ("ZLB-0009", STRANGER, stranger, "300.00", paid_on, str(day.year))


def _premiums(day: date) -> Iterator[tuple[str, ...]]:
    """Of those whose premium of the year nobody has paid; one with a name the register does not have."""
    due = unsubsidised(_free(), day).order_by("id")[:PEOPLE_PAID_FOR]
    for n, person in enumerate(due, start=1):
        name = person.name if n < PEOPLE_PAID_FOR else f"{person.name}（户主）"
        yield (
            f"{day.year}年第1批",
            name,
            person.id_number,
            "困难群众",
            "480.00",
            "80.00",
            (day - timedelta(days=9)).isoformat(),
            str(day.year),
        )
