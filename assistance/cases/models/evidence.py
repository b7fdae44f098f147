from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.cases.models.applications import Application
from assistance.files.models import StoredFile
from assistance.shared.tables import edited, written_once


class EvidenceKind(models.TextChoices):
    """What a paper is; `cases.papers` says which programme asks for it, and when."""

    APPLICATION = "application", _("Application, signed")
    IDENTITY = "identity", _("Identity card or household book (copy)")
    INSURANCE = "insurance", _("Proof of insurance")
    CIVIL_AFFAIRS = "civil_affairs", _("Decision of civil affairs")
    COMMITMENT = "commitment", _("Commitment and authorisation to check finances")
    INVOICE = "invoice", _("Invoice")
    FEE_LIST = "fee_list", _("List of fees")
    DISCHARGE = "discharge", _("Discharge summary")
    OTHER_AID = "other_aid", _("Statement of aid from other departments")
    AUTHORITY = "authority", _("Written authority of the agent")
    GUARDIANSHIP = "guardianship", _("Proof of guardianship")
    INHERITANCE = "inheritance", _("Proof of the heirs")
    DEATH = "death", _("Death certificate")
    BANK_CARD = "bank_card", _("Social-security or bank card (copy)")
    OTHER = "other", _("Other paper")


class Original(models.TextChoices):
    """Where the original of a paper is; of an invoice it decides whether it can be used twice."""

    NOT_SEEN = "", _("not seen")
    SEEN = "seen", _("seen")
    KEPT = "kept", _("kept")
    RETURNED = "returned", _("returned")


class Evidence(models.Model):
    """A paper of a case: what it is, the stored file, and where its original is."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=16, choices=EvidenceKind)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("pages or note"), max_length=120, blank=True)
    original = models.CharField(
        _("original"), max_length=8, choices=Original, blank=True, default=Original.NOT_SEEN
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added at"))
    # Brought from the case of another member of the household: the same stored file.
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    voided_at = models.DateTimeField(_("voided at"), null=True)
    voided_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("paper of a case")
        verbose_name_plural = _("papers of cases")
        indexes = [models.Index(fields=["application", "kind"], name="evidence_by_case")]
        constraints = [
            models.CheckConstraint(
                name="voided_evidence_says_who_and_why",
                condition=Q(voided_at__isnull=True)
                | (Q(voided_by__isnull=False) & ~Q(voided_because="")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.get_kind_display()


class OriginalChange(models.Model):
    """Who saw, kept or gave back an original, and when."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="originals")
    original = models.CharField(_("original"), max_length=8, choices=Original)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("change of an original")
        verbose_name_plural = _("changes of originals")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.original}"
