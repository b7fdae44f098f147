"""To whom the county gives the review of a case: order among reviewers, and no part of deciding it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Assignment
from assistance.cases.operations.moves import locked
from assistance.cases.permissions import may_assign, why_not_assigned
from assistance.shared.errors import NotAllowed, Refused


@transaction.atomic
def assign_reviewer(
    application: Application, reviewer: User | None, *, actor: User, at: datetime
) -> Application:
    """Let the case wait for this reviewer alone, or with None for all of them again.

    It neither makes him a part of the case nor shuts the others out: whoever stands in for him acts as
    before. The version stays, so that nobody's open form becomes stale. Raises NotAllowed by role, and
    Refused outside the county review or for somebody who may not review this case.
    """
    application = locked(application, version=None)
    if not may_assign(actor, application):
        raise NotAllowed(_("You may not assign this case, or it is not in county review."))
    if reviewer is not None:
        reason = why_not_assigned(reviewer, application)
        if reason is not None:
            raise Refused(reason)
    if application.assigned_to_id == (reviewer.pk if reviewer else None):
        raise Refused(_("The case is assigned that way already."))
    application.assigned_to = reviewer
    application.save(update_fields=["assigned_to"])
    Assignment.objects.create(application=application, reviewer=reviewer, by=actor, at=at)
    return application


@transaction.atomic
def take_back_assignment(
    application: Application, *, reviewer: User | None, actor: User, at: datetime
) -> Application:
    """Give the case back to whom it was assigned before the actor assigned it to `reviewer`.

    Somebody who may no longer review it gets it no more: then it waits for all. Raises Refused when it
    was assigned anew since, NotAllowed outside the county review.
    """
    application = locked(application, version=None)
    rows = list(application.assignments.select_related("reviewer").order_by("-id")[:2])
    mine = rows and rows[0].by_id == actor.pk and rows[0].reviewer == reviewer
    if not mine:
        raise Refused(_("The case was assigned anew since."))
    before = rows[1].reviewer if len(rows) > 1 else None
    if before is not None and why_not_assigned(before, application) is not None:
        before = None
    return assign_reviewer(application, before, actor=actor, at=at)
