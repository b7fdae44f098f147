"""One step for many: tried on every row first, carried out row by row, taken back row by row.

Every row asks the same operation as the single step, with the same permission and four eyes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, BulkRow, BulkRun
from assistance.cases.operations.bulk_kinds import KINDS, Subject
from assistance.cases.operations.bulk_wholes import WHOLES
from assistance.cases.permissions import BULK_ROLES
from assistance.cases.queries import applications_visible_to, written_case_number
from assistance.payments.queries import awards_visible_to
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.masking import mask_id

Outcome, Kind = BulkRow.Outcome, BulkRun.Kind
MOST_ROWS = 300
# Id and account numbers, telephones: numbers of cases and awards hold letters.
PERSONAL = re.compile(r"[\d\s]{11,30}[Xx]?")


def prepare_run(
    kind: str,
    numbers: Sequence[str],
    *,
    words: str = "",
    filename: str = "",
    reviewer: User | None = None,
    actor: User,
    at: datetime,
) -> BulkRun:
    """Try the step on every number without leaving anything behind, and note for each what would happen.

    A number that does not exist and one outside the actor's scope get the same sentence. Raises NotAllowed by
    role, Refused for no numbers, too many, missing words or nobody to assign to.
    """
    kind = Kind(kind)
    if not actor.has_role(*BULK_ROLES[kind]):
        raise NotAllowed(_("Your role does not take this step."))
    given = [number.strip() for number in numbers if number.strip()]
    if not given:
        raise Refused(_("Choose at least one row."))
    if len(given) > MOST_ROWS:
        raise Refused(_("At most %(most)s rows at a time.") % {"most": MOST_ROWS})
    if KINDS[kind].needs_words and not words.strip():
        raise Refused(_("Give the opinion or the reason."))
    if KINDS[kind].needs_reviewer and reviewer is None:
        raise Refused(_("Choose the reviewer."))
    run = BulkRun(kind=kind, words=words.strip(), filename=filename[:200], by=actor, at=at)
    run.reviewer = reviewer if KINDS[kind].needs_reviewer else None
    rows = _tried(run, given)
    with transaction.atomic():
        run.save()
        BulkRow.objects.bulk_create(rows)
    return run


def carry_out(run: BulkRun, *, actor: User, at: datetime) -> BulkRun:
    """Do what would be done: each row in a transaction of its own, once, whoever presses how often.

    A row that somebody changed since the trial fails with its sentence; the others go on. Raises NotAllowed.
    """
    _check_own(run, actor)
    if run.taken_back_at is not None:
        raise Refused(_("This run has been taken back."))
    ready = run.rows.filter(outcome=Outcome.READY).order_by("position")
    if run.kind in WHOLES:
        WHOLES[Kind(run.kind)].make(run, at)
    else:
        for pk in list(ready.values_list("pk", flat=True)):
            _carry_out_row(run, pk, at=at)
    BulkRun.objects.filter(pk=run.pk, carried_out_at=None).update(carried_out_at=at)
    return BulkRun.objects.get(pk=run.pk)


def take_back_run(run: BulkRun, *, actor: User, at: datetime) -> BulkRun:
    """Undo every done row whose case or award nobody has touched since; the others say why not.

    Rows that were kept may be tried again. Raises NotAllowed, or Refused before the run was carried out.
    """
    _check_own(run, actor)
    if run.carried_out_at is None:
        raise Refused(_("This run has not been carried out."))
    if run.kind in WHOLES:
        WHOLES[Kind(run.kind)].give_up(run, at)
    else:
        done = run.rows.filter(outcome__in=(Outcome.DONE, Outcome.KEPT)).order_by("-position")
        for pk in list(done.values_list("pk", flat=True)):
            _take_back_row(run, pk, at=at)
    BulkRun.objects.filter(pk=run.pk).update(taken_back_at=at)
    return BulkRun.objects.get(pk=run.pk)


def _check_own(run: BulkRun, actor: User) -> None:
    if run.by_id != actor.pk:
        raise NotAllowed(_("Only whoever drew the run up carries it out or takes it back."))


def _tried(run: BulkRun, numbers: Sequence[str]) -> list[BulkRow]:
    subjects = _subjects(run, numbers)
    rows, seen = [], set()
    for position, number in enumerate(numbers, start=1):
        row = BulkRow(run=run, position=position, number=_shown(number), at=run.at)
        row.outcome, row.sentence = Outcome.REFUSED, _("There is no such number in your area.")
        subject = subjects.get(_written(run, number))
        if subject is not None and subject.pk in seen:
            row.sentence = _("The number stands in the list twice.")
        elif subject is not None:
            seen.add(subject.pk)
            _try(run, row, subject)
        rows.append(row)
    return rows


def _shown(number: str) -> str:
    """As it was given; what may be the number of a person, from a wrong column, is not kept in full."""
    return mask_id(number) if PERSONAL.fullmatch(number) else number[:60]


def _subjects(run: BulkRun, numbers: Sequence[str]) -> dict[str, Subject]:
    written = [_written(run, number) for number in numbers]
    found: list[Subject] = []
    if KINDS[Kind(run.kind)].of_awards:
        found.extend(awards_visible_to(run.by).filter(number__in=written))
    else:
        found.extend(applications_visible_to(run.by).filter(number__in=written))
    return {subject.number: subject for subject in found}


def _written(run: BulkRun, number: str) -> str:
    if KINDS[Kind(run.kind)].of_awards:
        return number.strip().upper()
    return written_case_number(number)


def _try(run: BulkRun, row: BulkRow, subject: Subject) -> None:
    """Do it in a transaction that is rolled back: no other answer is as true."""
    if isinstance(subject, Application):
        row.application, row.version = subject, subject.version
    else:
        row.award = subject
    try:
        with transaction.atomic():
            KINDS[Kind(run.kind)].do(run, row, subject, run.at)
            transaction.set_rollback(True)
    except Refused as error:
        row.sentence = str(error)[:1000]
    else:
        row.outcome, row.sentence = Outcome.READY, ""


@transaction.atomic
def _carry_out_row(run: BulkRun, pk: int, *, at: datetime) -> None:
    row = BulkRow.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.outcome != Outcome.READY:
        return
    try:
        with transaction.atomic():
            row.version = KINDS[Kind(run.kind)].do(run, row, _subject(row), at)
        row.outcome, row.sentence = Outcome.DONE, ""
    except Refused as error:
        row.outcome, row.sentence = Outcome.FAILED, str(error)[:1000]
    _save(row, at)


@transaction.atomic
def _take_back_row(run: BulkRun, pk: int, *, at: datetime) -> None:
    row = BulkRow.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.outcome not in (Outcome.DONE, Outcome.KEPT):
        return
    try:
        with transaction.atomic():
            KINDS[Kind(run.kind)].undo(run, row, _subject(row), at)
        row.outcome, row.sentence = Outcome.TAKEN_BACK, ""
    except Refused as error:
        row.outcome, row.sentence = Outcome.KEPT, str(error)[:1000]
    _save(row, at)


def _subject(row: BulkRow) -> Subject:
    subject = row.application or row.award
    assert subject is not None, "a ready row has what it is about"
    return subject


def _save(row: BulkRow, at: datetime) -> None:
    row.at = at
    row.save(update_fields=["outcome", "sentence", "version", "at"])
