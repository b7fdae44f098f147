"""What anybody may learn about a case with its number and the end of the patient's id number."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.cases.models import Application
from assistance.cases.states import State
from assistance.payments.states import AwardState
from assistance.registry.numbers import tail_digest

# 331127 2026 00012 7KQ4: agency, year, running number, four random characters.
NUMBER = re.compile(r"([0-9A-Z]+)(\d{4})(\d{5})([0-9A-Z]{4})")
TAIL = re.compile(r"\d{3}[0-9X]")
# An objection is nobody's business but the investigator's: until it is settled the case is being checked.
STAGES: dict[State, str | Promise] = {
    State.DRAFT: _("Received; the papers are being put together"),
    State.RETURNED: _("Papers are missing: ask your township"),
    State.WAITING: _("Waiting for the decision of civil affairs"),
    State.FIRST_REVIEW: _("First review by the township"),
    State.COUNTY_REVIEW: _("Review by the county"),
    State.PROPOSED: _("Before the decision of the county"),
    State.PUBLICITY: _("Public notice"),
    State.OBJECTED: _("Being checked"),
    State.WAITING_FUNDS: _("Agreed; waiting for money in the fund"),
    State.APPROVED: _("Approved; the payment follows"),
    State.OVERPAID: _("Decided: nothing more is paid; the decision comes in writing"),
    State.REFUSED: _("Refused; the reason comes in writing"),
    State.WITHDRAWN: _("Withdrawn"),
}
PAID = _("Paid")


@dataclass(frozen=True, slots=True)
class Progress:
    """The stage and since when: no name, no amount, no reason."""

    stage: str | Promise
    since: date


def written_case_number(text: str) -> str:
    """A case number as it is kept, from one typed with blanks, small letters or without hyphens."""
    plain = "".join(s for s in unicodedata.normalize("NFKC", text).upper() if s.isalnum())
    parts = NUMBER.fullmatch(plain)
    return "-".join(parts.groups()) if parts else plain


def public_progress(number: str, tail: str) -> Progress | None:
    """Where the case stands, if number and last four places belong together; None for every other pair.

    `number` in its written form. What is compared does not depend on whether there is such a case.
    """
    tail = unicodedata.normalize("NFKC", tail).strip().upper()
    wanted = tail_digest(tail)
    case = Application.objects.select_related("person", "award").filter(number=number).first()
    known = bytes(case.person.tail_digest) if case is not None else b""
    same = hmac.compare_digest(known, wanted) and TAIL.fullmatch(tail) is not None
    return _progress(case) if case is not None and same else None


def _progress(case: Application) -> Progress:
    if case.award is not None and case.award.state == AwardState.PAID:
        return Progress(PAID, localdate(case.award.state_since))
    return Progress(STAGES[case.state_enum], localdate(case.state_since))
