from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sweep(models.Model):
    """When a sweeper last looked for due rows: the proof that the clock work is alive."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    handled = models.PositiveIntegerField(_("handled"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self) -> str:
        return self.name
