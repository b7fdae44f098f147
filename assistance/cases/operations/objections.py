"""Objections to a case under notice: received, looked into, decided, and the objector told.

浙江省社会救助条例 art. 58: within 15 calendar days of receipt, for anonymous ones too.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Min
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.operations import next_number
from assistance.cases.confidences import may_take_on_objection
from assistance.cases.models import Application, NoticeLine, Objection
from assistance.cases.operations.approval import unbook
from assistance.cases.operations.moves import locked, move, stage_days, take_part, touch
from assistance.cases.operations.notices import stop_line
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year
from assistance.files.operations import keep
from assistance.payments.operations import cancel_award, lift_stops, stop_award
from assistance.payments.states import UNSENT_AWARDS
from assistance.shared.errors import NotAllowed, Refused, SavedAlready

Channel, Category = Objection.Channel, Objection.Category
LAW_DAYS = 15


@transaction.atomic
def record_objection(
    line: NoticeLine,
    *,
    received_on: date,
    content: str,
    objector: str,
    actor: User,
    at: datetime,
    channel: str = Channel.DESK,
    category: str = Category.OTHER,
    contact: str = "",
    scan: File[Any] | None = None,
    token: str = "",
) -> Objection:
    """Record an objection received while the notice hung; it stops this case and no other.

    What came in before midnight of the last day counts, however late it is typed: a case closed meanwhile
    comes back while its award is in no batch, otherwise a person is asked what to do. A case that is
    stopped already takes further objections; the same `token` (of one form) records one.
    """
    application = locked(line.application, version=None)
    line = _locked_line(line)
    if token and (known := Objection.objects.filter(token=token).first()):
        return _same(known, line, actor, content)
    take_part(application, Action.OBJECT, actor=actor)
    _check_objection(line, received_on, content, today=localdate(at))
    objection = Objection(
        line=line,
        token=token or None,
        channel=Channel(channel),
        category=Category(category),
        received_on=received_on,
        content=content,
        objector=objector,
        contact=contact,
        scan=keep(scan, actor=actor, at=at) if scan else None,
        recorded_by=actor,
    )
    return _enter(objection, application, actor=actor, at=at)


@transaction.atomic
def receive_objection(
    line: NoticeLine,
    *,
    category: str,
    content: str,
    objector: str,
    contact: str,
    token: str,
    at: datetime,
) -> Objection:
    """Take an objection from the public page while the notice hangs; the same form sent twice is one.

    It is received at `at`, by nobody of the office. Refused once the days of the notice are over.
    """
    application = locked(line.application, version=None)
    line = _locked_line(line)
    known = Objection.objects.filter(token=token).first()
    if known is not None:
        return known
    _check_objection(line, localdate(at), content, today=localdate(at))
    objection = Objection(
        line=line,
        token=token,
        channel=Channel.WEB,
        category=Category(category),
        received_on=localdate(at),
        content=content,
        objector=objector,
        contact=contact,
    )
    return _enter(objection, application, actor=None, at=at)


def _same(known: Objection, line: NoticeLine, actor: User, content: str) -> Objection:
    """What this form has recorded, unless something else was written into it since."""
    if (known.line_id, known.recorded_by_id, known.content) != (line.pk, actor.pk, content):
        raise SavedAlready()
    return known


def _locked_line(line: NoticeLine) -> NoticeLine:
    rows = NoticeLine.objects.select_for_update(of=("self",)).select_related("notice__agency")
    return rows.get(pk=line.pk)


def _check_objection(line: NoticeLine, received_on: date, content: str, *, today: date) -> None:
    notice = line.notice
    stopped = line.outcome == NoticeLine.Outcome.STOPPED
    if stopped or notice.posted_on is None or notice.last_day is None:
        raise Refused(_("This case is not under notice."))
    if received_on > today:
        raise Refused(_("The day received lies in the future."))
    if not notice.posted_on <= received_on <= notice.last_day:
        raise Refused(
            _("An objection counts from %(first)s up to and including %(last)s.")
            % {"first": notice.posted_on, "last": notice.last_day}
        )
    if not content.strip():
        raise Refused(_("Write what is objected."))


def _enter(
    objection: Objection, application: Application, *, actor: User | None, at: datetime
) -> Objection:
    """Number the objection and let it work on its case; application and line are locked."""
    agency, year = application.agency, localdate(at).year
    running = next_number(f"objection:{agency.code}", year)
    objection.number = f"{agency.code}-Y{year}-{running:04d}"
    objection.recorded_at = at
    days = stage_days(application, State.OBJECTED) or LAW_DAYS
    objection.deadline_on = objection.received_on + timedelta(days=days)
    objection.effect = _work(objection.number, application, actor=actor, at=at)
    objection.save(force_insert=True)
    _set_deadline(application)
    return objection


def _work(number: str, application: Application, *, actor: User | None, at: datetime) -> str:
    """Stop the case, or take it back from the payment office, or only ask a person."""
    if application.state_enum is State.OBJECTED:
        touch(application)
        return Objection.Effect.TAKEN_BACK if application.award_id else Objection.Effect.STOPPED
    if application.state_enum is State.PUBLICITY:
        move(application, Action.OBJECT, State.OBJECTED, actor=actor, at=at)
        return Objection.Effect.STOPPED
    if application.state_enum is not State.APPROVED or application.award is None:
        raise Refused(_("This case is not under notice."))
    award = application.award
    source, reason = _source(number), _("Objection %(number)s") % {"number": number}
    stop_award(award, source=source, reason=reason, actor=actor, at=at)
    award.refresh_from_db()
    if award.state not in UNSENT_AWARDS:
        touch(application)
        return Objection.Effect.QUESTION
    move(application, Action.OBJECT, State.OBJECTED, actor=actor, at=at, reason=reason)
    return Objection.Effect.TAKEN_BACK


def _source(number: str) -> str:
    """Under what an objection stops an award."""
    return f"objection:{number}"


def _set_deadline(application: Application) -> None:
    """A stopped case is due when the first of its open objections is."""
    if application.state_enum is not State.OBJECTED:
        return
    mine = Objection.objects.filter(line__application=application, outcome="")
    application.deadline_on = mine.aggregate(first=Min("deadline_on"))["first"]
    application.save(update_fields=["deadline_on"])


@transaction.atomic
def take_on_objection(objection: Objection, *, actor: User, at: datetime) -> Objection:
    """Say that one looks into the objection; from then on that is one's part in the case."""
    application = locked(objection.line.application, version=None)
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not may_take_on_objection(actor, objection):
        raise NotAllowed(
            _(
                "Only a county reviewer without another part in the case looks into an open objection."
            )
        )
    take_part(application, Action.SETTLE_OBJECTION, actor=actor)
    objection.investigator = actor
    objection.save(update_fields=["investigator"])
    return objection


