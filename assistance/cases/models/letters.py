from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.cases.models.applications import Application
from assistance.cases.models.objections import Objection
from assistance.cases.models.steps import Decision
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited, written_once


class LetterHead(models.Model):
    """In whose name an agency's letters go out, and what they must tell about remedies and terms."""

    agency = models.OneToOneField(
        Agency, on_delete=models.CASCADE, related_name="letter_head", verbose_name=_("agency")
    )
    authority = models.CharField(
        _("authority"), max_length=80, help_text=_("The office that decides, as on its seal.")
    )
    prefix = models.CharField(
        _("prefix of letter numbers"),
        max_length=20,
        help_text=_("The agency's part of a number, such as 景医保."),
    )
    address = models.CharField(_("address"), max_length=120, blank=True)
    reconsidered_by = models.CharField(
        _("authority of reconsideration"),
        max_length=80,
        help_text=_("Named in refusals: who reconsiders a decision (行政复议机关)."),
    )
    reconsideration_days = models.PositiveSmallIntegerField(
        _("days to apply for reconsideration"), default=60
    )
    court = models.CharField(
        _("court"), max_length=80, help_text=_("Named in refusals: where to bring an action.")
    )
    lawsuit_months = models.PositiveSmallIntegerField(_("months to bring an action"), default=6)
    correction_days = models.PositiveSmallIntegerField(
        _("days to complete an application"),
        default=30,
        help_text=_("Calendar days from the service of the notice of what is missing."),
    )

    class Meta:
        verbose_name = _("letterhead")
        verbose_name_plural = _("letterheads")
        constraints = [
            models.CheckConstraint(
                name="letter_terms_are_a_day_or_more",
                condition=Q(
                    reconsideration_days__gte=1, lawsuit_months__gte=1, correction_days__gte=1
                ),
            )
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.authority


class Letter(models.Model):
    """A numbered letter to the applicant or to an objector: what it says and the paper itself. Written once.

    One letter per decision or objection: asked for twice, the first one comes back. The PDF is kept, so that a reprint
    has the same bytes whatever becomes of template and program.
    """

    class Kind(models.TextChoices):
        REFUSAL = "refusal", _("Decision of refusal")
        CORRECTION = "correction", _("Notice of what is missing")
        OBJECTION = "objection", _("Result of the objection")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="letters")
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="letter"
    )
    # Of the answer to an objector, which tells of no decision about the applicant.
    objection = models.OneToOneField(
        Objection, on_delete=models.PROTECT, null=True, related_name="letter"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.CharField(_("number"), max_length=60, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    data = EncryptedTextField(_("what it says"))
    # The PDF in base64.
    paper = EncryptedTextField(_("paper"))
    digest = models.CharField(_("digest of the paper"), max_length=64)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                name="letter_tells_of_a_decision_or_an_objection",
                condition=Q(
                    kind__in=["refusal", "correction"],
                    decision__isnull=False,
                    objection__isnull=True,
                )
                | Q(kind="objection", decision__isnull=True, objection__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["application", "-id"], name="letter_by_application")]
        triggers = written_once()

    def __str__(self) -> str:
        return self.number


class Service(models.Model):
    """When and how a letter reached whom it is for. Its terms run from that day."""

    class How(models.TextChoices):
        IN_PERSON = "in_person", _("Handed over in person")
        POST = "post", _("By post")
        VILLAGE = "village", _("Through the village or community")
        ELECTRONIC = "electronic", _("Electronically")
        LEFT = "left", _("Left at the residence")

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="service")
    served_on = models.DateField(_("served on"))
    how = models.CharField(_("way of service"), max_length=12, choices=How)
    received_by = EncryptedTextField(_("received by"), blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("service of a letter")
        verbose_name_plural = _("services of letters")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.letter} {self.served_on:%Y-%m-%d}"
