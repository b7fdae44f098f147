"""What was pushed to whom, and what came back."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.files.models import StoredFile
from assistance.registry.models import Person
from assistance.screening.models.partners import PUSHED_LISTS, PartnerOffice
from assistance.screening.models.runs import ListEntry, ListRun
from assistance.screening.states import (
    Band,
    HandOutState,
    PushedField,
    PushState,
)
from assistance.settlements.models import OtherAid
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class HandOut(models.Model):
    """A finished list on its way to one office, once. The row also says that it has been pushed there."""

    run = models.ForeignKey(ListRun, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(
        PartnerOffice, on_delete=models.PROTECT, related_name="+", verbose_name=_("partner office")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    state = models.CharField(_("state"), max_length=12, choices=HandOutState)
    # How many people were new to the office in this month.
    count = models.PositiveIntegerField(_("people"))
    pushed_at = models.DateTimeField(_("pushed at"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    claimed_at = models.DateTimeField(_("taken out at"), null=True)
    # To whom it was handed, or why it was not.
    note = models.CharField(_("remark"), max_length=200, blank=True)
    settled_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("list for a partner")
        verbose_name_plural = _("lists for partners")
        constraints = [
            models.UniqueConstraint(fields=["run", "office"], name="one_hand_out_per_office"),
            models.CheckConstraint(
                name="who_takes_a_file_out_is_named",
                condition=Q(state__in=[HandOutState.AT_THE_DESK, HandOutState.READY])
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="hand_out_by_agency")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.run} → {self.office}"


class Push(models.Model):
    """One person of a list, told to one office: once in a month, however often the list is drawn up (B-22)."""

    hand_out = models.ForeignKey(HandOut, on_delete=models.PROTECT, related_name="pushes")
    office = models.ForeignKey(
        PartnerOffice,
        on_delete=models.PROTECT,
        related_name="pushes",
        verbose_name=_("partner office"),
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pushes")
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="pushes")
    list = models.CharField(_("list"), max_length=12, choices=PUSHED_LISTS)
    month = models.DateField(_("month"))
    band = models.CharField(_("band of the burden"), max_length=10, choices=Band)
    # What the office was told; data edited later widen nothing that has been pushed.
    fields = ArrayField(models.CharField(max_length=15), verbose_name=_("fields"))
    state = models.CharField(_("state"), max_length=15, choices=PushState, default=PushState.OPEN)
    due_on = models.DateField(_("to be answered until"))
    pushed_at = models.DateTimeField(_("pushed at"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True)
    escalated_at = models.DateTimeField(_("reported to the reviewer at"), null=True)

    class Meta:
        verbose_name = _("pushed person")
        verbose_name_plural = _("pushed people")
        constraints = [
            models.UniqueConstraint(
                fields=["office", "person", "list", "month"], name="pushed_once_a_month"
            ),
            models.CheckConstraint(
                name="nothing_else_is_pushed",
                condition=Q(fields__contained_by=PushedField.values),
            ),
        ]
        indexes = [
            models.Index(fields=["office", "state", "due_on", "id"], name="push_by_office"),
            models.Index(fields=["agency", "-id"], name="push_by_agency"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=[PushState.OPEN, PushState.PENDING]),
                name="push_unanswered",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.get_list_display()} {self.month:%Y-%m}"


class PushAnswer(models.Model):
    """What an office answered; the latest counts, the earlier ones stay. Written once."""

    push = models.ForeignKey(Push, on_delete=models.PROTECT, related_name="answers")
    answer = models.CharField(_("answer"), max_length=15, choices=PushState)
    amount = money_field(verbose_name=_("aid given (yuan)"), null=True)
    given_on = models.DateField(_("given on"), null=True)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    # The help as it counts for the person's year.
    aid = models.ForeignKey(OtherAid, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("remark"), max_length=200, blank=True)
    # None: the register itself answered.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer of a partner")
        verbose_name_plural = _("answers of partners")
        constraints = [
            models.CheckConstraint(
                name="aid_has_amount_day_and_paper",
                condition=Q(
                    answer=PushState.AIDED,
                    amount__gt=0,
                    given_on__isnull=False,
                    paper__isnull=False,
                )
                | (~Q(answer=PushState.AIDED) & Q(amount__isnull=True, paper__isnull=True)),
            )
        ]
        indexes = [models.Index(fields=["push", "-id"], name="answer_by_push")]
        triggers = written_once()

    def __str__(self) -> str:
        return self.get_answer_display()
