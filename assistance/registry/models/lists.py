"""Recipient lists of the recognising departments: who sends what, each file, each row of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.jobs.models import ImportJob, ImportRow
from assistance.registry.models.people import Person
from assistance.registry.models.sources import ListSource
from assistance.registry.models.status import Enrolment, RecipientCategory, RecipientSpan


class ListImport(ImportJob):
    """One file of a source. It tells how things stand from `as_of` on."""

    source = models.ForeignKey(
        ListSource, on_delete=models.PROTECT, related_name="imports", verbose_name=_("source")
    )
    as_of = models.DateField(_("holds from"))
    is_full = models.BooleanField(_("names everybody"))
    # Why nobody is ended by this full list, as a sentence; empty when absence counts.
    ends_held_because = models.CharField(max_length=300, blank=True)

    class Meta(ImportJob.Meta):
        abstract = False
        verbose_name = _("recipient list")
        verbose_name_plural = _("recipient lists")
        indexes = [
            models.Index(fields=["source", "-id"], name="list_by_source"),
            models.Index(fields=["agency", "-id"], name="list_by_agency"),
        ]

    @property
    def needs_second_person(self) -> bool:
        """Whether the guard stops it until somebody else confirms its ends."""
        return bool(self.counts.get("guarded")) and self.confirmed_at is None


class ListRow(ImportRow):
    """What a row of a list, or somebody's absence from it, would do to the register."""

    class Outcome(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        MOVED = "moved", _("Moved")
        ENDED = "ended", _("Ended")
        UNCHANGED = "unchanged", _("Unchanged")
        DOUBT = "doubt", _("In doubt")
        ERROR = "error", _("Faulty")

    # Found by list and outcome alone: an index on every key would cost half the time of a preview.
    listing = models.ForeignKey(
        ListImport, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        RecipientCategory, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Of the insured, in place of a category.
    kind = models.CharField(
        _("insurance"), max_length=6, choices=Enrolment.Kind, blank=True, default="", db_default=""
    )
    county = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    first_day = models.DateField(_("first day"), null=True)
    last_day = models.DateField(_("last day"), null=True)
    # The recognition it was compared with, as it was then, and the one it made.
    span = models.ForeignKey(
        RecipientSpan, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    before = models.JSONField(null=True)
    made = models.ForeignKey(
        RecipientSpan, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # The same two of the insured.
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    made_enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("row of a recipient list")
        verbose_name_plural = _("rows of recipient lists")
        indexes = [models.Index(fields=["listing", "outcome", "line", "id"], name="list_row_shown")]

    def __str__(self) -> str:
        return f"{self.line or '–'} {self.get_outcome_display()}"


# What is carried out when a list is applied.
EFFECTIVE = (
    ListRow.Outcome.NEW,
    ListRow.Outcome.CHANGED,
    ListRow.Outcome.MOVED,
    ListRow.Outcome.ENDED,
)
