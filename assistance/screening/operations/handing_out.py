"""Files for offices without accounts here: taken out once, and a person says whether they arrived.

What leaves the house cannot be rolled back. So the claim is committed before there is a file; a claim
that nobody confirmed is neither done nor undone, it waits for a person, and no machine sends it again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.reasons import given_reason
from assistance.screening.models import HandOut
from assistance.screening.permissions import may_hand_out
from assistance.screening.states import HandOutState
from assistance.shared.errors import NotAllowed, Refused


@transaction.atomic
def claim_hand_out(hand_out: HandOut, *, actor: User, at: datetime) -> HandOut:
    """Take the file out to carry it over: from now on it is this person's. Raises NotAllowed, Refused."""
    row = _locked(hand_out, actor)
    if row.state != HandOutState.READY:
        raise Refused(_("Somebody has already taken this file out."))
    row.state, row.claimed_by, row.claimed_at, row.note = HandOutState.CLAIMED, actor, at, ""
    row.save(update_fields=["state", "claimed_by", "claimed_at", "note"])
    return row


@transaction.atomic
def confirm_hand_out(hand_out: HandOut, *, received_by: str, actor: User, at: datetime) -> HandOut:
    """Note that the file reached the office, and who took it there. Raises NotAllowed, Refused."""
    row = _claimed(hand_out, actor)
    row.state, row.settled_at, row.note = HandOutState.HANDED_OVER, at, given_reason(received_by)
    row.save(update_fields=["state", "settled_at", "note"])
    return row


@transaction.atomic
def give_back_hand_out(hand_out: HandOut, *, reason: str, actor: User, at: datetime) -> HandOut:
    """The file was not handed over and is destroyed: it may be taken out anew. Raises NotAllowed, Refused."""
    row = _claimed(hand_out, actor)
    row.state, row.note = HandOutState.READY, given_reason(reason)
    row.save(update_fields=["state", "note"])
    return row


def _locked(hand_out: HandOut, actor: User) -> HandOut:
    row = HandOut.objects.select_for_update(of=("self",)).get(pk=hand_out.pk)
    if not may_hand_out(actor, row):
        raise NotAllowed(_("Files for partners are handed over by a reviewer of the agency."))
    return row


def _claimed(hand_out: HandOut, actor: User) -> HandOut:
    row = _locked(hand_out, actor)
    if row.state != HandOutState.CLAIMED:
        raise Refused(_("This file is not on its way."))
    return row
