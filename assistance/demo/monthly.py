"""The list that civil affairs sent this month, compared with the register and not applied yet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from assistance.accounts.models import User
from assistance.demo.days import Days, moment
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Outcome, claim_job
from assistance.registry.models import (
    Certificate,
    Department,
    Difference,
    ListImport,
    ListSource,
    RecipientCategory,
    RecipientSpan,
)
from assistance.registry.operations import certify
from assistance.registry.operations.lists import preview, save_source, upload_list
from assistance.registry.operations.lists.steps import PREVIEW
from assistance.registry.operations.reconciling import decide_differences, open_reconciliation
from assistance.shared.identity_numbers import demo_number

HEAD = ("身份证号码", "姓名", "乡镇街道", "村社", "对象类别", "认定日期", "结束日期")
CATEGORIES = ("TEKUN", "DIBAO", "DIBIAN")
SENT = 2  # working days ago
Row = tuple[str, ...]


class Quiet:
    """Nobody watches the progress of what is over."""

    def tell(self, *, done: int | None = None, total: int | None = None, message: str = "") -> None:
        pass


def compare_list(staff: Staff, days: Days) -> Telling:
    """Everybody as the list of the month before left them, but for one who is missing; two new people, and a
    row with a broken number."""
    at = moment(days.ago(SENT), 10, 30)
    yield at
    source = save_source(
        None,
        agency=staff.agency,
        department=Department.CIVIL_AFFAIRS,
        name="民政困难群众月度名单",
        categories=RecipientCategory.objects.filter(code__in=CATEGORIES),
        is_full=True,
        end_meaning=ListSource.EndMeaning.LAST_INSIDE,
        guard_percent=Decimal(5),
        due_day=10,
        actor=staff["reviewer1"],
    )
    month = days.ago(SENT).replace(day=1)
    standing = _standing(month)
    standing.update(source=source, as_of=(month - timedelta(days=1)).replace(day=1))
    listing = upload_list(
        source,
        content=_file([*_rows(standing), *_news(staff, month)][1:]),
        filename=f"困难群众名单{month:%Y%m}.csv",
        as_of=month,
        is_full=True,
        actor=staff["reviewer1"],
        at=at,
    )
    _work(at)
    at = moment(days.ago(SENT), 14, 20)
    yield at
    _reconcile(listing, staff["reviewer1"], at)
    certify(
        standing[1].person,
        kind=Certificate.Kind.MENTAL_DISABILITY,
        issued_by="景宁畲族自治县残疾人联合会",
        first_day=month,
        actor=staff["window"],
        at=at,
    )


def _reconcile(listing: ListImport, reviewer: User, at: datetime) -> None:
    """The half-yearly reconciliation is begun: one row is decided, the others wait for civil affairs."""
    made = open_reconciliation(listing, actor=reviewer, at=at)
    missing = made.differences.filter(kind=Difference.Kind.ONLY_HERE)
    decide_differences(
        made,
        rows=list(missing.values_list("pk", flat=True)),
        decision=Difference.Decision.CHANGE,
        note="民政局核实是否漏报",
        actor=reviewer,
        at=at,
    )


def _work(at: datetime) -> None:
    """What a worker would have done by now."""
    job = claim_job([PREVIEW], worker="demo", at=at)
    assert job is not None, "it was queued a moment ago"
    outcome: Outcome = preview(job, Quiet())
    job.state, job.message, job.result = BackgroundJob.State.DONE, outcome.message, outcome.result
    job.done = job.total = int(outcome.result["rows"])
    job.finished_at, job.lease_until = at, None
    job.save()


def _standing(month: date) -> QuerySet[RecipientSpan]:
    """Whoever is recognised in the first days of the month; the last one entered comes first."""
    return RecipientSpan.objects.filter(
        Q(last_day=None) | Q(last_day__gte=month),
        category__code__in=CATEGORIES,
        voided_at=None,
        first_day__lte=month,
        person__died_on=None,
    ).order_by("-id")


def _rows(standing: QuerySet[RecipientSpan]) -> Iterator[Row]:
    for span in standing.select_related("person__township", "category"):
        person, last = span.person, span.last_day
        yield (
            person.id_number,
            person.name,
            person.township.name,
            "",
            span.category.name,
            span.first_day.isoformat(),
            last.isoformat() if last else "",
        )


def _news(staff: Staff, month: date) -> Iterator[Row]:
    place, first = staff.townships[0].name, month.isoformat()
    category = RecipientCategory.objects.get(code="DIBAO").name
    for name, sex, serial in (("钟有田", "1", 411), ("雷月桂", "2", 412)):
        number = demo_number(born_on=date(1957, 3, 11), sex=sex, serial=serial)
        yield (number, name, place, "", category, first, "")
    yield ("99912719600229", "吴满仓", place, "", category, first, "")


def _file(rows: list[Row]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEAD, *rows])
    return buffer.getvalue().encode("gb18030")
