from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.cases.models.applications import Application
from assistance.payments.models import Programme
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class Notice(models.Model):
    """A public notice (公示) of one township: drawn up, posted, certified, closed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Drawn up")
        POSTED = "posted", _("Posted")
        CLOSED = "closed", _("Closed")
        DISCARDED = "discarded", _("Given up before posting")

    number = models.CharField(_("number"), max_length=40, unique=True)
    # The public address; not guessable, so an ended notice cannot be walked to.
    token = models.CharField(max_length=32, unique=True)
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    township = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drawn_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    # Full calendar days of publicity; copied from the settings of the agency when drawn up.
    days = models.PositiveSmallIntegerField(_("days of publicity"))
    posted_on = models.DateField(_("posted on"), null=True)
    posted_at_place = models.CharField(_("posted at"), max_length=120, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    certified_at = models.DateTimeField(_("certified at"), null=True)
    certificate = models.CharField(_("certificate of posting"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                name="posted_notice_has_its_days",
                condition=Q(state__in=("draft", "discarded"))
                | Q(
                    posted_on__isnull=False,
                    first_day__gt=F("posted_on"),
                    last_day__gte=F("first_day"),
                ),
            ),
            models.CheckConstraint(
                name="closed_notice_is_certified",
                condition=~Q(state="closed") | Q(certified_at__isnull=False),
            ),
            models.CheckConstraint(name="notice_lasts_a_day_or_more", condition=Q(days__gte=1)),
        ]
        indexes = [
            models.Index(fields=["state", "last_day"], name="notice_by_last_day"),
            models.Index(fields=["agency", "-id"], name="notice_by_agency"),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number


class NoticeLine(models.Model):
    """One person on a notice, with what may be shown in public and nothing else."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Under notice")
        UNDISTURBED = "undisturbed", _("Ended without objection")
        STOPPED = "stopped", _("Stopped")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="notice_lines"
    )
    masked_name = models.CharField(_("name"), max_length=60)
    village = models.CharField(_("village or community"), max_length=60, blank=True)
    amount = money_field(verbose_name=_("amount"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.OPEN)

    class Meta:
        verbose_name = _("notice line")
        verbose_name_plural = _("notice lines")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome="open"),
                name="one_open_notice_per_application",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.notice} {self.masked_name}"
