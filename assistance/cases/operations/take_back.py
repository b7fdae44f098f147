from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, FactSheet, Participation
from assistance.cases.operations.moves import locked, move
from assistance.cases.permissions import why_not_take_back
from assistance.cases.states import Action, State
from assistance.shared.errors import NotAllowed


@transaction.atomic
def take_back(
    application: Application, *, actor: User, at: datetime, version: int | None
) -> Application:
    """Undo the submission, first review or return that the actor made last; the decision stays on record.

    `version` is that of the case after the step: whoever has touched it since makes it stale. The copy of the
    facts for a county that never looked at them goes away with the first review. Raises NotAllowed or Stale.
    """
    application = locked(application, version=version)
    last = application.changes.order_by("id").last()
    reason = why_not_take_back(actor, application, last)
    if reason is not None or last is None:
        raise NotAllowed(reason or "")
    signed = application.state_enum is State.COUNTY_REVIEW
    move(
        application,
        Action.TAKE_BACK,
        State(last.from_state),
        actor=actor,
        at=at,
        reason=_("The last step was taken back."),
    )
    reviewed = application.participations.filter(part=Participation.Part.COUNTY_REVIEW)
    if signed and not reviewed.exists():
        application.fact_sheets.filter(kind=FactSheet.Kind.ACCEPTED).delete()
    return application
