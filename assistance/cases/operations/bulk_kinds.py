"""What each kind of bulk run does to one row, and how that is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assistance.cases.models import Application, BulkRow, BulkRun
from assistance.cases.operations.assignments import assign_reviewer, take_back_assignment
from assistance.cases.operations.entry import submit
from assistance.cases.operations.notices import draw_up_notice
from assistance.cases.operations.review import return_application, sign_first_review
from assistance.cases.operations.take_back import take_back
from assistance.payments.models import Award, Programme
from assistance.payments.operations import draw_up_batch, hold_award, unhold_award
from assistance.payments.states import AwardState
from assistance.shared.errors import Refused

Subject = Application | Award
Do = Callable[[BulkRun, BulkRow, Subject, datetime], int | None]
Kind = BulkRun.Kind


@dataclass(frozen=True, slots=True)
class BulkKind:
    """`do` and `undo` take run, row, case or award, and moment; `do` gives the version after it."""

    do: Do
    undo: Do
    needs_words: bool = False
    needs_reviewer: bool = False
    of_awards: bool = False


def _submit(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    case = _case(subject)
    return submit(case, actor=run.by, at=at, version=row.version).version


def _sign(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    case = _case(subject)
    signed = sign_first_review(case, opinion=run.words, actor=run.by, at=at, version=row.version)
    return signed.version


def _return(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    case = _case(subject)
    back = return_application(case, reason=run.words, actor=run.by, at=at, version=row.version)
    return back.version


def _assign(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    return assign_reviewer(_case(subject), run.reviewer, actor=run.by, at=at).version


def _assign_back(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    case = _case(subject)
    return take_back_assignment(case, reviewer=run.reviewer, actor=run.by, at=at).version


def _put_on_notice(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    """For the trial: whether the case alone could be put on a notice."""
    case = _case(subject)
    draw_up_notice(
        case.township,
        agency=case.agency,
        programme=Programme(case.programme),
        actor=run.by,
        at=at,
        only={case.pk},
    )
    return case.version


def _take_back(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> int | None:
    return take_back(_case(subject), actor=run.by, at=at, version=row.version).version


def _hold(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> None:
    hold_award(_award(subject), reason=run.words, actor=run.by, at=at)


def _release(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> None:
    unhold_award(_award(subject), actor=run.by, at=at)


def _release_again(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> None:
    _refuse_if_moved(row, subject, AwardState.HELD)
    unhold_award(_award(subject), actor=run.by, at=at)


def _hold_again(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> None:
    _refuse_if_moved(row, subject, AwardState.DUE)
    reason = _("The bulk run was taken back.")
    hold_award(_award(subject), reason=reason, actor=run.by, at=at)


def _put_into_batch(run: BulkRun, row: BulkRow, subject: Subject, at: datetime) -> None:
    """For the trial: whether the award alone could be put into a batch."""
    award = _award(subject)
    agency, programme = award.agency, award.programme
    draw_up_batch(agency=agency, programme=programme, awards=[award], actor=run.by, at=at)


def _refuse_if_moved(row: BulkRow, subject: Subject, state: AwardState) -> None:
    award = Award.objects.get(pk=subject.pk)
    if award.state != state or award.state_since != row.at:
        raise Refused(_("The award has been changed since."))


def _case(subject: Subject) -> Application:
    assert isinstance(subject, Application)
    return subject


def _award(subject: Subject) -> Award:
    assert isinstance(subject, Award)
    return subject


KINDS: dict[Kind, BulkKind] = {
    Kind.SUBMIT: BulkKind(_submit, _take_back),
    Kind.SIGN_FIRST_REVIEW: BulkKind(_sign, _take_back, needs_words=True),
    Kind.RETURN: BulkKind(_return, _take_back, needs_words=True),
    Kind.ASSIGN: BulkKind(_assign, _assign_back, needs_reviewer=True),
    # Notices are drawn up and given up as wholes; a row of one is only tried alone.
    Kind.NOTICE: BulkKind(_put_on_notice, _put_on_notice),
    Kind.HOLD: BulkKind(_hold, _release_again, needs_words=True, of_awards=True),
    Kind.RELEASE: BulkKind(_release, _hold_again, of_awards=True),
    # A batch is drawn up and discarded as a whole; a row of it is only tried alone.
    Kind.BATCH: BulkKind(_put_into_batch, _put_into_batch, of_awards=True),
}
