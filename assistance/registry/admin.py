"""Code tables only: people and their data are not administered, they are worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assistance.accounts.console import TableAdmin, TableResource
from assistance.registry.models import CategoryWord, RecipientCategory

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
