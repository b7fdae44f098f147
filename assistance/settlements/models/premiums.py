"""Which file of the tax office brought, or took back, a premium that the public paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Subsidy
from assistance.settlements.models.payers import PayerFile
from assistance.shared.fields import money_field
from assistance.shared.tables import written_once


class PremiumBooking(models.Model):
    """A row of a file that wrote a premium down or, with a negative amount, voided one. Written once."""

    file = models.ForeignKey(PayerFile, on_delete=models.PROTECT, related_name="premiums")
    subsidy = models.ForeignKey(
        Subsidy,
        on_delete=models.PROTECT,
        related_name="bookings",
        verbose_name=_("premium subsidy"),
    )
    amount = money_field(verbose_name=_("amount"))
    paid_on = models.DateField(_("paid on"))
    batch = models.CharField(_("batch of the request"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("premium of a file")
        verbose_name_plural = _("premiums of files")
        constraints = [
            models.UniqueConstraint(
                fields=["subsidy"], condition=Q(amount__gt=0), name="one_file_brought_a_premium"
            ),
            models.UniqueConstraint(
                fields=["subsidy"], condition=Q(amount__lt=0), name="one_file_took_a_premium_back"
            ),
            models.CheckConstraint(name="premium_booking_is_not_zero", condition=~Q(amount=0)),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.subsidy} {self.amount}"
