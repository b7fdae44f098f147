from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.cases.models.applications import Application
from assistance.settlements.models import Settlement
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import written_once


class CaseEdit(models.Model):
    """One value of a case that somebody changed, so that a stale form can be told what became of it.

    `version` is that of the application afterwards. Values are those of the column as text; telephone
    and numbers are not written here.
    """

    class Part(models.TextChoices):
        DECLARED = "declared", _("Declared")
        ACCEPTED = "accepted", _("Accepted")
        CASE = "case", _("Case")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="edits")
    version = models.PositiveIntegerField()
    part = models.CharField(_("part"), max_length=10, choices=Part)
    # Set where the value belongs to one bill of the sheet.
    bill = models.ForeignKey(Settlement, on_delete=models.PROTECT, null=True, related_name="+")
    field = models.CharField(_("field"), max_length=30)
    old = models.CharField(_("before"), max_length=300, blank=True)
    new = models.CharField(_("now"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("edit of a case")
        verbose_name_plural = _("edits of cases")
        indexes = [models.Index(fields=["application", "version"], name="edit_by_version")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.application_id} {self.field}"


class FormDraft(models.Model):
    """What somebody typed into a form and has not sent yet: his alone, until he sends or discards it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(_("form"), max_length=20)
    # What the form is about: the number of a case, the id of a person.
    subject = models.CharField(_("subject"), max_length=40)
    values = EncryptedTextField(_("values"))
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft of a form")
        verbose_name_plural = _("drafts of forms")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "subject"], name="one_draft_per_form_and_person"
            )
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_day")]

    def __str__(self) -> str:
        return f"{self.form} {self.subject}"
