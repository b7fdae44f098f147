from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.payments.models.batches import BatchLine
from assistance.shared.tables import written_once


class BounceFile(models.Model):
    """A file of payments that came back. The digest is unique, so no file counts twice."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    filename = models.CharField(_("file name"), max_length=200, blank=True)
    rows = models.PositiveIntegerField(_("payments that came back"))
    read_at = models.DateTimeField(_("read at"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("file of payments that came back")
        verbose_name_plural = _("files of payments that came back")
        triggers = written_once()

    def __str__(self) -> str:
        return self.filename


class Bounce(models.Model):
    """退汇: a payment the bank had reported as paid and sent back later. A line comes back once."""

    line = models.OneToOneField(BatchLine, on_delete=models.PROTECT, related_name="bounce")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    came_back_on = models.DateField(_("came back on"))
    reason = models.CharField(_("bank's reason"), max_length=200)
    # The bank's own number of the returned transfer: the same number again books nothing.
    reference = models.CharField(_("bank's reference"), max_length=40)
    file = models.ForeignKey(
        BounceFile, on_delete=models.PROTECT, null=True, related_name="bounces"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("payment that came back")
        verbose_name_plural = _("payments that came back")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "reference"], name="one_bounce_per_bank_reference"
            )
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return self.reference
