"""The review of a bottom-line list: its cases, cost that was not reasonable, help from elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.files.models import StoredFile
from assistance.policies.models import Assessment
from assistance.registry.models import Person
from assistance.screening.models.runs import ListEntry, ListRun
from assistance.screening.states import BottomLineState, Finding, ReviewState
from assistance.settlements.models import OtherAid, Settlement
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class BottomLineList(models.Model):
    """A finished run under review. Once sealed nothing about its cases' sealed answers changes."""

    run = models.OneToOneField(ListRun, on_delete=models.PROTECT, related_name="review")
    state = models.CharField(
        _("state"), max_length=12, choices=ReviewState, default=ReviewState.OPEN
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("review begun at"))
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sealed_at = models.DateTimeField(_("sealed at"), null=True)

    class Meta:
        verbose_name = _("bottom-line list under review")
        verbose_name_plural = _("bottom-line lists under review")
        constraints = [
            models.CheckConstraint(
                name="sealed_list_names_who_sealed_it",
                condition=Q(state="sealed", sealed_by__isnull=False, sealed_at__isnull=False)
                | (~Q(state="sealed") & Q(sealed_by__isnull=True, sealed_at__isnull=True)),
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return str(self.run)


class BottomLineCase(models.Model):
    """One person of a list. Only `move_case` of the operations writes `state`."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    list = models.ForeignKey(BottomLineList, on_delete=models.PROTECT, related_name="cases")
    entry = models.OneToOneField(ListEntry, on_delete=models.PROTECT, related_name="case")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bottom_line_cases")
    state = models.CharField(
        _("state"), max_length=10, choices=BottomLineState, default=BottomLineState.REVIEW
    )
    # The answer that counts now: what the rule says, and the figures it was computed from.
    finding = models.CharField(_("finding"), max_length=12, choices=Finding)
    # The code of the calculation's reason, and of its refusal where nothing can be computed.
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    burden = money_field(verbose_name=_("burden in scope"))
    not_reasonable = money_field(verbose_name=_("not reasonable"), default=0)
    paid_before = money_field(verbose_name=_("earlier bottom-line money"), default=0)
    other_aid = money_field(verbose_name=_("other aid"), default=0)
    proposed = money_field(verbose_name=_("proposed amount"), default=0)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What stood when the list was sealed; never changed afterwards.
    sealed_assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="+"
    )

    # What the nightly look found paid too much and not claimed back; below zero, claimed without ground.
    to_claim = money_field(verbose_name=_("to be claimed back"), default=0, editable=False)
    # The ids of whoever changed what it is computed from, taking back included: none of them seals the list.
    worked_by = ArrayField(
        models.BigIntegerField(), verbose_name=_("worked on by"), default=tuple, editable=False
    )

    class Meta:
        verbose_name = _("bottom-line case")
        verbose_name_plural = _("bottom-line cases")
        indexes = [
            models.Index(fields=["list", "-proposed", "id"], name="bottom_line_by_amount"),
            models.Index(fields=["id"], condition=Q(state="agenda"), name="bottom_line_on_agenda"),
            models.Index(fields=["id"], condition=~Q(to_claim=0), name="bottom_line_to_claim"),
        ]
        constraints = [
            models.CheckConstraint(
                name="bottom_line_figures_are_not_negative",
                condition=Q(burden__gte=0, not_reasonable__gte=0, other_aid__gte=0)
                & Q(paid_before__gte=0, proposed__gte=0),
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number


class BottomLineChange(models.Model):
    """Every move of a case: who, when, why. Written once."""

    case = models.ForeignKey(BottomLineCase, on_delete=models.PROTECT, related_name="changes")
    from_state = models.CharField(max_length=10, choices=BottomLineState, blank=True)
    to_state = models.CharField(max_length=10, choices=BottomLineState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("change of a bottom-line case")
        verbose_name_plural = _("changes of bottom-line cases")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.case} → {self.to_state}"


class CostMark(models.Model):
    """In-scope cost of a bill that is not reasonable (合规合理); withdrawn, never deleted."""

    # The form's own mark: sent twice, it marks once, also when the mark was withdrawn meanwhile.
    token = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001
    case = models.ForeignKey(BottomLineCase, on_delete=models.PROTECT, related_name="marks")
    bill = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="+")
    amount = money_field(verbose_name=_("not reasonable"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("cost that is not reasonable")
        verbose_name_plural = _("costs that are not reasonable")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "bill"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_mark_on_a_bill",
            ),
            models.CheckConstraint(name="mark_is_positive", condition=Q(amount__gt=0)),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.case} {self.amount}"


class BottomLineAid(models.Model):
    """Help from elsewhere as a case takes it: entered here with its paper, or left out with a reason.

    The help itself is a row of `settlements`, so that no other programme counts it a second time.
    """

    case = models.ForeignKey(BottomLineCase, on_delete=models.PROTECT, related_name="aid")
    aid = models.ForeignKey(OtherAid, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    # Why it does not count: it stands in the file of a payer already.
    left_out_because = models.CharField(_("left out because"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("aid of a bottom-line case")
        verbose_name_plural = _("aid of bottom-line cases")
        constraints = [
            models.UniqueConstraint(fields=["case", "aid"], name="one_row_per_case_and_aid")
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.case} {self.aid_id}"
