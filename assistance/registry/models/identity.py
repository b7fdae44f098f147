"""What a person was called and numbered before, who answers for a minor, and records of one human."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.files.models import StoredFile
from assistance.registry.models.people import CertificateType, Person
from assistance.registry.models.spans import ends_after_it_begins, no_overlap
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited, written_once


class PersonName(models.Model):
    """A name the person had before. The present one stands on the person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(_("name"), max_length=60)
    pinyin_key = models.CharField(max_length=120, editable=False)
    # The last day it was right, where it ever was: a name that was mistyped never held.
    last_day = models.DateField(_("last day"), null=True)
    ended_at = models.DateTimeField(_("replaced at"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        indexes = [models.Index(fields=["person"], name="former_name_by_person")]
        triggers = written_once()

    def __str__(self) -> str:
        return self.name


class PersonNumber(models.Model):
    """A document number the person had before, found like the present one."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="former_numbers")
    certificate_type = models.CharField(
        _("kind of document"), max_length=6, choices=CertificateType
    )
    number = EncryptedTextField(_("id number"))
    digest = models.BinaryField(max_length=32, editable=False)
    born_on = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=1)
    last_day = models.DateField(_("last day"), null=True)
    ended_at = models.DateTimeField(_("replaced at"))

    class Meta:
        verbose_name = _("former number")
        verbose_name_plural = _("former numbers")
        indexes = [models.Index(fields=["digest"], name="former_number_by_digest")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.get_certificate_type_display()}"


class IdentityChange(models.Model):
    """A new name or number of a person, with its paper; it counts once a second person confirmed it."""

    class What(models.TextChoices):
        NAME = "name", _("Name")
        NUMBER = "number", _("Id number")

    class Reason(models.TextChoices):
        MISTYPED = "mistyped", _("Entered wrongly")
        RENAMED = "renamed", _("Changed the name")
        DUPLICATE = "duplicate", _("Two people had this number (重号)")
        WRONG_NUMBER = "wrong_number", _("The number was issued wrongly (错号)")
        REISSUED = "reissued", _("A new number was issued (换号)")
        ARRIVED = "arrived", _("A newborn got the number")
        OTHER_DOCUMENT = "other_document", _("Another document now")

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    # What was right until the new one came; all others never were.
    HELD = (
        Reason.RENAMED,
        Reason.DUPLICATE,
        Reason.REISSUED,
        Reason.ARRIVED,
        Reason.OTHER_DOCUMENT,
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identity_changes")
    what = models.CharField(_("what"), max_length=6, choices=What)
    name = models.CharField(_("new name"), max_length=60, blank=True)
    certificate_type = models.CharField(
        _("kind of document"), max_length=6, choices=CertificateType, blank=True
    )
    number = EncryptedTextField(_("new number"), blank=True, default="")
    digest = models.BinaryField(max_length=32, null=True, editable=False)
    born_on = models.DateField(_("date of birth"), null=True)
    sex = models.CharField(_("sex"), max_length=1, blank=True)
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    first_day = models.DateField(_("holds since"))
    paper = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("paper")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    refused_because = models.CharField(_("reason of the refusal"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of name or number")
        verbose_name_plural = _("changes of name or number")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "what"],
                condition=Q(outcome=""),
                name="one_open_identity_change",
            ),
            models.CheckConstraint(
                name="identity_is_confirmed_by_another",
                condition=~Q(outcome="confirmed")
                | Q(entered_by__isnull=True)
                | ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="identity_change_has_its_value",
                condition=Q(what="name", digest__isnull=True) & ~Q(name="")
                | Q(what="number", name="", digest__isnull=False, born_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["outcome", "-id"], name="identity_change_by_outcome")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.get_what_display()} · {self.get_reason_display()}"


class Guardianship(models.Model):
    """Who answers for a minor, or for an adult who cannot; several guardians are possible."""

    class Relation(models.TextChoices):
        PARENT = "parent", _("Parent")
        GRANDPARENT = "grandparent", _("Grandparent")
        SPOUSE = "spouse", _("Husband or wife")
        CHILD = "child", _("Grown-up child")
        SIBLING = "sibling", _("Grown-up brother or sister")
        OTHER = "other", _("Other guardian")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guardianships")
    guardian = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="wards", verbose_name=_("guardian")
    )
    relation = models.CharField(_("guardian is"), max_length=12, choices=Relation)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("guardianship")
        verbose_name_plural = _("guardianships")
        constraints = [
            no_overlap("one_guardianship_of_two_people_a_day", "person", "guardian"),
            ends_after_it_begins("guardianship_ends_after_it_begins"),
            models.CheckConstraint(
                name="nobody_is_his_own_guardian", condition=~Q(person=F("guardian"))
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.guardian.name} · {self.get_relation_display()}"


class Merge(models.Model):
    """Two records of one human: proposed by a reviewer, confirmed by an approver; undone the same way.

    No row of either record is rewritten: `Person.merged_into` points, and questions follow it.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Merge proposed")
        MERGED = "merged", _("Merged")
        REFUSED = "refused", _("Merge refused")
        SPLITTING = "splitting", _("Separation proposed")
        SPLIT = "split", _("Separated again")

    LIVE = (State.PROPOSED, State.MERGED, State.SPLITTING)

    record = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_into")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    refused_because = models.CharField(_("reason of the refusal"), max_length=200, blank=True)
    split_reason = models.CharField(_("reason of the separation"), max_length=200, blank=True)
    split_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    split_proposed_at = models.DateTimeField(_("separation proposed at"), null=True)
    split_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    split_at = models.DateTimeField(_("separated at"), null=True)

    class Meta:
        verbose_name = _("merge of records")
        verbose_name_plural = _("merges of records")
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(state__in=["proposed", "merged", "splitting"]),
                name="one_live_merge_of_a_record",
            ),
            models.CheckConstraint(name="merge_is_of_two_records", condition=~Q(record=F("into"))),
            models.CheckConstraint(
                name="merge_is_decided_by_another",
                condition=Q(decided_by__isnull=True)
                | Q(state="refused")
                | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="split_is_decided_by_another",
                condition=Q(split_by__isnull=True) | ~Q(split_by=F("split_proposed_by")),
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="merge_by_state")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.record} → {self.into}"
