"""What the objector is told: by a numbered letter, by telephone, or on the status page alone.

浙江省社会救助条例 art. 58. No way of telling it names anything of the applicant.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.confidences import may_tell_objector
from assistance.cases.models import Letter, Objection
from assistance.cases.operations.letters import day_on_paper, letter_head, write_letter
from assistance.cases.operations.moves import locked
from assistance.shared.errors import NotAllowed, Refused

Told = Objection.Told
# The other ways are letters, and known from their service.
WITHOUT_A_LETTER = frozenset({Told.PHONE, Told.ONLINE})


@transaction.atomic
def issue_objection_letter(objection: Objection, *, actor: User, at: datetime) -> Letter:
    """Put the result in writing, to “异议人” without a name, and with no word about the applicant.

    One letter per objection: asked for again, the first one comes back. Its service, noted as that of any
    letter, tells the objector. Refused while the agency has no letterhead; raises NotAllowed before the
    decision, and for everybody but the investigators.
    """
    application = locked(objection.line.application, version=None)
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not may_tell_objector(actor, objection) or objection.decided_at is None:
        raise NotAllowed(
            _("Only the county's investigators tell the objector, once it is decided.")
        )
    said = {
        "to": "异议人",
        "case": objection.number,
        "objection": objection.number,
        "received_on": day_on_paper(objection.received_on),
        "notice": objection.line.notice.number,
        "decided_on": day_on_paper(localdate(objection.decided_at)),
        "founded": objection.outcome == Objection.Outcome.FOUNDED,
    }
    letter = Letter(application=application, objection=objection, kind=Letter.Kind.OBJECTION)
    return write_letter(letter, letter_head(application), said, actor=actor, at=at)


@transaction.atomic
def tell_objector(
    objection: Objection, *, how: str, on: date, actor: User, at: datetime
) -> Objection:
    """Note that the objector heard the result by telephone, or finds it on the status page alone.

    What he gets on paper is a letter, and its service is noted there.
    """
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not may_tell_objector(actor, objection):
        raise NotAllowed(
            _("Only the county's investigators tell the objector, once it is decided.")
        )
    if how not in WITHOUT_A_LETTER:
        raise Refused(_("Write the letter and record its service."))
    if on > localdate(at) or (objection.decided_at and on < localdate(objection.decided_at)):
        raise Refused(_("The objector is told between the decision and today."))
    if how != Told.ONLINE and not objection.contact and not objection.objector:
        raise Refused(_("The objection is anonymous: the result stands on the status page alone."))
    objection.told_how = Told(how)
    objection.told_on = on
    objection.told_by = actor
    objection.save(update_fields=["told_how", "told_on", "told_by"])
    return objection
