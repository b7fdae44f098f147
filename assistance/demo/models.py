from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoCounty(models.Model):
    """How far the demo county is loaded. Each part is one transaction that ends by noting itself here.

    The table exists only where DEMO is on.
    """

    code = models.CharField(_("code"), max_length=12, unique=True)
    # The county is as of this day for ever: a load that was broken off is continued as of it.
    day = models.DateField(_("as of"))
    # How many people were asked for: the parts of one county have one size.
    people = models.PositiveIntegerField(_("people"))
    people_at = models.DateTimeField(_("people loaded at"), null=True)
    cases_at = models.DateTimeField(_("cases loaded at"), null=True)

    class Meta:
        verbose_name = _("demo county")
        verbose_name_plural = _("demo counties")

    def __str__(self) -> str:
        return f"{self.code} {self.day:%Y-%m-%d}"
