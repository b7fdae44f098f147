"""What somebody has decided about a bill of which our own figure is not what was granted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models.bills import Settlement
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class DifferenceDecision(models.Model):
    """The latest decision about a bill; it holds as long as our figure is the one that was judged."""

    class Outcome(models.TextChoices):
        STANDS = "stands", _("What was granted stands")
        OURS_IS_WRONG = "ours", _("Our own figure rests on wrong facts")
        SENDER = "sender", _("The sender takes the bill back and settles it anew")
        HERE = "here", _("Put right here, by an application or a claim")

    # Money follows from these: a second person agrees to them.
    OF_MONEY = (Outcome.SENDER, Outcome.HERE)

    settlement = models.OneToOneField(
        Settlement,
        on_delete=models.PROTECT,
        related_name="difference_decision",
        verbose_name=_("bill"),
    )
    figure = money_field(verbose_name=_("our figure when it was judged"))
    outcome = models.CharField(_("judgement"), max_length=8, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=200)
    decided_at = models.DateTimeField(_("judged at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("judged by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    # Why the second person gave it back; the difference is open again.
    returned_because = models.CharField(_("given back because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("decision about a difference")
        verbose_name_plural = _("decisions about differences")
        constraints = [
            models.CheckConstraint(
                name="difference_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="difference_confirmed_where_money_follows",
                condition=Q(confirmed_at__isnull=True)
                | Q(outcome__in=["sender", "here"], returned_because=""),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.settlement} {self.get_outcome_display()}"

    @property
    def waits(self) -> bool:
        """Whether the second person has yet to agree."""
        return (
            self.outcome in self.OF_MONEY
            and self.confirmed_at is None
            and not self.returned_because
        )
