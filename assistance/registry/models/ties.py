from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited


class StaffTie(models.Model):
    """Whose case somebody of the staff does not touch: his own and those of relatives he declared."""

    class Relation(models.TextChoices):
        SELF = "self", _("Myself")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Son or daughter")
        PARENT = "parent", _("Father or mother")
        SIBLING = "sibling", _("Brother or sister")
        OTHER = "other", _("Another relative, or anybody else I must not decide on")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="ties",
        verbose_name=_("user"),
    )
    relation = models.CharField(_("relation"), max_length=12, choices=Relation)
    name = models.CharField(_("name"), max_length=60)
    number = EncryptedTextField(_("id number"))
    digest = models.BinaryField(max_length=32, editable=False)
    declared_at = models.DateTimeField(_("declared at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("ended by"),
    )

    class Meta:
        verbose_name = _("declared relative")
        verbose_name_plural = _("declared relatives")
        triggers = edited(inserts=True)
        constraints = [
            models.UniqueConstraint(
                fields=["user", "digest"],
                condition=models.Q(ended_at=None),
                name="a_relative_declared_once",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(relation="self", ended_at=None),
                name="one_own_number",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by=None) | ~models.Q(ended_by=models.F("user")),
                name="nobody_ends_his_own_tie",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_relation_display()} {self.name}"
