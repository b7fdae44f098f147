from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.jobs.operations import wake
from assistance.settlements.models import PayerSource, PayerVersion
from assistance.settlements.payers import read_payer_definition, standard_text
from assistance.settlements.permissions import check_may_work_on_payers
from assistance.shared.errors import Refused

REREAD = "settlements.book_waiting_payments"


@transaction.atomic
def save_payer(
    source: PayerSource | None,
    *,
    agency: Agency,
    name: str,
    payer: str,
    is_active: bool = True,
    actor: User | None,
    at: datetime,
) -> PayerSource:
    """Enter a further payer, with the columns the product ships, or change one. Who pays, and the
    agency whose payer it is, stay as they are.

    Raises NotAllowed, or Refused for a name that is taken.
    """
    check_may_work_on_payers(actor, source.agency_id if source else agency.pk)
    is_new = source is None
    if source is None:
        source = PayerSource(agency=agency, payer=payer)
    source.name, source.is_active = name.strip(), is_active
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise Refused(_("There is a payer of that name already.")) from None
    if is_new:
        release_payer(source, text=standard_text(payer), actor=actor, at=at)
    return source


@transaction.atomic
def release_payer(
    source: PayerSource, *, text: str, actor: User | None, at: datetime
) -> PayerVersion:
    """Release columns and codes of a payer's files as the next version; the same text adds none.

    Rows that could not be read are read again by it, by the worker.

    Raises NotAllowed, or BadSource with what is wrong with the text; nothing is stored then.
    """
    check_may_work_on_payers(actor, source.agency_id)
    read_payer_definition(text, source.payer)
    PayerSource.objects.select_for_update().get(pk=source.pk)
    last = source.versions.order_by("number").last()
    if last is not None and last.text == text:
        return last
    if last is not None:
        wake(REREAD)
    return PayerVersion.objects.create(
        source=source,
        number=last.number + 1 if last else 1,
        text=text,
        released_by=actor,
        released_at=at,
    )
