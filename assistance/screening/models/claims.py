"""Bottom-line money that turned out too much after it was paid: proposed at a case, agreed to by a second person."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.payments.models import Recovery
from assistance.policies.models import Assessment
from assistance.screening.models.bottom_line import BottomLineCase
from assistance.screening.states import ClaimState
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class BottomLineClaim(models.Model):
    """That bottom-line money of a year is to come back, as the figures stood when it was proposed."""

    case = models.ForeignKey(BottomLineCase, on_delete=models.PROTECT, related_name="claims")
    # Of all bottom-line money of the year; what of it was claimed back or waived already.
    overpaid = money_field(verbose_name=_("paid too much in the year"))
    claimed_before = money_field(verbose_name=_("claimed back already"), default=0)
    reason = models.CharField(_("reason"), max_length=16, choices=Recovery.Reason)
    explanation = models.CharField(_("explanation"), max_length=400)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=12, choices=ClaimState, default=ClaimState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_because = models.CharField(_("turned down because"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("proposal to claim bottom-line money back")
        verbose_name_plural = _("proposals to claim bottom-line money back")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="proposed"), name="one_open_claim_of_a_case"
            ),
            models.CheckConstraint(
                name="claim_is_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="decided_claim_names_who_decided",
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="claim_changes_something",
                condition=Q(overpaid__gte=0, claimed_before__gte=0)
                & ~Q(overpaid=F("claimed_before")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.case} {self.overpaid}"

    @property
    def difference(self) -> Decimal:
        """What is claimed back further; below zero, what is taken off."""
        found: Decimal = self.overpaid - self.claimed_before
        return found