@transaction.atomic
def decide_objection(
    objection: Objection, *, outcome: str, finding: str, actor: User, at: datetime
) -> Objection:
    """Decide: unfounded, and the case goes on; or founded, and it goes back to county review.

    Who investigates has had no other part in the case. What was booked is taken back if founded, and
    that answers every other open objection to the line; unfounded ones are all answered one by one first.
    Where the money had left, the case stays as it is and the finding says what follows.
    """
    application = objection.line.application
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=None)
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    take_part(application, Action.SETTLE_OBJECTION, actor=actor)
    if objection.outcome:
        raise Refused(_("This objection is decided already."))
    if not finding.strip():
        raise Refused(_("Write the finding."))
    outcome = Objection.Outcome(outcome)
    line = _locked_line(objection.line)
    answered = line.objections.filter(outcome="")
    if outcome == Objection.Outcome.UNFOUNDED:
        answered = answered.filter(pk=objection.pk)
    answered.update(outcome=outcome, finding=finding, decided_by=actor, decided_at=at)
    if outcome == Objection.Outcome.FOUNDED:
        _uphold(application, line, finding, actor=actor, at=at)
    else:
        _dismiss(application, line, finding, actor=actor, at=at)
    return Objection.objects.get(pk=objection.pk)


def _uphold(
    application: Application, line: NoticeLine, finding: str, *, actor: User, at: datetime
) -> None:
    """Back to county review; an award that has not left is cancelled and its money free again."""
    if application.state_enum is State.APPROVED:
        touch(application)
        return
    award = application.award
    application.award = None
    application.save(update_fields=["award"])
    settled: dict[str, Any] = {"actor": actor, "at": at, "reason": finding}
    move(application, Action.SETTLE_OBJECTION, State.COUNTY_REVIEW, **settled)
    stop_line(line)
    if award is not None:
        cancel_award(award, **settled)
    unbook(application, actor=actor, at=at)


def _dismiss(
    application: Application, line: NoticeLine, finding: str, *, actor: User, at: datetime
) -> None:
    """The case goes on where the objection met it, once no other objection to it is open."""
    settled: dict[str, Any] = {"actor": actor, "at": at, "reason": finding}
    if line.objections.filter(outcome="").exists():
        touch(application)
        _set_deadline(application)
        return
    if application.award is not None:
        for number in line.objections.values_list("number", flat=True):
            lift_stops(application.award, source=_source(number), **settled)
    if application.state_enum is State.APPROVED:
        touch(application)
        return
    if application.award is not None:
        move(application, Action.SETTLE_OBJECTION, State.APPROVED, **settled)
        return
    move(application, Action.SETTLE_OBJECTION, State.PUBLICITY, **settled)
    application.deadline_on = line.notice.last_day
    application.save(update_fields=["deadline_on"])
