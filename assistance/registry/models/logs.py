from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.registry.models.people import Person
from assistance.shared.tables import written_once


class PersonChange(models.Model):
    """Every change of a person's record, written by the operation that made it: the timeline."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        CORRECTED = "corrected", _("Corrected")
        MOVED = "moved", _("Moved")
        RESIDENCE_ENDED = "residence_ended", _("Residence ended")
        RESIDENCE_VOIDED = "residence_voided", _("Residence voided")
        RECOGNISED = "recognised", _("Recognised")
        RECOGNITION_ENDED = "recognition_ended", _("Recognition ended")
        RECOGNITION_VOIDED = "recognition_voided", _("Recognition voided")
        ENROLLED = "enrolled", _("Enrolled")
        ENROLMENT_ENDED = "enrolment_ended", _("Enrolment ended")
        ENROLMENT_VOIDED = "enrolment_voided", _("Enrolment voided")
        DIED = "died", _("Death recorded")
        DEATH_REVOKED = "death_revoked", _("Record of death revoked")
        ACCOUNT_ADDED = "account_added", _("Bank account added")
        ACCOUNT_CHECKED = "account_checked", _("Bank account checked")
        ACCOUNT_RETIRED = "account_retired", _("Bank account retired")
        JOINED_HOUSEHOLD = "joined_household", _("Joined a household")
        LEFT_HOUSEHOLD = "left_household", _("Left the household")
        HOUSEHOLD_VOIDED = "household_voided", _("Household membership voided")
        NAME_CHANGED = "name_changed", _("Name changed")
        NUMBER_CHANGED = "number_changed", _("Id number changed")
        CHANGE_REFUSED = "change_refused", _("Change of name or number refused")
        GUARDIAN_ADDED = "guardian_added", _("Guardian recorded")
        GUARDIAN_ENDED = "guardian_ended", _("Guardianship ended")
        GUARDIAN_VOIDED = "guardian_voided", _("Guardianship voided")
        CERTIFIED = "certified", _("Certificate recorded")
        CERTIFICATE_ENDED = "certificate_ended", _("Certificate ended")
        CERTIFICATE_VOIDED = "certificate_voided", _("Certificate voided")
        SUBSIDISED = "subsidised", _("Premium subsidised")
        SUBSIDY_VOIDED = "subsidy_voided", _("Premium subsidy voided")
        MERGED = "merged", _("Records merged")
        SPLIT = "split", _("Records separated again")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"))
    # Empty: the system.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # What became of it; numbers of persons and accounts are masked, this column is not encrypted.
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a person")
        verbose_name_plural = _("changes of people")
        indexes = [models.Index(fields=["person", "id"], name="change_by_person")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_kind_display()}"


class RegisterUse(models.Model):
    """What was decided on the strength of somebody's recognitions: later they are not undone."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    # In words without personal data: "assessment 2025".
    subject = models.CharField(_("subject"), max_length=200)

    class Meta:
        verbose_name = _("use of the register")
        verbose_name_plural = _("uses of the register")
        indexes = [models.Index(fields=["person", "at"], name="register_use_by_person")]
        triggers = written_once()

    def __str__(self) -> str:
        return self.subject


class AccessLog(models.Model):
    """Who looked at, searched for or took out personal data, when and why."""

    class Kind(models.TextChoices):
        LOOKUP = "lookup", _("Looked up by number and name")
        EXPORT = "export", _("Exported a list")
        BANK_FILE = "bank_file", _("Downloaded a bank file")
        PRINT = "print", _("Printed a sheet")
        PAPER = "paper", _("Opened a paper")
        REVEAL = "reveal", _("Showed a number in full")
        COMPARE = "compare", _("Compared a number by typing")
        PUSHED = "pushed", _("Saw people of a pushed list")

    class Field(models.TextChoices):
        ID_NUMBER = "id_number", _("Id number")
        PHONE = "phone", _("Phone")
        ACCOUNT = "account", _("Account number")
        APPLICANT_PHONE = "applicant_phone", _("Applicant's phone")

    class Reason(models.TextChoices):
        """Why a number was shown in full."""

        PAPER = "paper", _("Compared with a paper")
        CALL = "call", _("To call the person")
        BANK = "bank", _("Cleared up with the bank")
        OTHER_OFFICE = "other_office", _("Cleared up with another office")
        INSURANCE = "insurance", _("Looked up in the insurance system")
        OTHER = "other", _("Another reason")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # What was opened, in words without personal data: "applications, 312 rows".
    subject = models.CharField(_("subject"), max_length=200)
    # Of a number shown or compared: which one, and why.
    field = models.CharField(_("number"), max_length=20, choices=Field, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True, default="")
    request_id = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        indexes = [
            models.Index(fields=["person", "-id"], name="access_by_person"),
            models.Index(fields=["user", "kind", "-at"], name="access_by_user_and_kind"),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"
