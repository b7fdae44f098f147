"""Signing that the data of a source are complete."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.screening.models import SignedSource
from assistance.screening.operations.periods import open_periods
from assistance.screening.permissions import check_may_run_lists
from assistance.screening.queries import sources_of
from assistance.shared.errors import Refused


@transaction.atomic
def sign_source(
    agency: Agency, *, source: str, complete_to: date, note: str = "", actor: User, at: datetime
) -> SignedSource:
    """Sign that everything of `source` up to a day is here; lists that waited for the last one become due.

    Raises NotAllowed, or Refused for a source that is not the agency's or a day that is not over.
    """
    check_may_run_lists(actor, agency.pk)
    if complete_to >= localdate(at):
        raise Refused(_("Data can be complete only up to a day that is over."))
    if source not in {known.key for known in sources_of(agency)}:
        raise Refused(_("This source is not in use at the agency."))
    signed = SignedSource.objects.create(
        agency=agency, source=source, complete_to=complete_to, note=note, by=actor, at=at
    )
    open_periods()
    return signed


@transaction.atomic
def sign_sources(
    agency: Agency, *, complete_to: date, note: str = "", actor: User, at: datetime
) -> int:
    """`sign_source` for every source of the agency not yet signed up to the day; how many."""
    open_ones = [
        source.key
        for source in sources_of(agency)
        if source.complete_to is None or source.complete_to < complete_to
    ]
    for key in open_ones:
        sign_source(agency, source=key, complete_to=complete_to, note=note, actor=actor, at=at)
    return len(open_ones)
