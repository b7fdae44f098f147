"""A wrong amount after it was agreed to: found by a reviewer, decided by the approver, publicised anew.

The finding stops the award, if there is one, and keeps the notice from closing the case. Ordered, the line
under notice is stopped, what was booked is taken back exactly, and the case is in county review again: a
new proposal, a new agreement, a new notice. Once the bank has the money the way is an official correction
(`further.py`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Correction, Decision, NoticeLine
from assistance.cases.operations.approval import take_back_award, unbook
from assistance.cases.operations.moves import locked, move, take_part, touch
from assistance.cases.operations.notices import stop_line
from assistance.cases.operations.review import decide, need_reason
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year
from assistance.payments.operations import lift_stops, stop_award
from assistance.shared.errors import Refused

Kind = Decision.Kind
Outcome = Correction.Outcome


@transaction.atomic
def report_error(
    application: Application,
    *,
    kind: str,
    finding: str,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Say that the agreed amount is wrong, and why; the approver decides whether it is corrected.

    Until then nothing is awarded and nothing leaves. Raises NotAllowed, or Refused while another finding
    waits or once the bank has the money.
    """
    application = locked(application, version=version)
    take_part(application, Action.REPORT_ERROR, actor=actor)
    need_reason(finding)
    if application.corrections.filter(outcome="").exists():
        raise Refused(_("A wrong amount was reported already: the approver decides on it first."))
    correction = Correction.objects.create(
        application=application,
        reason=Correction.Reason(kind),
        finding=finding,
        first_amount=application.amount,
        found_by=actor,
        found_at=at,
    )
    if application.award is not None:
        # Without the finding: what holds an award is read out on the telephone.
        reason = _("The amount is being checked.")
        source = _source(correction)
        if not stop_award(application.award, source=source, reason=reason, actor=actor, at=at):
            raise Refused(
                _(
                    "The bank has the money already: open an official correction, which claims back or "
                    "pays the difference."
                )
            )
    decide(application, Kind.ERROR, finding, actor, at)
    touch(application)
    return application


@transaction.atomic
def order_correction(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Take the case back to county review because of the finding, with everything booked taken back.

    Raises NotAllowed for who found the error, CannotMove while the award is in a batch.
    """
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.CORRECT, actor=actor)
    correction = _open_correction(application)
    need_reason(opinion)
    line = application.notice_lines.filter(outcome=NoticeLine.Outcome.OPEN).first()
    correction.line = line
    _close(correction, Outcome.ORDERED, opinion, actor, at)
    decide(application, Kind.CORRECTION, opinion, actor, at)
    reason = correction.finding
    move(application, Action.CORRECT, State.COUNTY_REVIEW, actor=actor, at=at, reason=reason)
    if line is not None:
        stop_line(line)
    take_back_award(application, reason=reason, actor=actor, at=at)
    unbook(application, actor=actor, at=at)
    return application


@transaction.atomic
def dismiss_error(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Decide that the amount is right: the notice goes on, the award is due again."""
    application = locked(application, version=version)
    take_part(application, Action.DISMISS_ERROR, actor=actor)
    correction = _open_correction(application)
    need_reason(opinion)
    _close(correction, Outcome.DISMISSED, opinion, actor, at)
    decide(application, Kind.NO_ERROR, opinion, actor, at)
    if application.award is not None:
        source = _source(correction)
        lift_stops(application.award, source=source, reason=opinion, actor=actor, at=at)
    touch(application)
    return application


@transaction.atomic
def pay_anyway(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Let a stopped award be paid as it was granted, after a look at what became known.

    Raises Refused when nothing stops it, or while a reported error waits for its own decision.
    """
    application = locked(application, version=version)
    take_part(application, Action.PAY_ANYWAY, actor=actor)
    need_reason(opinion)
    award = application.award
    if award is None or not award.stops.filter(lifted_at__isnull=True).exists():
        raise Refused(_("Nothing stops the payment of this case."))
    if application.corrections.filter(outcome="").exists():
        raise Refused(
            _("A wrong amount was reported: order the correction, or find the amount right.")
        )
    decide(application, Kind.PAID_ANYWAY, opinion, actor, at)
    lift_stops(award, reason=opinion, actor=actor, at=at)
    touch(application)
    return application


def _open_correction(application: Application) -> Correction:
    correction = (
        Correction.objects.select_for_update().filter(application=application, outcome="").first()
    )
    if correction is None:
        raise Refused(_("No wrong amount has been reported for this case."))
    return correction


def _close(
    correction: Correction, outcome: Outcome, answer: str, actor: User, at: datetime
) -> None:
    correction.outcome, correction.answer = outcome, answer
    correction.decided_by, correction.decided_at = actor, at
    correction.save()


def _source(correction: Correction) -> str:
    return f"correction:{correction.pk}"
