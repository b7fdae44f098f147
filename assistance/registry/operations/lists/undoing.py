from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import ListImport
from assistance.registry.operations.lists import effects
from assistance.registry.operations.lists.steps import locked
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused

Stage = ListImport.Stage


@transaction.atomic
def undo_list(listing: ListImport, *, reason: str, actor: User, at: datetime) -> ListImport:
    """Put every recognition back as it was before the list; people it brought stay registered.

    Raises NotAllowed, or Refused once anything is built on it: a later list of the department, a change
    by hand, an assessment of one of its people.
    """
    reason = given_reason(reason)
    listing = locked(listing, actor)
    if listing.stage != Stage.APPLIED or listing.applied_at is None:
        raise Refused(_("Only a list that was applied can be undone."))
    _refuse_later_lists(listing)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            effects.lock_people(cursor, listing)
            _refuse_what_is_built_on(
                effects.used_since(cursor, listing), effects.differs_now(cursor, listing)
            )
            effects.take_back(cursor, listing, at, by=actor.pk, reason=reason)
    except IntegrityError:
        raise Refused(
            _("Recognitions entered since then lie on the same days: it cannot be undone.")
        ) from None
    listing.stage = Stage.UNDONE
    listing.closed_by, listing.closed_at, listing.closed_because = actor, at, reason
    listing.save(update_fields=["stage", "closed_by", "closed_at", "closed_because"])
    return listing


def _refuse_later_lists(listing: ListImport) -> None:
    later = ListImport.objects.filter(
        lane=listing.lane, stage=Stage.APPLIED, applied_at__gt=listing.applied_at
    ).first()
    if later is not None and later.applied_at is not None:
        raise Refused(
            _("A later list was applied on %(day)s: undo that one first.")
            % {"day": timezone.localtime(later.applied_at).date()}
        )


def _refuse_what_is_built_on(used: int, differs: int) -> None:
    if used:
        raise Refused(
            _("Amounts of %(people)d of its people were assessed since: it cannot be undone.")
            % {"people": used}
        )
    if differs:
        raise Refused(
            _("%(rows)d of its recognitions were changed since: it cannot be undone.")
            % {"rows": differs}
        )
