"""Telling partners whom a finished list names, once, and reminding them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.queries import add_working_days
from assistance.registry.queries.duties import ROOT
from assistance.screening.models import HandOut, ListEntry, ListRun, PartnerOffice, Push
from assistance.screening.permissions import may_remind
from assistance.screening.queries.pushes import band_of, fields_told, offices_for, unanswered
from assistance.screening.states import PUSHED, HandOutState, RunKind, RunState
from assistance.shared.errors import NotAllowed, Refused

AT_ONCE = 2000
# Working days before the term ends, when an office is reminded by itself.
REMINDED_BEFORE = 2
# Lists as of an earlier day are history that was drawn up late; nobody is sent to verify them.
OLDEST = timedelta(days=100)
logger = logging.getLogger(__name__)


def push_finished(*, at: datetime) -> int:
    """Push every finished list that an office has not been told of; how many people were new to an office.

    One transaction for each list: one that fails stops no other and is tried again.
    """
    new = 0
    for run in _waiting(at):
        try:
            new += push_run(run, at=at)
        except Exception:
            logger.exception("The list of run %s could not be pushed", run.pk)
    return new


def _waiting(at: datetime) -> Iterator[ListRun]:
    """Finished lists in their order, each with an office that still has to be told."""
    rows = ListRun.objects.filter(
        state=RunState.DONE, period__kind__in=sorted(PUSHED), as_of__gt=localdate(at) - OLDEST
    ).exclude(kind=RunKind.TRIAL)
    for run in rows.select_related("period__agency__parent", "version").order_by("id"):
        told = set(HandOut.objects.filter(run=run).values_list("office_id", flat=True))
        if any(_takes(office, run) and office.pk not in told for office in offices_for(run)):
            yield run


def _takes(office: PartnerOffice, run: ListRun) -> bool:
    return office.since <= run.as_of


@transaction.atomic
def push_run(run: ListRun, *, at: datetime) -> int:
    """Tell every office that the version names whom the list names; how many rows are new (ZS22-2.2, B-22).

    An office is told once in a month of a person on a list, by unique rows: the same list drawn up again,
    a retry and two workers at once add only who is new. What an office is told is fixed here. Raises
    Refused for a list that is not finished, or a trial.
    """
    if run.state != RunState.DONE or run.kind == RunKind.TRIAL or run.period.kind not in PUSHED:
        raise Refused(_("Only a finished list is pushed."))
    # One worker pushes a list; the other finds it done.
    ListRun.objects.select_for_update(of=("self",)).only("pk").get(pk=run.pk)
    told = set(HandOut.objects.filter(run=run).values_list("office_id", flat=True))
    offices = [office for office in offices_for(run) if _takes(office, run)]
    return sum(_push(run, office, at) for office in offices if office.pk not in told)


def _push(run: ListRun, office: PartnerOffice, at: datetime) -> int:
    period = run.period
    month = date(period.year, period.number, 1)
    fields = fields_told(office.kind, period.kind)
    if not fields:
        return 0
    # Of a human with several records under whichever he was told of.
    told = Push.objects.filter(office=office, list=period.kind, month=month).annotate(root=ROOT)
    known = told.filter(root=OuterRef("person"))
    entries = ListEntry.objects.filter(~Exists(known), run=run).order_by("id")
    if office.township_id is not None:
        entries = entries.filter(township=office.township_id)
    hand_out = HandOut.objects.create(
        run=run,
        office=office,
        agency=period.agency,
        state=HandOutState.READY if office.by_file else HandOutState.AT_THE_DESK,
        count=entries.count(),
        pushed_at=at,
    )
    due_on = add_working_days(localdate(at), office.answer_days)
    rows = (
        Push(
            hand_out=hand_out,
            office=office,
            agency_id=period.agency_id,
            township_id=entry.township_id,
            person_id=entry.person_id,
            entry=entry,
            list=period.kind,
            month=month,
            band=band_of(entry.burden),
            fields=fields,
            due_on=due_on,
            pushed_at=at,
        )
        for entry in entries.iterator(chunk_size=AT_ONCE)
    )
    Push.objects.bulk_create(rows, batch_size=AT_ONCE)
    return hand_out.count


@transaction.atomic
def remind(push: Push, *, actor: User, at: datetime) -> Push:
    """Remind the office of one person it has not answered about. Raises NotAllowed."""
    push = Push.objects.select_for_update(of=("self",)).get(pk=push.pk)
    if not may_remind(actor, push):
        raise NotAllowed(_("A reviewer of the agency reminds, and only while there is no answer."))
    push.reminded_at = at
    push.save(update_fields=["reminded_at"])
    return push


@transaction.atomic
def remind_due(*, at: datetime) -> int:
    """Remind offices shortly before the term ends, and report what is overdue to the reviewers; how many rows.

    Each row is reminded once and reported once, in two statements, however often the clock rings.
    """
    today = localdate(at)
    waiting = unanswered(Push.objects.all())
    # In the order in which many answers at once take them.
    late = waiting.filter(Q(reminded_at=None) | Q(escalated_at=None))
    soon = add_working_days(today, REMINDED_BEFORE)
    due = late.filter(due_on__lte=max(soon, today)).select_for_update().order_by("id")
    waiting = Push.objects.filter(pk__in=list(due.values_list("pk", flat=True)))
    reminded = waiting.filter(due_on__lte=soon, reminded_at=None).update(reminded_at=at)
    reported = waiting.filter(due_on__lt=today, escalated_at=None).update(escalated_at=at)
    return reminded + reported
