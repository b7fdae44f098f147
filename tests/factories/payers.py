"""Files as further payers send them; everything is invented."""

from __future__ import annotations

import itertools
from datetime import datetime

from django.utils import timezone

from assistance.accounts.models import User
from assistance.jobs.models import BackgroundJob
from assistance.jobs.queries import latest_job
from assistance.registry.models import Person
from assistance.settlements.models import PayerFile, PayerSource
from assistance.settlements.operations import payers
from assistance.settlements.tasks import PAYER_EXECUTORS
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.lists import Quiet, as_csv

HEAD = (
    "赔案号",
    "姓名",
    "身份证号",
    "赔付金额",
    "赔付日期",
    "费用年度",
    "结算ID",
    "发票号",
    "医院名称",
    "入院日期",
    "出院日期",
    "原赔案号",
)
_serial = itertools.count(1)


def make_payer(payer: str = "huimin", *, name: str = "", actor: User | None = None) -> PayerSource:
    """Of the agency of the reviewer who enters it."""
    actor = actor or Cast().reviewer
    assert actor.agency is not None
    return payers.save_payer(
        None,
        agency=actor.agency,
        name=name or f"惠民保{next(_serial)}",
        payer=payer,
        actor=actor,
        at=timezone.now(),
    )


def paid_row(person: Person | None, amount: str = "1000.00", **fields: str) -> tuple[str, ...]:
    """A claim paid on 2025-08-01, at person and year unless a bill is named."""
    row = {
        "赔案号": f"P{next(_serial)}",
        "姓名": person.name if person else "某人",
        "身份证号": person.id_number if person else "999127198001019999",
        "赔付金额": amount,
        "赔付日期": "2025-08-01",
        **fields,
    }
    return tuple(row.get(name, "") for name in HEAD)


def upload(
    source: PayerSource,
    *rows: tuple[str, ...],
    content: bytes = b"",
    actor: User | None = None,
    at: datetime | None = None,
) -> PayerFile:
    """Taken in and waiting to be read."""
    return payers.upload_payer_file(
        source,
        content=content or as_csv(*rows, head=HEAD),
        filename="理赔.csv",
        actor=actor or Cast().reviewer,
        at=at or timezone.now(),
    )


def work(file: PayerFile) -> PayerFile:
    """Do what waits for this file, without a worker: read it, or book it; a refusal is raised."""
    job = latest_job(file.pk, *PAYER_EXECUTORS)
    assert job is not None
    state = BackgroundJob.State
    try:
        PAYER_EXECUTORS[job.kind](job, Quiet())
    except Refused:
        BackgroundJob.objects.filter(pk=job.pk).update(state=state.FAILED)
        raise
    BackgroundJob.objects.filter(pk=job.pk).update(state=state.DONE)
    return PayerFile.objects.get(pk=file.pk)


def booked(file: PayerFile) -> PayerFile:
    """Looked at and booked by whoever uploaded it."""
    return work(payers.book_payer_file(work(file), actor=file.uploaded_by, at=timezone.now()))


def received(source: PayerSource, *rows: tuple[str, ...], actor: User | None = None) -> PayerFile:
    return booked(upload(source, *rows, actor=actor))
