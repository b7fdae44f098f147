from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited


class MediaType(models.TextChoices):
    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPG"
    PNG = "image/png", "PNG"
    # A list as somebody sent it: the app that reads it knows what kind of table it is.
    TABLE = "application/x-table", _("table")


class StoredFile(models.Model):
    """A paper as it lies, encrypted, in the storage `papers`: checked, re-encoded, never changed.

    Size and hash are those of what is stored. A file that nothing refers to is removed after a day.
    """

    name = models.CharField(_("name in the storage"), max_length=80, unique=True)
    media_type = models.CharField(_("kind of file"), max_length=20, choices=MediaType)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    pages = models.PositiveSmallIntegerField(_("pages"), default=1)
    # The sender's own name of the file often is a person's name.
    original_name = EncryptedTextField(_("original name"), blank=True, default="")
    key_version = models.PositiveSmallIntegerField(_("version of the key"))
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.CheckConstraint(name="stored_file_is_not_empty", condition=Q(size__gt=0)),
        ]
        indexes = [models.Index(fields=["kept_at"], name="stored_file_by_day")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.get_media_type_display()} {self.sha256[:8]}"

    @property
    def is_picture(self) -> bool:
        return self.media_type != MediaType.PDF
