"""Code tables only: people and their data are not administered, they are worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.accounts.console import SECURITY_OFFICER, ConsoleAdmin, TableAdmin, TableResource
from assistance.accounts.models import User
from assistance.registry.models import CategoryWord, RecipientCategory, StaffTie
from assistance.registry.operations import end_tie
from assistance.shared.masking import mask_name

if TYPE_CHECKING:
    CategoryModelForm = forms.ModelForm[RecipientCategory]
else:
    CategoryModelForm = forms.ModelForm


class RecipientCategoryResource(TableResource):
    class Meta(TableResource.Meta):
        model = RecipientCategory
        fields = ("code", "name", "is_hardship", "order")
        import_id_fields = ("code",)


class RecipientCategoryForm(CategoryModelForm):
    class Meta:
        model = RecipientCategory
        fields = ["code", "name", "is_hardship", "order"]
        labels = {"name": _("official name")}


@admin.register(RecipientCategory)
class RecipientCategoryAdmin(TableAdmin):
    form = RecipientCategoryForm
    resource_classes = [RecipientCategoryResource]
    list_display = ["code", "official_name", "is_hardship", "order"]
    search_fields = ["code", "name"]
    ordering = ["order", "code"]

    @admin.display(description=_("official name"), ordering="name")
    def official_name(self, category: RecipientCategory) -> str:
        return category.name


class CategoryWordResource(TableResource):
    class Meta(TableResource.Meta):
        model = CategoryWord
        fields = ("agency", "word", "category", "beside")
        import_id_fields = ("agency", "word")


@admin.register(CategoryWord)
class CategoryWordAdmin(TableAdmin):
    resource_classes = [CategoryWordResource]
    list_display = ["agency", "word", "category", "beside"]
    list_filter = ["agency"]
    search_fields = ["word"]
    ordering = ["agency", "word"]


@admin.register(StaffTie)
class StaffTieAdmin(ConsoleAdmin):
    """Whose cases the staff must not touch; the number stays with whoever declared it."""

    officers = SECURITY_OFFICER
    can_add = can_change = can_delete = False
    list_display = ["user", "relation", "masked_name", "declared_at", "ended_at", "ended_by"]
    list_display_links = None
    list_select_related = ["user", "ended_by"]
    search_fields = ["user__full_name", "user__username"]
    fields = ()
    ordering = ["-declared_at", "-id"]
    actions = ["end"]

    @admin.display(description=_("name"))
    def masked_name(self, tie: StaffTie) -> str:
        return mask_name(tie.name)

    @admin.action(description=_("End the selected declarations"))
    def end(self, request: HttpRequest, queryset: QuerySet[StaffTie]) -> None:
        by = cast("User", request.user)
        for tie in queryset.filter(ended_at=None).exclude(user=by).select_related("user"):
            end_tie(tie, by=by, at=timezone.now())
