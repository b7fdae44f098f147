"""惠民保 that the treasury buys for recipients (ZS22 二(四)2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Person
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class HuiminPolicy(models.Model):
    """The 惠民保 of a person for a year, bought by the treasury. A wrong row is voided and written again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="huimin_policies")
    year = models.PositiveSmallIntegerField(_("year of insurance"))
    policy = models.CharField(_("number of the policy"), max_length=60)
    premium = money_field(verbose_name=_("premium"))
    # What the document has the treasury pay of it.
    paid = money_field(verbose_name=_("paid by the treasury"))
    paid_on = models.DateField(_("paid on"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("huimin insurance of a recipient")
        verbose_name_plural = _("huimin insurance of recipients")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"],
                condition=Q(voided_at__isnull=True),
                name="one_huimin_policy_a_year",
            ),
            models.CheckConstraint(
                name="huimin_premium_is_positive",
                condition=Q(premium__gt=0, paid__gte=0, paid__lte=F("premium")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.year} {self.policy}"
