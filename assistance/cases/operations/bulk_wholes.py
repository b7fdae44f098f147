"""Bulk runs whose rows become one thing: awards one batch, the cases of a township one notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.cases.models import BulkRow, BulkRun, Notice, NoticeLine
from assistance.cases.operations.notices import discard_notice, draw_up_notice
from assistance.payments.models import Award, Programme
from assistance.payments.operations import discard_batch, draw_up_batch
from assistance.payments.states import BatchState
from assistance.shared.errors import Refused

Outcome, Kind = BulkRow.Outcome, BulkRun.Kind


@dataclass(frozen=True, slots=True)
class Whole:
    """`make` does every ready row of the run, `give_up` takes back what was done."""

    make: Callable[[BulkRun, datetime], None]
    give_up: Callable[[BulkRun, datetime], None]


@transaction.atomic
def _draw_up_batch(run: BulkRun, at: datetime) -> None:
    """All ready awards into one batch, or none with the reason: the batch is one sum that two people sign."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    ready = run.rows.filter(outcome=Outcome.READY)
    awards = list(Award.objects.filter(pk__in=ready.values("award")).select_related("agency"))
    if not awards:
        return
    try:
        with transaction.atomic():
            run.batch = draw_up_batch(
                agency=awards[0].agency,
                programme=awards[0].programme,
                awards=awards,
                actor=run.by,
                at=at,
            )
    except Refused as error:
        _mark(ready, Outcome.FAILED, str(error), at)
    else:
        run.save(update_fields=["batch"])
        _mark(ready, Outcome.DONE, run.batch.number, at)


@transaction.atomic
def _discard_batch(run: BulkRun, at: datetime) -> None:
    """Give up the batch of the run while nobody has confirmed it; then its awards are due again."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    rows = _done(run)
    if run.batch is None:
        return
    if run.batch.state != BatchState.DRAFT:
        _mark(rows, Outcome.KEPT, _("The batch has been confirmed or discarded since."), at)
        return
    try:
        with transaction.atomic():
            discard_batch(run.batch, reason=_("The bulk run was taken back."), actor=run.by, at=at)
    except Refused as error:
        _mark(rows, Outcome.KEPT, str(error), at)
    else:
        _mark(rows, Outcome.TAKEN_BACK, "", at)


@transaction.atomic
def _draw_up_notices(run: BulkRun, at: datetime) -> None:
    """One notice for each township and programme among the ready cases; a case that went on fails alone."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    places: dict[tuple[int, int, str], list[BulkRow]] = defaultdict(list)
    ready = run.rows.filter(outcome=Outcome.READY).order_by("position")
    for row in ready.select_related("application__township", "application__agency"):
        case = row.application
        assert case is not None, "a ready row has its case"
        places[case.agency_id, case.township_id, case.programme].append(row)
    for rows in places.values():
        _draw_up_one(run, rows, at)


def _draw_up_one(run: BulkRun, rows: list[BulkRow], at: datetime) -> None:
    case = rows[0].application
    assert case is not None, "a ready row has its case"
    these = run.rows.filter(pk__in=[row.pk for row in rows])
    try:
        with transaction.atomic():
            notice = draw_up_notice(
                case.township,
                agency=case.agency,
                programme=Programme(case.programme),
                actor=run.by,
                at=at,
                only={row.application_id for row in rows if row.application_id},
            )
    except Refused as error:
        _mark(these, Outcome.FAILED, str(error), at)
        return
    on_it = these.filter(application__notice_lines__notice=notice)
    BulkRow.objects.filter(pk__in=list(on_it.values_list("pk", flat=True))).update(
        outcome=Outcome.DONE, sentence=notice.number, notice=notice, at=at
    )
    gone_on = _("The case has gone on since, or stands on another notice.")
    _mark(these.filter(outcome=Outcome.READY), Outcome.FAILED, gone_on, at)


@transaction.atomic
def _discard_notices(run: BulkRun, at: datetime) -> None:
    """Give up every notice of the run that nobody has posted; a case stopped meanwhile stays as it is."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    for notice in Notice.objects.filter(pk__in=_done(run).values("notice")).order_by("pk"):
        rows = _done(run).filter(notice=notice)
        open_lines = notice.lines.filter(outcome=NoticeLine.Outcome.OPEN)
        waiting = list(open_lines.values_list("application_id", flat=True))
        try:
            with transaction.atomic():
                discard_notice(notice, actor=run.by)
        except Refused as error:
            _mark(rows, Outcome.KEPT, str(error), at)
        else:
            _mark(rows.exclude(application__in=waiting), Outcome.KEPT, _("The case went on."), at)
            _mark(rows.filter(application__in=waiting), Outcome.TAKEN_BACK, "", at)


def _done(run: BulkRun) -> QuerySet[BulkRow]:
    return run.rows.filter(outcome__in=(Outcome.DONE, Outcome.KEPT))


def _mark(rows: QuerySet[BulkRow], outcome: BulkRow.Outcome, sentence: str, at: datetime) -> None:
    rows.update(outcome=outcome, sentence=sentence[:1000], at=at)


WHOLES: dict[BulkRun.Kind, Whole] = {
    Kind.BATCH: Whole(_draw_up_batch, _discard_batch),
    Kind.NOTICE: Whole(_draw_up_notices, _discard_notices),
}
