"""Why lists or people would be missing without anybody noticing: no document says which lists there are, no clock
writes them down, another agency's list named somebody no longer when this one was sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.accounts.models import Agency
from assistance.screening.queries.documents import offices_without_document
from assistance.screening.queries.due import unwritten_periods
from assistance.screening.queries.quarters import lost_after_sealing


def troubles(today: date, *, agencies: Collection[int] | None = None) -> list[str]:
    """A sentence for each, of these agencies or of all."""
    said = [
        _("No document in force is released for “%(place)s”: %(agency)s has no lists to draw up.")
        % {"place": office.city, "agency": office.agency}
        for office in offices_without_document(today)
        if agencies is None or office.agency_id in agencies
    ]
    # Those that fall due today are written within the hour.
    silent = Counter(
        period.agency
        for period in unwritten_periods(today, agencies=agencies)
        if period.due_on < today
    )
    return [*said, *_silent(silent), *_lost(agencies)]


def _silent(silent: Mapping[Agency, int]) -> list[str]:
    return [
        ngettext(
            "%(agency)s: %(count)d list that is due was not written down; the clock stands still.",
            "%(agency)s: %(count)d lists that are due were not written down; the clock stands still.",
            count,
        )
        % {"agency": agency, "count": count}
        for agency, count in silent.items()
    ]


def _lost(agencies: Collection[int] | None) -> list[str]:
    said = _("%(list)s: %(count)d people are before no meeting: draw up a supplementary list.")
    return [
        said % {"list": period, "count": count}
        for period, count in lost_after_sealing(agencies).items()
    ]
