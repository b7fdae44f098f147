"""The only door through which the state of an application changes, and the statutory clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.queries import add_working_days, working_days_between
from assistance.cases.models import (
    Application,
    ClockStop,
    FactItem,
    Participation,
    StageDeadline,
    StatusChange,
)
from assistance.cases.permissions import check
from assistance.cases.queries import changes_since
from assistance.cases.states import MOVES, STOPPED, Action, State
from assistance.shared.errors import NotAllowed, Refused, Stale

# Days a stage may take where the agency has set none. First and county review follow the
# procedure of 低保 (浙江省社会救助条例 art. 11), an objection art. 58; publicity is art. 23.
DEFAULT_DAYS = {
    State.FIRST_REVIEW: 15,
    State.COUNTY_REVIEW: 5,
    State.PROPOSED: 5,
    State.PUBLICITY: 7,
    State.OBJECTED: 15,
}
LONGEST_REASON = 500
WORKING_DAY_STAGES = frozenset({State.FIRST_REVIEW, State.COUNTY_REVIEW, State.PROPOSED})


class CannotMove(Refused):
    """The table of moves has no such move."""


def locked(application: Application, *, version: int | None) -> Application:
    """The application's row, locked; raises `Stale` if it is not the version the form was made from."""
    # Locked first and read in a second statement: a row that went to another township while we waited
    # would not be found beside the one it was joined to.
    Application.objects.select_for_update().only("pk").get(pk=application.pk)
    rows = Application.objects.all()
    row = rows.select_related("person", "agency", "township", "account").get(pk=application.pk)
    if version is not None and row.version != version:
        head = _("This case was changed in the meantime. What you typed stands below; compare:")
        raise Stale("\n".join([head, *changes_since(row, version)]))
    return row


def take_part(application: Application, action: Action, *, actor: User) -> None:
    """Check that `actor` may do `action`, and record the part he thereby has in the case."""
    rule = check(actor, action, application)
    if rule.part is None:
        return
    if rule.part != Participation.Part.ENTRY and _typed_a_bill(application, actor):
        raise NotAllowed(_("You typed a bill of this case; a different person must do this."))
    row, _created = Participation.objects.get_or_create(
        application=application, user=actor, defaults={"part": rule.part}
    )
    if row.part != rule.part:
        raise NotAllowed(_("You already have another part in this case."))


def _typed_a_bill(application: Application, actor: User) -> bool:
    """Whether the actor typed a bill of the case, perhaps on the person's page and before there was a case."""
    bills = FactItem.objects.filter(sheet__application=application, settlement__entered_by=actor)
    return bills.exists()


def move(
    application: Application,
    action: Action,
    to: State,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> StatusChange:
    """Move a locked application, start the new stage's clock and write the timeline row.

    `actor` is None where the system acts under an earlier decision. A reason too long for the timeline
    is cut there: a finding stands in full with its objection. Raises `CannotMove`.
    """
    before = application.state_enum
    if to not in MOVES.get((action, before), frozenset()):
        raise CannotMove(
            _("A case in the stage “%(from)s” cannot become “%(to)s” this way.")
            % {"from": before.label, "to": to.label}
        )
    change = StatusChange.objects.create(
        application=application,
        action=action,
        from_state=before,
        to_state=to,
        at=at,
        by=actor,
        reason=reason[:LONGEST_REASON],
        version=application.version + 1,
        working_days=working_days_between(localdate(application.state_since), localdate(at)),
    )
    _keep_stops(application, change)
    application.state = to
    application.state_since = at
    application.deadline_on = due_on(application, to, entered=localdate(at))
    touch(application, "state", "state_since", "deadline_on")
    return change


def _keep_stops(application: Application, change: StatusChange) -> None:
    """Stop the clock when the case begins to wait for somebody outside, let it go on when that ends."""
    application.stops.filter(ended_at=None).update(ended_at=change.at)
    if change.to_state not in STOPPED:
        return
    kinds = {State.RETURNED: ClockStop.Kind.PAPERS, State.WAITING: ClockStop.Kind.DECISION}
    ClockStop.objects.create(
        application=application,
        kind=kinds[State(change.to_state)],
        stage=change.from_state,
        what=change.reason,
        since=change.at,
        by=change.by,
    )


def touch(application: Application, *fields: str) -> None:
    """Write the named fields and raise the version, so that open forms of others become stale."""
    application.version += 1
    application.save(update_fields=[*fields, "version"])


def stage_days(application: Application, state: State) -> int | None:
    """Days the stage may take at this agency, or None where it has no clock."""
    row = StageDeadline.objects.filter(agency=application.agency_id, state=state).first()
    return row.days if row is not None else DEFAULT_DAYS.get(state)


def due_on(application: Application, state: State, *, entered: date) -> date | None:
    """The last day of a stage entered on `entered`.

    Working days used up in an earlier stay in the same stage are gone: the clock pauses while the
    case is returned, it does not start anew. A notice has its own days from the actual posting.
    """
    days = stage_days(application, state)
    if days is None or state == State.PUBLICITY:
        return None
    if state not in WORKING_DAY_STAGES:
        return entered + timedelta(days=days)
    stays = application.changes.filter(from_state=state)
    used = stays.aggregate(days=Sum("working_days", default=0))["days"] or 0
    return add_working_days(entered, max(1, days - used))
