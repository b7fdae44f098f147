from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.cases.models.applications import Application
from assistance.registry.models import Person
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import written_once


class CallNote(models.Model):
    """A telephone enquiry: who called about whom, what was asked and what was told."""

    class Caller(models.TextChoices):
        PATIENT = "patient", _("The patient")
        GUARDIAN = "guardian", _("Guardian")
        RELATIVE = "relative", _("Close relative")
        AGENT = "agent", _("Agent")
        VILLAGE = "village", _("Village or community")
        OFFICE = "office", _("Another office")
        UNKNOWN = "unknown", _("Did not say")

    # The form's own mark: sent twice, it is noted once.
    token = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="call_notes")
    # Empty: asked about no case in particular.
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="call_notes"
    )
    caller = models.CharField(_("who called"), max_length=10, choices=Caller)
    caller_name = EncryptedTextField(_("name or phone of the caller"), blank=True, default="")
    asked = models.CharField(_("what was asked"), max_length=300)
    told = models.CharField(_("what was told"), max_length=500)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("call note")
        verbose_name_plural = _("call notes")
        indexes = [
            models.Index(fields=["person", "-id"], name="call_by_person"),
            models.Index(fields=["application", "-id"], name="call_by_application"),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_caller_display()}"
