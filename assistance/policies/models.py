from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.registry.models import Person
from assistance.shared.tables import edited, written_once


class PolicyVersion(models.Model):
    """A released policy: the pack's full text as it was on that day, never edited afterwards."""

    code = models.CharField(_("code"), max_length=20)
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=200)
    document_number = models.CharField(_("document number"), max_length=60)
    first_day = models.DateField(_("in force from"))
    pack = models.TextField(_("pack"))
    digest = models.CharField(_("digest"), max_length=64)
    released_at = models.DateTimeField(_("released at"))
    # Of a county's own version alone: whose people it is for, and the two who answer for it.
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agency")
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="one_number_per_policy"),
            models.UniqueConstraint(fields=["code", "digest"], name="one_release_per_text"),
            models.CheckConstraint(
                name="policy_released_by_another",
                condition=Q(drafted_by__isnull=True)
                | Q(released_by__isnull=True)
                | ~Q(released_by=F("drafted_by")),
            ),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.code} v{self.number}"


class CountyPolicy(models.Model):
    """What a county sets itself under a document of its city: a draft, until somebody else releases it."""

    agency = models.OneToOneField(
        Agency, on_delete=models.PROTECT, related_name="county_policy", verbose_name=_("agency")
    )
    draft = models.TextField(_("pack to be released"), blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    drafted_at = models.DateTimeField(_("drafted at"), null=True, editable=False)

    class Meta:
        verbose_name = _("county's own policy")
        verbose_name_plural = _("counties' own policies")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return str(self.agency)


class Assessment(models.Model):
    """A computed answer a person decided on: facts, version, engine and lines. Written once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessments")
    benefit_year = models.PositiveSmallIntegerField(_("benefit year"))
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    engine = models.PositiveSmallIntegerField(_("engine"))
    facts = models.JSONField(_("facts"))
    result = models.JSONField(_("result"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    digest = models.CharField(_("digest"), max_length=64)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.CheckConstraint(
                name="assessment_is_not_negative", condition=models.Q(amount__gte=0)
            )
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.benefit_year} {self.amount}"
