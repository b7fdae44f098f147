"""Periods that are due, and the immutable lists drawn up for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.jobs.models import BackgroundJob
from assistance.policies.models import PolicyVersion
from assistance.registry.models import Person, RecipientCategory
from assistance.screening.states import (
    Departure,
    ListKind,
    Movement,
    PeriodState,
    RunKind,
    RunState,
)
from assistance.shared.fields import money_field
from assistance.shared.tables import written_once


class Period(models.Model):
    """A list of an agency for a month or a quarter: the row knows what is due, the clock only wakes."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    kind = models.CharField(_("list"), max_length=12, choices=ListKind)
    year = models.PositiveSmallIntegerField(_("year"))
    # The month, or the quarter.
    number = models.PositiveSmallIntegerField(_("month or quarter"))
    # As of which day it is drawn up.
    last_day = models.DateField(_("last day"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(
        _("state"), max_length=10, choices=PeriodState, default=PeriodState.DUE
    )
    # When a person was told that it has not been drawn up.
    alarmed_at = models.DateTimeField(_("alarm raised at"), null=True)

    class Meta:
        verbose_name = _("period of a list")
        verbose_name_plural = _("periods of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "year", "number"], name="one_period_of_a_list"
            ),
            models.CheckConstraint(
                name="period_has_its_number",
                condition=Q(kind=ListKind.BOTTOM_LINE, number__range=(1, 4))
                | (~Q(kind=ListKind.BOTTOM_LINE) & Q(number__range=(1, 12))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=~Q(state=PeriodState.DONE),
                name="period_not_done",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}-{self.number:02d}"


class SignedSource(models.Model):
    """Somebody signed that the data of a source are complete up to a day. Written once."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    # "bills:<id of the source>", "payer:<id>" or "list:<id>": whose files these are.
    source = models.CharField(_("source"), max_length=40)
    complete_to = models.DateField(_("complete up to"))
    note = models.CharField(_("remark"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("signed source")
        verbose_name_plural = _("signed sources")
        indexes = [models.Index(fields=["agency", "source", "-complete_to"], name="signed_source")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.source} {self.complete_to}"


class ListRun(models.Model):
    """One drawing-up of a list. Once finished, it and its entries never change."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(_("kind"), max_length=10, choices=RunKind, default=RunKind.REGULAR)
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    as_of = models.DateField(_("as of"))
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    engine = models.PositiveSmallIntegerField(_("engine"))
    # Threshold, base and switches as they were read from the version, with their clauses.
    parameters = models.JSONField(_("parameters"), default=dict)
    # Which run it was compared with.
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("list before")
    )
    # How many people were looked at, listed, entered, stayed, left.
    counts = models.JSONField(_("counts"), default=dict)
    # Over all entries in order: two runs of the same data have the same.
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    # What lacked when a person started it by hand, or why it was drawn up again.
    note = models.CharField(_("remark"), max_length=300, blank=True)
    job = models.ForeignKey(
        BackgroundJob, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("job")
    )
    message = models.CharField(_("message"), max_length=400, blank=True)
    # None: by the clock.
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("run of a list")
        verbose_name_plural = _("runs of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(kind=RunKind.REGULAR, state__in=[RunState.QUEUED, RunState.DONE]),
                name="one_regular_run_of_a_period",
            ),
            models.UniqueConstraint(
                fields=["period"], condition=Q(state=RunState.QUEUED), name="one_run_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["period", "-id"], name="run_by_period")]

    def __str__(self) -> str:
        return f"{self.period} {self.get_kind_display()}"


class ListEntry(models.Model):
    """A person on a list as he stood there on the day. Written once, by sets."""

    # Found by the unique rows and by the lists in order; every index more is written with every row.
    run = models.ForeignKey(
        ListRun, on_delete=models.PROTECT, db_index=False, related_name="entries"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="list_entries")
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    # The recognition on the day; none for who is not a recipient.
    category = models.ForeignKey(
        RecipientCategory, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    # What was compared with the threshold; of the whole and of the in-scope cost up to the day.
    burden = money_field(verbose_name=_("burden"))
    own_total = money_field(verbose_name=_("own cost"))
    own_in_scope = money_field(verbose_name=_("own in-scope cost"))
    movement = models.CharField(_("movement"), max_length=8, choices=Movement)

    class Meta:
        verbose_name = _("entry of a list")
        verbose_name_plural = _("entries of lists")
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="one_entry_per_run_and_person")
        ]
        indexes = [
            models.Index(fields=["run", "-burden", "id"], name="entry_by_burden"),
            models.Index(fields=["run", "township", "-burden"], name="entry_by_township"),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return str(self.burden)


class ListDeparture(models.Model):
    """Somebody of the list before who is no longer on it, and why. Written once."""

    run = models.ForeignKey(
        ListRun, on_delete=models.PROTECT, db_index=False, related_name="departures"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    why = models.CharField(_("why"), max_length=12, choices=Departure)
    burden = money_field(verbose_name=_("burden"))

    class Meta:
        verbose_name = _("departure from a list")
        verbose_name_plural = _("departures from lists")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person"], name="one_departure_per_run_and_person"
            )
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return self.get_why_display()
