"""Which agency draws up the lists of which documents, and what a county decides about them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class ListOffice(models.Model):
    """An agency that draws up lists: by the documents of which place, and from when on."""

    agency = models.OneToOneField(
        Agency, on_delete=models.PROTECT, related_name="list_office", verbose_name=_("agency")
    )
    city = models.CharField(
        _("documents of"),
        max_length=20,
        help_text=_("The place whose documents say which lists there are, such as zhoushan."),
    )
    # The later of this day and the first day of the document is where the lists begin.
    since = models.DateField(_("lists from"))

    class Meta:
        verbose_name = _("office that draws up lists")
        verbose_name_plural = _("offices that draw up lists")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return str(self.agency)


class LargeCostThreshold(models.Model):
    """From which yuan of own cost on a county wants to be warned; no document says. Written once."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    first_day = models.DateField(_("in force from"))
    amount = money_field(verbose_name=_("own cost of the year from"))
    decision = models.CharField(_("decided by"), max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("threshold of large costs")
        verbose_name_plural = _("thresholds of large costs")
        constraints = [
            models.CheckConstraint(name="large_cost_is_positive", condition=Q(amount__gt=0))
        ]
        indexes = [models.Index(fields=["agency", "-first_day", "-id"], name="large_cost_in_force")]
        triggers = written_once()

    def __str__(self) -> str:
        return str(self.amount)
