from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.cases.models.applications import Application
from assistance.cases.states import State
from assistance.policies.models import Assessment
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class Decision(models.Model):
    """A signed step of a person: opinion, amount, and the assessment it rests on."""

    class Kind(models.TextChoices):
        FIRST_REVIEW = "first_review", _("First review")
        EMPLOYER_REVIEW = "employer_review", _("Employer's first review")
        RETURN = "return", _("Returned")
        PROPOSAL = "proposal", _("Proposal")
        REFUSAL_PROPOSAL = "refusal_proposal", _("Proposal to refuse")
        SEND_BACK = "send_back", _("Sent back")
        AGREEMENT = "agreement", _("Agreed")
        REFUSAL = "refusal", _("Refused")
        RECOVERY_PROPOSAL = "recovery_proposal", _("Proposal to claim money back")
        RECOVERY = "recovery", _("Money claimed back")
        ERROR = "error", _("Wrong amount reported")
        CORRECTION = "correction", _("Correction ordered")
        NO_ERROR = "no_error", _("Amount found right")
        PAID_ANYWAY = "paid_anyway", _("To be paid all the same")
        RULING = "ruling", _("Ruling on a fact")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    opinion = models.CharField(_("opinion"), max_length=500)
    amount = money_field(verbose_name=_("amount"), null=True)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.application} {self.kind}"


class StatusChange(models.Model):
    """Every move of an application: the timeline, and the statutory clock."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="changes")
    action = models.CharField(_("action"), max_length=20, blank=True)
    from_state = models.CharField(max_length=16, choices=State, blank=True)
    to_state = models.CharField(max_length=16, choices=State)
    at = models.DateTimeField(_("at"))
    # Empty: the system, acting under a decision that names its person.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The version of the application afterwards.
    version = models.PositiveIntegerField(default=0)
    working_days = models.PositiveIntegerField(_("working days in the stage before"), default=0)

    class Meta:
        verbose_name = _("status change")
        verbose_name_plural = _("status changes")
        indexes = [models.Index(fields=["application", "id"], name="change_by_application")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.application} → {self.to_state}"


class Participation(models.Model):
    """Which part of a case somebody took. One part per person: four eyes as a unique constraint."""

    class Part(models.TextChoices):
        ENTRY = "entry", _("Entry")
        FIRST_REVIEW = "first_review", _("First review")
        COUNTY_REVIEW = "county_review", _("County review")
        APPROVAL = "approval", _("Approval")
        INVESTIGATION = "investigation", _("Investigation of an objection")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="participations"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("part"), max_length=16, choices=Part)

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"], name="one_part_per_person_and_case"
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.application} {self.part}"


class Assignment(models.Model):
    """To which reviewer a case was given, by whom and when; without a reviewer: to nobody in particular."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="assignments"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.application} → {self.reviewer or '—'}"


class StageDeadline(models.Model):
    """Days a stage may take at an agency: working days, for publicity calendar days."""

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="+", verbose_name=_("agency")
    )
    state = models.CharField(_("stage"), max_length=16, choices=State)
    days = models.PositiveSmallIntegerField(_("days"))

    class Meta:
        verbose_name = _("stage deadline")
        verbose_name_plural = _("stage deadlines")
        constraints = [
            models.UniqueConstraint(fields=["agency", "state"], name="one_deadline_per_stage"),
            models.CheckConstraint(name="deadline_is_a_day_or_more", condition=Q(days__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.days}"


class StuckThreshold(models.Model):
    """Working days without a step after which a case of this stage is listed as stuck at an agency."""

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="+", verbose_name=_("agency")
    )
    state = models.CharField(_("stage"), max_length=16, choices=State)
    days = models.PositiveSmallIntegerField(_("working days without a step"))

    class Meta:
        verbose_name = _("threshold of stuck cases")
        verbose_name_plural = _("thresholds of stuck cases")
        constraints = [
            models.UniqueConstraint(fields=["agency", "state"], name="one_threshold_per_stage"),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.days}"
