from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.files.models import StoredFile
from assistance.payments.models.awards import Award
from assistance.registry.models import BankAccount, CertificateType
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited, written_once


class HeirClaim(models.Model):
    """Who receives the award of somebody who has died: the only heir, or the one all heirs have authorised.

    The bank is given one payment; the heirs divide it among themselves. Only the operations write `state`.
    """

    class State(models.TextChoices):
        ENTERED = "entered", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Set aside")
        VOID = "void", _("Void: the person is alive")

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="heir_claims")
    payee_name = models.CharField(_("paid to"), max_length=60)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.ENTERED)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("heirs' claim")
        verbose_name_plural = _("heirs' claims")
        constraints = [
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(state__in=["entered", "confirmed"]),
                name="one_live_heirs_claim_per_award",
            ),
            models.CheckConstraint(
                name="heirs_claim_is_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="confirmed_heirs_claim_has_a_second_person",
                condition=~Q(state="confirmed") | Q(decided_by__isnull=False),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.payee_name


class Heir(models.Model):
    """One heir; the one who `receives` is paid for all."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Son or daughter")
        PARENT = "parent", _("Father or mother")
        GRANDCHILD = "grandchild", _("Grandchild in place of a child who has died")
        SIBLING = "sibling", _("Brother or sister")
        GRANDPARENT = "grandparent", _("Grandparent")
        WILL = "will", _("Named in a will")
        OTHER = "other", _("Other: see the papers")

    claim = models.ForeignKey(HeirClaim, on_delete=models.PROTECT, related_name="heirs")
    position = models.PositiveSmallIntegerField(_("no."))
    name = models.CharField(_("name"), max_length=60)
    certificate_type = models.CharField(
        _("document"),
        max_length=4,
        choices=CertificateType,
        default=CertificateType.RESIDENT_ID,
    )
    id_number = EncryptedTextField(_("id number"))
    relation = models.CharField(_("relation to the patient"), max_length=12, choices=Relation)
    share = models.DecimalField(_("share in percent"), max_digits=5, decimal_places=2, null=True)
    receives = models.BooleanField(_("is paid"), default=False)

    class Meta:
        verbose_name = _("heir")
        verbose_name_plural = _("heirs")
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="one_heir_per_position"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(receives=True), name="one_heir_is_paid"
            ),
            models.CheckConstraint(
                name="heirs_share_is_a_part_of_the_whole",
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100),
            ),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return self.name


# 民法典 第1127条: those of the second order inherit only where there is nobody of the first.
SECOND_ORDER = frozenset({Heir.Relation.SIBLING, Heir.Relation.GRANDPARENT})


class ClaimPaper(models.Model):
    """A paper of a claim."""

    class Kind(models.TextChoices):
        DEATH = "death", _("Death certificate")
        KINSHIP = "kinship", _("Proof of kinship")
        AGREEMENT = "agreement", _("Agreement or authorisation of all heirs")

    claim = models.ForeignKey(HeirClaim, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("paper of heirs")
        verbose_name_plural = _("papers of heirs")
        triggers = written_once()

    def __str__(self) -> str:
        return self.get_kind_display()
