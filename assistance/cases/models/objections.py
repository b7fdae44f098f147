from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.cases.models.notices import NoticeLine
from assistance.files.models import StoredFile
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited


class Objection(models.Model):
    """An objection to one line of a notice. It stops that case alone.

    Who objects may stay unknown; whoever is known is known to the county's investigators alone.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("On the public page")
        PHONE = "phone", _("By telephone")
        DESK = "desk", _("At the desk")
        VILLAGE = "village", _("Through the village or community")

    class Category(models.TextChoices):
        MEANS = "means", _("Income or property not as declared")
        STATUS = "status", _("Not the status or household claimed")
        COST = "cost", _("Cost or bills not real")
        OTHER_PAYER = "other_payer", _("Work injury or a third party has to pay")
        OTHER_AID = "other_aid", _("Helped elsewhere for the same cost")
        PROCEDURE = "procedure", _("Procedure not kept")
        OTHER = "other", _("Something else")

    class Effect(models.TextChoices):
        STOPPED = "stopped", _("The case is stopped")
        TAKEN_BACK = "taken_back", _("The approved case is taken back, its award held")
        QUESTION = "question", _("The money is in a batch or has left: a person decides")

    class Outcome(models.TextChoices):
        UNFOUNDED = "unfounded", _("Unfounded: the notice goes on")
        FOUNDED = "founded", _("Founded: back to county review")

    class Told(models.TextChoices):
        PHONE = "phone", _("By telephone")
        IN_PERSON = "in_person", _("In person")
        LETTER = "letter", _("By letter")
        ONLINE = "online", _("On the status page only")

    number = models.CharField(_("number"), max_length=40, unique=True)
    # The form's own mark: sent twice, it is recorded once.
    token = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001
    line = models.ForeignKey(NoticeLine, on_delete=models.PROTECT, related_name="objections")
    channel = models.CharField(
        _("how it came"), max_length=10, choices=Channel, default=Channel.DESK
    )
    category = models.CharField(
        _("what it is about"), max_length=12, choices=Category, default=Category.OTHER
    )
    received_on = models.DateField(_("received on"))
    content = models.TextField(_("what is objected"), max_length=2000)
    objector = EncryptedTextField(_("who objects"), blank=True, default="")
    contact = EncryptedTextField(_("how to reach the objector"), blank=True, default="")
    scan = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    # Empty: the objector himself, on the public page.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    effect = models.CharField(_("effect"), max_length=12, choices=Effect, default=Effect.STOPPED)
    deadline_on = models.DateField(_("to be decided by"))
    investigator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("investigator"),
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    finding = models.TextField(_("finding"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    told_how = models.CharField(_("told"), max_length=10, choices=Told, blank=True)
    told_on = models.DateField(_("told on"), null=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.CheckConstraint(
                name="only_the_public_page_records_without_a_person",
                condition=Q(recorded_by__isnull=False) | Q(channel="web"),
            ),
            models.CheckConstraint(
                name="told_objection_is_decided", condition=Q(told_how="") | ~Q(outcome="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline_on", "id"],
                condition=Q(outcome=""),
                name="open_objection_by_deadline",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number

    @property
    def is_anonymous(self) -> bool:
        return not (self.objector or self.contact)
