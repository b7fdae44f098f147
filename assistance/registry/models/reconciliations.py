"""Every half-year the list of a department is held against the register, until both share one (ZS22-2.1.5)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.registry.models.lists import ListImport
from assistance.registry.models.people import Person
from assistance.registry.models.sources import ListSource
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited


class Reconciliation(models.Model):
    """A full list of a source beside the register, decided row by row and signed by both sides."""

    source = models.ForeignKey(
        ListSource,
        on_delete=models.PROTECT,
        related_name="reconciliations",
        verbose_name=_("source"),
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    listing = models.OneToOneField(
        ListImport, on_delete=models.PROTECT, related_name="+", verbose_name=_("recipient list")
    )
    # First day of the half-year it is for.
    half = models.DateField(_("half-year"))
    as_of = models.DateField(_("holds from"))
    agreed = models.PositiveIntegerField(_("in agreement"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened at"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True)
    # Who signed for the department, as on its paper.
    department_signer = models.CharField(
        _("signed for the department by"), max_length=60, blank=True
    )

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        constraints = [
            models.CheckConstraint(
                name="reconciliation_is_signed_by_both",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, department_signer="")
                | Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(department_signer=""),
            ),
        ]
        indexes = [models.Index(fields=["agency", "-id"], name="reconciliation_by_agency")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.source} · {self.as_of}"


class Difference(models.Model):
    """Somebody on whom list and register do not agree. It outlives the file, so it keeps its own words."""

    class Kind(models.TextChoices):
        ONLY_HERE = "only_here", _("Only in the register")
        ONLY_THERE = "only_there", _("Only on the list")
        DIFFERS = "differs", _("Differs")

    class Decision(models.TextChoices):
        OURS = "ours", _("The register is right")
        THEIRS = "theirs", _("The list is right")
        CHANGE = "change", _("To be cleared up with the department")

    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, related_name="differences"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    line = models.PositiveIntegerField(_("row"), null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = EncryptedTextField(_("name"))
    number = EncryptedTextField(_("id number"), blank=True, default="")
    category = models.CharField(_("category"), max_length=40, blank=True)
    ours = models.CharField(_("in the register"), max_length=60, blank=True)
    theirs = models.CharField(_("on the list"), max_length=60, blank=True)
    what = models.CharField(_("what differs"), max_length=300, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    note = models.CharField(_("explanation"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        verbose_name = _("difference of a reconciliation")
        verbose_name_plural = _("differences of reconciliations")
        constraints = [
            models.CheckConstraint(
                name="difference_is_decided_by_somebody",
                condition=Q(decision="", decided_by__isnull=True)
                | ~Q(decision="") & Q(decided_by__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["reconciliation", "kind", "id"], name="difference_by_kind")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.reconciliation} {self.get_kind_display()}"
