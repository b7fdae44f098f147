"""Going on from a decided case: a further application of the year, or the office's own correction.

Both compute the whole year anew over all its bills and deduct what was granted before. More is publicised,
awarded and paid as a supplement; less pays nothing and establishes an overpayment.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.operations.entry import open_draft, register_application
from assistance.cases.operations.moves import locked
from assistance.cases.operations.review import need_reason
from assistance.cases.permissions import may_apply_again
from assistance.payments.models import Programme
from assistance.payments.states import AwardState
from assistance.shared.errors import NotAllowed, Refused


@transaction.atomic
def apply_again(
    previous: Application, *, received_on: date, actor: User, at: datetime
) -> Application:
    """A further application of the same person and year, received on a day of its own.

    Applicant and facts are those of the earlier case, the bills all of the year up to `received_on`; it
    needs a signed application of its own.
    Raises NotAllowed, or Refused as registering does.
    """
    previous = _checked(previous, actor)
    return register_application(
        programme=Programme(previous.programme),
        benefit_year=previous.benefit_year,
        person=previous.person,
        township=previous.township,
        received_on=received_on,
        applicant_name=previous.applicant_name,
        applicant_relation=previous.applicant_relation,
        applicant_phone=previous.applicant_phone,
        applicant_kinship=previous.applicant_kinship,
        applicant_id_number=previous.applicant_id_number,
        actor=actor,
        at=at,
    )


@transaction.atomic
def open_official_correction(
    previous: Application, *, reason: str, actor: User, at: datetime
) -> Application:
    """Correct a paid case without an applicant, on the same road and with the same four people.

    It was received when the earlier case was: no deadline of the applicant binds the office, and the same
    bills count. Raises NotAllowed, or Refused while the award can still be corrected before payment.
    """
    previous = _checked(previous, actor)
    need_reason(reason)
    award = previous.award
    if award is not None and award.state != AwardState.PAID:
        raise Refused(
            _("The award is not paid yet: a reviewer reports the wrong amount on the case itself.")
        )
    return open_draft(
        programme=Programme(previous.programme),
        benefit_year=previous.benefit_year,
        person=previous.person,
        township=previous.township,
        agency=previous.agency,
        received_on=previous.received_on,
        applicant_name=previous.applicant_name,
        applicant_relation=previous.applicant_relation,
        applicant_phone=previous.applicant_phone,
        applicant_kinship=previous.applicant_kinship,
        applicant_id_number=previous.applicant_id_number,
        applicant_person=previous.applicant_person,
        actor=actor,
        at=at,
        origin=Application.Origin.OFFICIAL,
        official_reason=reason,
        account=previous.account,
    )


def _checked(previous: Application, actor: User) -> Application:
    """The earlier case, locked, so that two clerks do not go on from it at once."""
    previous = locked(previous, version=None)
    if not may_apply_again(actor, previous):
        raise NotAllowed(_("You may not go on from this case."))
    newer = previous.further.exclude(state="withdrawn").first()
    if newer is not None:
        raise Refused(
            _("Case %(number)s goes on from this one already.") % {"number": newer.number}
        )
    return previous
