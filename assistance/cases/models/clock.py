from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.cases.models.applications import Application
from assistance.cases.states import State
from assistance.shared.tables import edited


class ClockStop(models.Model):
    """A time in which the statutory clock stands still, because somebody outside has to act first."""

    class Kind(models.TextChoices):
        PAPERS = "papers", _("Papers are missing")
        DECISION = "decision", _("Civil affairs has to decide")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="stops")
    kind = models.CharField(_("waits because"), max_length=10, choices=Kind)
    # The stage the case was in; a parked case goes on there.
    stage = models.CharField(_("stage"), max_length=16, choices=State)
    what = models.CharField(_("waits for"), max_length=500)
    applied_on = models.DateField(_("applied to civil affairs on"), null=True)
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    remind_on = models.DateField(_("ask again on"), null=True)
    asked_at = models.DateTimeField(_("last asked at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("stop of the clock")
        verbose_name_plural = _("stops of the clock")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(ended_at__isnull=True),
                name="one_open_stop_per_application",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.application} {self.kind}"
