"""Papers handed in before the day they were typed: claimed by one person, confirmed by another.

The day received decides every deadline (JN21 二(三)2(4)), so it takes two people and a proof to move it back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, EarlierReceipt, FactSheet
from assistance.cases.operations.moves import locked, take_part, touch
from assistance.cases.operations.review import need_reason
from assistance.cases.operations.sheets import receive_on, sync_items
from assistance.cases.states import Action
from assistance.entitlements.operations import lock_year
from assistance.files.operations import keep
from assistance.shared.errors import NotAllowed, Refused

Outcome = EarlierReceipt.Outcome


@transaction.atomic
def claim_earlier_receipt(
    application: Application,
    *,
    claimed_on: date,
    reason: str,
    proof: File[Any] | None,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Say that the papers of a draft were handed in before the day it was typed, with reason and proof.

    The day typed counts until a second person confirms the earlier one; the case is not submitted before.
    """
    application = locked(application, version=version)
    take_part(application, Action.CLAIM_RECEIPT, actor=actor)
    note_claim(application, claimed_on, reason=reason, proof=proof, actor=actor, at=at)
    touch(application)
    return application


def note_claim(
    application: Application,
    claimed_on: date,
    *,
    reason: str,
    proof: File[Any] | None,
    actor: User,
    at: datetime,
) -> EarlierReceipt:
    """The claim on a locked or just registered case; refused without reason, proof or a possible day."""
    if claimed_on >= application.received_on:
        raise Refused(
            _("The case counts as received on %(day)s: name a day before that.")
            % {"day": application.received_on}
        )
    if claimed_on.year < application.benefit_year:
        raise Refused(
            _("The application was received before the year of the cost, %(year)s, began.")
            % {"year": application.benefit_year}
        )
    if application.earlier_receipts.filter(outcome=Outcome.OPEN).exists():
        raise Refused(_("An earlier day of receipt already waits to be confirmed."))
    need_reason(reason)
    if proof is None:
        raise Refused(_("Add a scan that proves the day the papers were handed in."))
    return EarlierReceipt.objects.create(
        application=application,
        claimed_on=claimed_on,
        typed_on=application.received_on,
        reason=reason,
        proof=keep(proof, actor=actor, at=at),
        entered_by=actor,
        entered_at=at,
    )


@transaction.atomic
def decide_earlier_receipt(
    application: Application,
    *,
    confirmed: bool,
    note: str,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Confirm the earlier day of receipt as the second person, or leave the day it was typed.

    Confirmed, that day decides every deadline, and bills settled after it no longer count. Refused for
    whoever named the day.
    """
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.DECIDE_RECEIPT, actor=actor)
    claims = application.earlier_receipts.select_for_update().filter(outcome=Outcome.OPEN)
    claim = claims.first()
    if claim is None:
        raise Refused(_("No earlier day of receipt waits to be confirmed."))
    if claim.entered_by_id == actor.pk:
        raise NotAllowed(_("You named this day yourself; a second person confirms it."))
    if not confirmed:
        need_reason(note)
    claim.outcome = Outcome.CONFIRMED if confirmed else Outcome.REJECTED
    claim.decided_by, claim.decided_at, claim.note = actor, at, note
    claim.save(update_fields=["outcome", "decided_by", "decided_at", "note"])
    if not confirmed:
        touch(application)
        return application
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.DECLARED)
    receive_on(application, sheet, claim.claimed_on)
    touch(application, "received_on")
    sync_items(application, sheet)
    return application
