"""Recipient lists as departments send them, and the work on them done at once. Everything is invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assistance.accounts.models import Agency
from assistance.jobs.models import BackgroundJob
from assistance.jobs.queries import latest_job
from assistance.registry.models import Department, ListImport, ListSource
from assistance.registry.operations import lists
from assistance.registry.tasks import EXECUTORS
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.registry import make_category

HEAD = ("身份证号码", "姓名", "乡镇街道", "村社", "对象类别", "认定日期", "结束日期")
MONTH = date(2026, 11, 1)


class Quiet:
    """Work whose progress nobody watches."""

    def tell(self, *, done: int | None = None, total: int | None = None, message: str = "") -> None:
        pass


def make_source(
    *codes: str, agency: Agency | None = None, name: str = "低保名单", **values: Any
) -> ListSource:
    cast = Cast()
    assert cast.township, "the list names it"
    defaults = {
        "department": Department.CIVIL_AFFAIRS,
        "is_full": True,
        "end_meaning": ListSource.EndMeaning.LAST_INSIDE,
        "guard_percent": Decimal(100),
        "due_day": 10,
    }
    return lists.save_source(
        None,
        agency=agency or cast.agency,
        name=name,
        categories=[make_category(code) for code in codes or ("DIBAO", "DIBIAN")],
        actor=cast.reviewer if agency in (None, cast.agency) else cast.outside_reviewer,
        **defaults | values,
    )


def row(
    number: str,
    name: str = "蓝青山",
    *,
    category: str = "DIBAO",
    first: date | str = date(2026, 1, 1),
    last: date | str = "",
    township: str = "红星街道",
) -> tuple[str, ...]:
    return (number, name, township, "一村", category, str(first), str(last))


def as_csv(
    *rows: Sequence[object], head: Sequence[object] = HEAD, encoding: str = "utf-8"
) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([head, *rows])
    return buffer.getvalue().encode(encoding)


def upload(
    source: ListSource,
    *rows: Sequence[object],
    as_of: date = MONTH,
    content: bytes | None = None,
    filename: str = "名单.csv",
    is_full: bool | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> ListImport:
    """Taken in and waiting to be read."""
    actor = fields.pop("actor", None) or (
        Cast().reviewer if source.agency == Cast().agency else Cast().outside_reviewer
    )
    return lists.upload_list(
        source,
        content=as_csv(*rows) if content is None else content,
        filename=filename,
        as_of=as_of,
        is_full=source.is_full if is_full is None else is_full,
        actor=actor,
        at=at or timezone.now(),
    )


def work(listing: ListImport) -> ListImport:
    """Do what waits for this list, without a worker; a refusal is raised."""
    job = latest_job(listing.pk, *EXECUTORS)
    assert job is not None
    try:
        EXECUTORS[job.kind](job, Quiet())
    except Refused:
        BackgroundJob.objects.filter(pk=job.pk).update(state=BackgroundJob.State.FAILED)
        raise
    BackgroundJob.objects.filter(pk=job.pk).update(state=BackgroundJob.State.DONE)
    return ListImport.objects.get(pk=listing.pk)


def previewed(source: ListSource, *rows: Sequence[object], **options: Any) -> ListImport:
    return work(upload(source, *rows, **options))


def apply(listing: ListImport) -> ListImport:
    actor = Cast().reviewer if listing.agency == Cast().agency else Cast().outside_reviewer
    return work(lists.apply_list(listing, actor=actor, at=timezone.now()))


def applied(source: ListSource, *rows: Sequence[object], **options: Any) -> ListImport:
    return apply(previewed(source, *rows, **options))


def outcomes(listing: ListImport) -> list[tuple[int | None, str]]:
    """Line and outcome of every row; what is missing from the file has no line and comes last."""
    return [
        (line, outcome)
        for line, outcome in listing.rows.order_by("line", "id").values_list("line", "outcome")
    ]
