"""The joint meeting on the bottom line (联席会议, ZS22 三(二)): who came, what was decided, what was paid."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.files.models import StoredFile
from assistance.payments.models import Award, FundSource
from assistance.policies.models import Assessment
from assistance.screening.models.bottom_line import BottomLineCase
from assistance.screening.states import MeetingState, Vote
from assistance.shared.fields import EncryptedTextField, money_field
from assistance.shared.tables import edited, written_once


class MeetingDepartment(models.Model):
    """Who is called to the joint meeting: the departments that ZS22 三(二) names, as data."""

    name = models.CharField(_("official name"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("no."))
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("department of the joint meeting")
        verbose_name_plural = _("departments of the joint meeting")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """A meeting that the city's agency convenes for its own cases and those of the agencies below it."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("meeting place"), max_length=80)
    chair = models.CharField(_("in the chair"), max_length=60)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState, default=MeetingState.CALLED
    )
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    called_at = models.DateTimeField(_("called at"))
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    minuted_at = models.DateTimeField(_("votes closed at"), null=True)
    # The signed minutes, as scanned: without them nothing is awarded.
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed minutes filed at"), null=True)

    class Meta:
        verbose_name = _("joint meeting")
        verbose_name_plural = _("joint meetings")
        constraints = [
            models.CheckConstraint(
                name="signed_minutes_have_a_scan",
                condition=~Q(state="signed") | Q(scan__isnull=False, signed_at__isnull=False),
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number


class Minutes(models.Model):
    """The minutes as they were printed when the votes were closed. Written once: what is signed is reprinted."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes")
    # What they say, with the agency of each line for the extracts.
    data = EncryptedTextField(_("what it says"))
    # The PDF in base64.
    paper = EncryptedTextField(_("paper"))
    digest = models.CharField(_("digest of the paper"), max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("minutes of a joint meeting")
        verbose_name_plural = _("minutes of joint meetings")
        triggers = written_once()

    def __str__(self) -> str:
        return str(self.meeting)


class Attendance(models.Model):
    """A department at a meeting: who came for it, or that nobody did."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    department = models.ForeignKey(MeetingDepartment, on_delete=models.PROTECT, related_name="+")
    # Empty: absent.
    represented_by = models.CharField(_("represented by"), max_length=60, blank=True)
    is_present = models.BooleanField(_("present"), null=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "department"], name="one_row_per_meeting_and_department"
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.meeting} {self.department}"


class Resolution(models.Model):
    """A case on the agenda of a meeting, what was decided on it, and the award that was made of it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="resolutions")
    case = models.ForeignKey(BottomLineCase, on_delete=models.PROTECT, related_name="resolutions")
    # What lay before the meeting.
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    proposed = money_field(verbose_name=_("proposed amount"))
    vote = models.CharField(_("decision"), max_length=10, choices=Vote, blank=True)
    amount = money_field(verbose_name=_("decided amount"), null=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    # Which giver of the special fund pays; none: the assistance fund of the agency of recognition.
    source = models.ForeignKey(FundSource, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"), null=True)
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, related_name="resolution"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released at"), null=True)
    # Something changed after the vote, or the award was taken back: this vote is used up.
    sent_back_at = models.DateTimeField(_("sent back at"), null=True)
    sent_back_because = models.CharField(_("sent back because"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "case"], name="one_resolution_per_meeting_and_case"
            ),
            # On one agenda at a time, and granted once.
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(vote__in=["", "granted", "refused"], sent_back_at__isnull=True),
                name="one_standing_resolution_of_a_case",
            ),
            models.CheckConstraint(
                name="granted_resolution_has_an_amount",
                condition=Q(vote="granted", amount__gt=0)
                | (~Q(vote="granted") & Q(amount__isnull=True)),
            ),
            models.CheckConstraint(
                name="award_is_released_by_another",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("recorded_by")),
            ),
            models.CheckConstraint(
                name="only_a_grant_is_released",
                condition=Q(award__isnull=True) | Q(vote="granted", released_by__isnull=False),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.meeting} {self.case}"
