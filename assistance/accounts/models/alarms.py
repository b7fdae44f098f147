"""What should not go by unseen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.shared.tables import written_once


class Alarm(models.Model):
    """Something that ordinary work does not look like, noted at the moment it was noticed."""

    class Kind(models.TextChoices):
        LOCKED = "locked", _("Locked after wrong tries")
        NUMBERS = "numbers", _("As many numbers shown or compared as an hour allows")
        REFUSED = "refused", _("Many pages refused")
        PUBLIC = "public", _("Many tries at a public form")
        UPLOADS = "uploads", _("As many files uploaded as a day allows")
        UNUSUAL = "unusual", _("Far more than usual")
        NIGHT = "night", _("Looked at people by night")
        CHAIN = "chain", _("Sealed records altered, removed or inserted")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"))
    # Empty: nobody known.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("user"),
    )
    # In words without personal data.
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    request_id = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        indexes = [models.Index(fields=["at"], name="alarm_by_moment")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"
