"""Objections: the list, the way for the objector to ask, and what he is told."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.cases.models import Objection
from assistance.shared import crypto

# Without what looks alike on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def objections_visible_to(user: User) -> QuerySet[Objection]:
    """Objections to the cases the user sees: that there is one, not who made it."""
    return scope_of(user).filter(
        Objection.objects.all(),
        agency="line__notice__agency",
        township="line__application__township",
    )


def objection_code(objection: Objection) -> str:
    """What the objector needs besides the number to ask about the result; kept nowhere, always the same."""
    digest = crypto.digest(objection.number, label="objection.code")
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:CODE_LENGTH])


def objection_by_code(number: str, code: str) -> Objection | None:
    """The objection under this number, if the code is its own; a wrong one and no number are alike."""
    rows = Objection.objects.select_related("line__notice__agency")
    found = rows.filter(number=number.strip().upper()).first()
    if found is None or objection_code(found) != code.strip().upper():
        return None
    return found


def result_for_objector(objection: Objection) -> str:
    """What the objector is told: his objection and its result, nothing about the applicant."""
    agency = objection.line.notice.agency
    told = {
        "number": objection.number,
        "received": date_format(objection.received_on, "Y-m-d"),
        "category": objection.get_category_display(),
        "notice": objection.line.notice.number,
        "deadline": date_format(objection.deadline_on, "Y-m-d"),
        "agency": agency.name,
    }
    if not objection.outcome or objection.decided_at is None:
        return (
            _(
                "Your objection %(number)s to the notice %(notice)s was received on %(received)s and is being "
                "looked into. You will find the result here by %(deadline)s."
            )
            % told
        )
    told["decided"] = date_format(localtime(objection.decided_at), "Y-m-d")
    if objection.outcome == Objection.Outcome.FOUNDED:
        result = _("What you reported was confirmed. The case is examined anew.")
    else:
        result = _("What you reported was looked into and could not be confirmed.")
    sentence = _(
        "Your objection %(number)s of %(received)s to the notice %(notice)s (%(category)s) was looked into by "
        "people who had no part in the case, and decided on %(decided)s."
    )
    closing = _(
        "For the protection of the people concerned no further details are given. %(agency)s"
    )
    return "\n".join((sentence % told, result, closing % told))
