"""What had become known when a bill was figured anew, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.registry.models import PersonChange
from assistance.settlements.models import LateFigure
from assistance.shared.money import yuan


def late_figures() -> QuerySet[LateFigure]:
    """With their causes, the newest first."""
    causes = ("settlement", "change__by", "refund", "payment", "mark__decided_by")
    return LateFigure.objects.select_related(*causes).order_by("-id")


def with_late_figures() -> Prefetch[str, QuerySet[LateFigure], str]:
    """For a list of bills: the later figures of each, the newest first."""
    return Prefetch("late_figures", queryset=late_figures())


def because(figure: LateFigure) -> str:
    """Everything of the year that had become known since the look before, each with the day it was entered."""
    return "；".join(_causes(figure))


def _causes(figure: LateFigure) -> Iterator[str]:
    if figure.change is not None:
        yield _entered(_of_person(figure, figure.change), figure.change.at)
    if figure.refund is not None:
        yield _entered(
            _("Bill of %(day)s over %(amount)s refunded")
            % {
                "day": figure.refund.settled_on.isoformat(),
                "amount": yuan(-figure.refund.total),
            },
            figure.refund.entered_at,
        )
    payment = figure.payment
    if payment is not None:
        said = (
            _("%(payer)s paid %(amount)s on %(day)s")
            if payment.amount > 0
            else _("%(payer)s took back %(amount)s on %(day)s")
        )
        facts = {"payer": payment.get_payer_display(), "day": payment.paid_on.isoformat()}
        yield _entered(said % (facts | {"amount": yuan(abs(payment.amount))}), payment.booked_at)
    if figure.mark is not None:
        yield _entered(_("The mark of mental illness was decided"), figure.at)


def _of_person(figure: LateFigure, change: PersonChange) -> str:
    back = figure.looks_back
    if back is not None:
        day, months = back
        return _("Recognised on %(day)s, reaching back %(months)s months") % {
            "day": day.isoformat(),
            "months": months,
        }
    return f"{change.get_kind_display()} {change.subject}".strip()


def _entered(said: str, at: datetime) -> str:
    return _("%(said)s (entered on %(day)s)") % {"said": said, "day": localdate(at).isoformat()}
