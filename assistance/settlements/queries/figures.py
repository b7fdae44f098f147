"""Where our own rule gives no figure beside what was granted, and why."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.policies.queries import book_of, settling_days
from assistance.settlements.models import BillSource, Settlement


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


def why_no_figure(bill: Settlement, source: BillSource) -> str:
    """Why a bill of `source` without a figure of ours has none, as a sentence."""
    reason = why_no_figures(source.city)
    if reason:
        return reason
    if all(first > bill.settled_on for first in settling_days(source.city)):
        return _("On %(day)s no document was in force there that assists a bill as it comes.") % {
            "day": bill.settled_on.isoformat()
        }
    return _(
        "Our own rule gave no amount when the bill came: the person had not been recognised by then, or"
        " something was missing that only a person can decide."
    )
