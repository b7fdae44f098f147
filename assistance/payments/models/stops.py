from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.payments.models.awards import Award
from assistance.shared.tables import edited


class AwardStop(models.Model):
    """Why an award must not leave the office until a person has looked at it: new aid, a reversed bill,
    an amount in doubt. While one is open nothing pays the award; whoever answers for the case lifts it."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="stops")
    # What caused it, once per award: "aid:118", "bill:77", "correction:5".
    source = models.CharField(_("source"), max_length=60)
    reason = models.CharField(_("reason"), max_length=300)
    # Whether it took the award from due to held, so that lifting it makes the award due again.
    held = models.BooleanField(default=False)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_because = models.CharField(_("lifted because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stop of an award")
        verbose_name_plural = _("stops of awards")
        constraints = [
            models.UniqueConstraint(fields=["award", "source"], name="one_stop_per_cause"),
            models.CheckConstraint(
                name="lifted_stop_says_why",
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_because=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["award"], condition=Q(lifted_at__isnull=True), name="open_stop_by_award"
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.award}: {self.reason}"
