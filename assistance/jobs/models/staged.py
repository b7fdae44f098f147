"""Files of other offices on their way in: what every kind of import has in common."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.files.models import StoredFile
from assistance.shared.fields import EncryptedTextField


class ImportJob(models.Model):
    """A file: taken in, read, compared, shown, and then applied in one transaction or discarded.

    The app that owns the rows makes a model of it. While a file is open its `lane` is closed to others:
    one import at a time for each sender and agency.
    """

    class Stage(models.TextChoices):
        READING = "reading", _("Being read")
        MAPPING = "mapping", _("Columns to be named")
        PREVIEWED = "previewed", _("To be looked at")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        UNDONE = "undone", _("Undone")
        FAILED = "failed", _("Not readable")
        DISCARDED = "discarded", _("Discarded")

    OPEN = (Stage.READING, Stage.MAPPING, Stage.PREVIEWED, Stage.APPLYING)

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    lane = models.CharField(max_length=80, editable=False)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.READING)
    filename = EncryptedTextField(_("file"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    # The headings of the file, and which of them was found to mean which field.
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    message = models.CharField(_("message"), max_length=400, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    # Only where a guard stopped the import.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(_("applied at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("undone or discarded at"), null=True)
    closed_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["lane"],
                condition=Q(stage__in=["reading", "mapping", "previewed", "applying"]),
                name="%(class)s_one_open_per_lane",
            ),
            models.CheckConstraint(
                name="%(class)s_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("uploaded_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uploaded_at:%Y-%m-%d} {self.Stage(self.stage).label}"

    @property
    def is_open(self) -> bool:
        return self.stage in self.OPEN


class ImportRow(models.Model):
    """A row of the file, or what its absence means. The row as it was read is encrypted."""

    # The number a spreadsheet program gives the row; none for what is not in the file.
    line = models.PositiveIntegerField(_("row"), null=True)
    # By what the row is matched: a keyed digest, never the number itself.
    key = models.BinaryField(max_length=32, null=True)
    payload = EncryptedTextField(blank=True, default="")
    # What is wrong with it: a list of [column, sentence].
    problems = models.JSONField(default=list)
    # Taken out of the import by a person.
    skipped = models.BooleanField(_("left out"), default=False)

    class Meta:
        abstract = True
