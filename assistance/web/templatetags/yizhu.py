"""How amounts, names, states and deadlines look on every page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases.models import BulkRow, EarlierReceipt, HandOver, Notice
from assistance.cases.states import State
from assistance.payments.models import HeirClaim
from assistance.payments.states import AwardState, BatchState, LineOutcome, RecoveryState
from assistance.screening.states import BottomLineState
from assistance.settlements.models import BillImport
from assistance.shared import masking, money

register = template.Library()

SOON_DAYS = 3
COLOURS: dict[str, str] = {
    State.DRAFT: "secondary",
    State.FIRST_REVIEW: "blue",
    State.COUNTY_REVIEW: "azure",
    State.PROPOSED: "indigo",
    State.PUBLICITY: "purple",
    State.OBJECTED: "red",
    State.WAITING_FUNDS: "yellow",
    State.APPROVED: "green",
    State.OVERPAID: "red",
    State.RETURNED: "yellow",
    State.WAITING: "yellow",
    State.REFUSED: "red",
    State.WITHDRAWN: "secondary",
    Notice.State.POSTED: "purple",
    Notice.State.CLOSED: "green",
    BillImport.State.BOOKED: "green",
    AwardState.DUE: "blue",
    AwardState.HELD: "yellow",
    AwardState.BATCHED: "indigo",
    AwardState.SENT: "purple",
    AwardState.PAID: "green",
    AwardState.FAILED: "red",
    AwardState.CANCELLED: "secondary",
    BatchState.CONFIRMED: "blue",
    BatchState.DISCARDED: "secondary",
    LineOutcome.DROPPED: "secondary",
    RecoveryState.OPEN: "red",
    RecoveryState.PARTLY: "yellow",
    RecoveryState.SETTLED: "green",
    BulkRow.Outcome.READY: "blue",
    BulkRow.Outcome.TAKEN_BACK: "secondary",
    BulkRow.Outcome.KEPT: "yellow",
    EarlierReceipt.Outcome.CONFIRMED: "green",
    EarlierReceipt.Outcome.REJECTED: "red",
    HandOver.Outcome.ACCEPTED: "green",
    HandOver.Outcome.DECLINED: "red",
    LineOutcome.BOUNCED: "red",
    BottomLineState.AGENDA: "indigo",
    BottomLineState.GRANTED: "blue",
    BottomLineState.AWARDED: "green",
    BottomLineState.RECHECK: "red",
    "review": "azure",
    "sealed": "green",
    "minuted": "yellow",
    "signed": "green",
    "queued": "secondary",
    "running": "blue",
    "done": "green",
    "failed": "red",
    "waiting": "yellow",
    "closed": "green",
    "due": "blue",
    "reading": "blue",
    "mapping": "yellow",
    "previewed": "indigo",
    "applying": "blue",
    "applied": "green",
    "undone": "secondary",
    "new": "green",
    "book": "green",
    "take_back": "purple",
    "changed": "blue",
    "moved": "purple",
    "ended": "red",
    "doubt": "yellow",
    "error": "red",
    HeirClaim.State.ENTERED: "yellow",
    HeirClaim.State.CONFIRMED: "green",
}


@register.simple_tag
def colon() -> str:
    """Between a label and what it says: Chinese has one of its own, without a blank."""
    return _(": ")


@register.filter
def yuan(amount: Decimal | None) -> str:
    return "" if amount is None else money.yuan(amount)


@register.filter
def capital(amount: Decimal | None) -> str:
    return "" if amount is None else money.capital(amount)


@register.filter
def masked_name(name: str) -> str:
    return masking.mask_name(name)


@register.filter
def masked_id(number: str) -> str:
    return masking.mask_id(number)


@register.filter
def masked_numbers(text: str) -> str:
    """Free text of the bank or of a colleague, its long numbers masked."""
    return masking.mask_numbers_in(text)


@register.filter
def masked_account(number: str) -> str:
    return masking.mask_account(number)


@register.filter
def masked_phone(number: str) -> str:
    return masking.mask_phone(number) if number else ""


@register.filter
def role_names(user: User) -> str:
    return " · ".join(str(role.label) for role in Role if role in user.roles)


@register.simple_tag
def badge(value: str, label: str) -> SafeString:
    """A word on a tint: the colour repeats the word and never stands alone."""
    colour = COLOURS.get(value, "secondary")
    return format_html('<span class="badge yz-badge yz-{}">{}</span>', colour, label)


@register.filter
def state_badge(row: Any, field: str = "state") -> SafeString:
    """The badge of a row's choice field, `state` unless another is named."""
    label = getattr(row, f"get_{field}_display")()
    return badge(getattr(row, field), label) if label else SafeString("")


@register.filter
def deadline_badge(due: date | None) -> SafeString:
    """How far away a deadline is, in words on green, yellow or red."""
    if due is None:
        return SafeString("")
    days = (due - localdate()).days
    return format_html(
        '<span class="badge yz-badge yz-{}" title="{}">{}</span>',
        _deadline_colour(days),
        due.isoformat(),
        _deadline_words(days),
    )


def _deadline_colour(days: int) -> str:
    if days < 0:
        return "red"
    return "yellow" if days <= SOON_DAYS else "green"


def _deadline_words(days: int) -> str:
    if days == 0:
        return _("due today")
    if days < 0:
        late = ngettext("overdue by %(days)d day", "overdue by %(days)d days", -days)
        return late % {"days": -days}
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
