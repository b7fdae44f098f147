"""A case that goes from one township to another and keeps its clock, its history and its numbers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Division, User
from assistance.accounts.queries import townships_of
from assistance.cases.confidences import (
    may_answer_hand_over,
    may_hand_over,
    may_take_back_hand_over,
)
from assistance.cases.models import Application, HandOver, NoticeLine
from assistance.cases.operations.moves import locked, touch
from assistance.cases.operations.review import need_reason
from assistance.cases.states import State
from assistance.shared.errors import NotAllowed, Refused

Outcome = HandOver.Outcome


@transaction.atomic
def propose_hand_over(
    application: Application, *, to_township: Division, reason: str, actor: User, at: datetime
) -> HandOver:
    """Offer the case to another township of the same agency; it moves once that one accepts.

    Refused while the case hangs on a notice of its township, and while another offer is open.
    """
    application = locked(application, version=None)
    if not may_hand_over(actor, application):
        raise NotAllowed(
            _("The township leader or a county reviewer hands over a case that is under way.")
        )
    need_reason(reason)
    if to_township.pk == application.township_id:
        raise Refused(_("The case is with this township already."))
    if not townships_of(application.agency).filter(pk=to_township.pk).exists():
        raise Refused(_("Cases are handed over between townships of one agency."))
    if application.hand_overs.filter(outcome=Outcome.OPEN).exists():
        raise Refused(_("The case is already offered to a township."))
    _refuse_under_notice(application)
    return HandOver.objects.create(
        application=application,
        from_township=application.township,
        to_township=to_township,
        reason=reason,
        proposed_by=actor,
        proposed_at=at,
    )


def _refuse_under_notice(application: Application) -> None:
    lines = application.notice_lines.filter(outcome=NoticeLine.Outcome.OPEN)
    if application.state_enum is State.PUBLICITY and lines.exists():
        raise Refused(
            _("The case hangs on a public notice of its township: hand it over after the notice.")
        )


@transaction.atomic
def accept_hand_over(hand_over: HandOver, *, actor: User, at: datetime) -> HandOver:
    """Take the case over: from now on it is the receiving township's alone.

    Stage, deadline, days used, decisions and timeline stay as they are; the old township no longer
    finds it.
    """
    application = locked(hand_over.application, version=None)
    hand_over = _open(hand_over)
    if not may_answer_hand_over(actor, hand_over):
        raise NotAllowed(_("The receiving township accepts or declines the case."))
    _refuse_under_notice(application)
    application.township = hand_over.to_township
    touch(application, "township")
    return _answer(hand_over, Outcome.ACCEPTED, "", actor=actor, at=at)


@transaction.atomic
def decline_hand_over(hand_over: HandOver, *, reason: str, actor: User, at: datetime) -> HandOver:
    """Leave the case where it is, with the reason its township reads."""
    locked(hand_over.application, version=None)
    hand_over = _open(hand_over)
    if not may_answer_hand_over(actor, hand_over):
        raise NotAllowed(_("The receiving township accepts or declines the case."))
    need_reason(reason)
    return _answer(hand_over, Outcome.DECLINED, reason, actor=actor, at=at)


@transaction.atomic
def take_back_hand_over(hand_over: HandOver, *, reason: str, actor: User, at: datetime) -> HandOver:
    """Take an offer back that nobody has answered."""
    locked(hand_over.application, version=None)
    hand_over = _open(hand_over)
    if not may_take_back_hand_over(actor, hand_over):
        raise NotAllowed(
            _("The township leader or a county reviewer takes an unanswered offer back.")
        )
    need_reason(reason)
    return _answer(hand_over, Outcome.TAKEN_BACK, reason, actor=actor, at=at)


def _open(hand_over: HandOver) -> HandOver:
    rows = HandOver.objects.select_for_update(of=("self",))
    found = rows.select_related("application", "from_township", "to_township").get(pk=hand_over.pk)
    if found.outcome != Outcome.OPEN:
        raise Refused(
            _("This hand-over is answered: %(outcome)s.") % {"outcome": found.get_outcome_display()}
        )
    return found


def _answer(
    hand_over: HandOver, outcome: Outcome, answer: str, *, actor: User, at: datetime
) -> HandOver:
    hand_over.outcome = outcome
    hand_over.answer = answer
    hand_over.decided_by, hand_over.decided_at = actor, at
    hand_over.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
    return hand_over
