from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.files.models import StoredFile
from assistance.shared.fields import EncryptedTextField


class ListExport(models.Model):
    """A large list to be taken out: its address with the filter, and later the file, for its owner alone."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    # With the filter as it was on screen; somebody may have searched for a name.
    address = EncryptedTextField(_("address"))
    language = models.CharField(_("language"), max_length=10)
    # In words without personal data.
    subject = models.CharField(_("subject"), max_length=200)
    ordered_at = models.DateTimeField(_("ordered at"))
    made_at = models.DateTimeField(_("made at"), null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    filename = models.CharField(_("file"), max_length=120, blank=True)
    media_type = models.CharField(_("kind of file"), max_length=80, blank=True)
    # None once it was removed.
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("list taken out")
        verbose_name_plural = _("lists taken out")
        indexes = [models.Index(fields=["owner", "-id"], name="export_by_owner")]

    def __str__(self) -> str:
        return self.subject
