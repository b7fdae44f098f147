from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.registry.models.status import RecipientCategory
from assistance.shared.tables import edited


class CategoryWord(models.Model):
    """What a word on the lists of an agency means there.

    Illness-caused poverty stands beside the type of the household in Zhoushan (one word, two
    recognitions) and is a category of its own in Lanxi and Wenzhou.
    """

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    word = models.CharField(_("word on the list"), max_length=40)
    category = models.ForeignKey(
        RecipientCategory, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    beside = models.ForeignKey(
        RecipientCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("and beside it"),
    )

    class Meta:
        verbose_name = _("word for a category")
        verbose_name_plural = _("words for categories")
        constraints = [
            models.UniqueConstraint(fields=["agency", "word"], name="one_meaning_of_a_word"),
            models.CheckConstraint(
                name="word_means_two_different_categories",
                condition=Q(beside__isnull=True) | ~Q(beside=F("category")),
            ),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.word
