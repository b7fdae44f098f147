"""Applications the system prepares: somebody may qualify and has not applied. A township phones first."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.cases.models import Application
from assistance.registry.models import Person
from assistance.screening.states import TO_PHONE, ProspectState
from assistance.shared.tables import edited, written_once


class Prospect(models.Model):
    """A prepared application of a person and year. It holds no cost: bills come in once the person agrees."""

    class Why(models.TextChoices):
        HIGH_COST = "high_cost", _("Own cost above the deductible, not applied")
        UNASSISTED = "unassisted", _("Recipient with cost and without assistance")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="prospects")
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    year = models.PositiveSmallIntegerField(_("year of the cost"))
    why = models.CharField(_("why"), max_length=12, choices=Why)
    state = models.CharField(
        _("state"), max_length=12, choices=ProspectState, default=ProspectState.TO_CALL
    )
    made_at = models.DateTimeField(_("prepared at"))
    call_again_on = models.DateField(_("phone again on"), null=True)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, related_name="prospect"
    )

    class Meta:
        verbose_name = _("prepared application")
        verbose_name_plural = _("prepared applications")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"], name="one_prospect_per_person_and_year"
            ),
            models.CheckConstraint(
                name="only_who_agreed_has_a_case",
                condition=Q(application__isnull=True) | Q(state=ProspectState.AGREED),
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "township", "id"],
                condition=Q(state__in=sorted(TO_PHONE)),
                name="prospect_to_phone",
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.person} {self.year}"


class ProspectCall(models.Model):
    """One call about a prepared application. Written once."""

    # The form's own mark: sent twice, it is recorded once.
    token = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001
    prospect = models.ForeignKey(Prospect, on_delete=models.PROTECT, related_name="calls")
    outcome = models.CharField(_("outcome"), max_length=12, choices=ProspectState)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    # None: the system found that nothing is to be done any more.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("call about a prepared application")
        verbose_name_plural = _("calls about prepared applications")
        triggers = written_once()

    def __str__(self) -> str:
        return self.get_outcome_display()
