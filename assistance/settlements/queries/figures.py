"""Where our own rule gives no figure beside what was granted, and why."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.policies.queries import book_of, books_of, settling_days
from assistance.settlements.models import BillSource, BillWarning, Settlement


def why_no_figures(place: str) -> str:
    """Why no bill gets a figure of our own by the documents of `place`, as a sentence; empty where they assist
    a bill as it comes. Those of a county may grant on application alone (JN21 二(三)2(1))."""
    if not place:
        return _("The source names no place whose documents assist a bill as it comes.")
    if settling_days(place):
        return ""
    titles = "、".join(f"《{pack.title}》" for pack in book_of(place))
    if not titles:
        return _("No document of the place “%(place)s” is released.") % {"place": place}
    return _(
        "%(documents)s grants on application and not with the bill: what was granted with it has no figure of"
        " ours to stand beside."
    ) % {"documents": titles}


def floor_values(source: BillSource) -> str:
    """That figures by the documents of `source` are only what a county may not go below, as a sentence; empty where
    they are not, or the agency has released a version of its own (WZ19 三(五), B-04)."""
    books = books_of(source.city)
    titles = "、".join(
        f"《{pack.title}》"
        for pack in books.city
        if pack.level == "framework" and pack.start_of("assist") is not None
    )
    if not titles or source.agency_id in books.counties:
        return ""
    return _(
        "Figures of ours by %(documents)s are floor values: they are shown and never granted until the county's"
        " own version is released."
    ) % {"documents": titles}


def why_no_figure(bill: Settlement, source: BillSource) -> str:
    """Why a bill of `source` without a figure of ours has none, as a sentence."""
    reason = why_no_figures(source.city)
    if reason:
        return reason
    said = bill.warnings.filter(kind=BillWarning.Kind.NO_FIGURE).values_list("said", flat=True)
    if said:
        return _("To be decided by a person: %(why)s") % {"why": said[0]}
    if all(first > bill.settled_on for first in settling_days(source.city)):
        return _("On %(day)s no document was in force there that assists a bill as it comes.") % {
            "day": bill.settled_on.isoformat()
        }
    return _(
        "Our own rule gave no amount when the bill came: the person had not been recognised by then, or"
        " something was missing that only a person can decide."
    )
