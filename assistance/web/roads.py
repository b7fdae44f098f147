"""How a case came in and where it went, for its page."""

from __future__ import annotations

from typing import Any

from assistance.accounts.models import User
from assistance.cases.confidences import may_hand_over
from assistance.cases.models import Application, Objection
from assistance.cases.permissions import may_assign
from assistance.cases.queries import has_moved_away


def roads(user: User, application: Application) -> dict[str, Any]:
    """Employer's paper, day of receipt, waits, townships."""
    return {
        "stop": application.stops.filter(ended_at=None).first(),
        "employer_reviews": application.employer_reviews.select_related("filed_by").order_by("-id"),
        "receipts": application.earlier_receipts.select_related("entered_by", "decided_by"),
        "hand_overs": application.hand_overs.select_related(
            "from_township", "to_township", "proposed_by", "decided_by"
        ).order_by("-id"),
        "objections": Objection.objects.filter(line__application=application).order_by("-id"),
        "may_hand_over": may_hand_over(user, application),
        "may_assign": may_assign(user, application),
        "moved_away": has_moved_away(user, application),
    }
