"""A case that waits for civil affairs' decision: parked with a day to ask again, and gone on with."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, ClockStop, FactSheet
from assistance.cases.operations.leaving import already_under_way
from assistance.cases.operations.moves import locked, move, take_part, touch
from assistance.cases.permissions import may
from assistance.cases.states import Action, State
from assistance.shared.errors import Refused

Kind = FactSheet.Kind
Outcome = FactSheet.GateOutcome


@transaction.atomic
def park(
    application: Application,
    *,
    what: str,
    applied_on: date,
    remind_on: date,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Stop the clock while civil affairs decides on 特困, 低保 or 低边 (`what`), and ask again on a day.

    The day received stays: the wait never makes an application late (JN21 二(三)1). In a draft the gate
    of the declared sheet is filled in. Refused for days that cannot be, and while another application of
    the person and year is under way.
    """
    application = locked(application, version=version)
    take_part(application, Action.PARK, actor=actor)
    _check_days(applied_on, remind_on, today=localdate(at))
    if not what.strip():
        raise Refused(_("Say which decision the case waits for."))
    if application.state_enum is State.DRAFT:
        _note_gate(application, Kind.DECLARED, what=what, applied_on=applied_on)
    try:
        with transaction.atomic():
            move(application, Action.PARK, State.WAITING, actor=actor, at=at, reason=what)
    except IntegrityError as error:
        raise already_under_way(application) from error
    application.stops.filter(ended_at=None).update(applied_on=applied_on, remind_on=remind_on)
    return application


def _check_days(applied_on: date, remind_on: date, *, today: date) -> None:
    if applied_on > today:
        raise Refused(_("The day of the application to civil affairs lies in the future."))
    if remind_on <= today:
        raise Refused(_("The day to ask again must be still to come."))


def _note_gate(application: Application, kind: Kind, *, what: str, applied_on: date) -> None:
    sheet = application.fact_sheets.get(kind=kind)
    sheet.gate_kind = what[:20]
    sheet.gate_applied_on = applied_on
    sheet.gate_outcome = Outcome.PENDING
    sheet.save(update_fields=["gate_kind", "gate_applied_on", "gate_outcome"])


@transaction.atomic
def remind(
    application: Application, *, remind_on: date, actor: User, at: datetime, version: int | None
) -> Application:
    """Civil affairs was asked and has not decided yet: ask again on `remind_on`."""
    application = locked(application, version=version)
    take_part(application, Action.REMIND, actor=actor)
    if remind_on <= localdate(at):
        raise Refused(_("The day to ask again must be still to come."))
    application.stops.filter(ended_at=None).update(remind_on=remind_on, asked_at=at)
    touch(application)
    return application


@transaction.atomic
def resume(
    application: Application,
    *,
    outcome: str,
    authority: str,
    paper: str,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Record civil affairs' decision and go on in the stage where the case was parked.

    The decision is written on the sheet that the actor may write on: declared by a clerk, accepted by
    a reviewer. Others only let the case go on; the decision stands in the timeline.
    """
    application = locked(application, version=version)
    take_part(application, Action.RESUME, actor=actor)
    if outcome == Outcome.PENDING:
        raise Refused(_("Civil affairs has not decided yet: ask again later."))
    if not (authority.strip() and paper.strip()):
        raise Refused(_("Name the authority that decided, and its paper."))
    stop = application.stops.get(ended_at=None, kind=ClockStop.Kind.DECISION)
    decision = {"gate_outcome": Outcome(outcome), "gate_authority": authority, "gate_paper": paper}
    if may(actor, Action.EDIT, application):
        _write(application, Kind.DECLARED, decision, stop)
    reason = f"{stop.what}：{Outcome(outcome).label}，{paper}"
    move(application, Action.RESUME, State(stop.stage), actor=actor, at=at, reason=reason)
    if may(actor, Action.REVIEW, application):
        take_part(application, Action.REVIEW, actor=actor)
        _write(application, Kind.ACCEPTED, decision, stop)
    return application


def _write(application: Application, kind: Kind, decision: dict[str, str], stop: ClockStop) -> None:
    sheet = application.fact_sheets.get(kind=kind)
    for field, value in decision.items():
        setattr(sheet, field, value)
    sheet.gate_kind = stop.what[:20]
    sheet.gate_applied_on = stop.applied_on
    sheet.save(update_fields=[*decision, "gate_kind", "gate_applied_on"])
