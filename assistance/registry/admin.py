"""Code tables only: people and their data are not administered, they are worked on."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assistance.accounts.console import TableAdmin, TableResource
from assistance.registry.models import RecipientCategory


class RecipientCategoryResource(TableResource):
    class Meta(TableResource.Meta):
        model = RecipientCategory
        fields = ("code", "name", "is_hardship", "order")
        import_id_fields = ("code",)


@admin.register(RecipientCategory)
class RecipientCategoryAdmin(TableAdmin):
    form = forms.modelform_factory(
        RecipientCategory,
        fields=["code", "name", "is_hardship", "order"],
        labels={"name": _("official name")},
    )
    resource_classes = [RecipientCategoryResource]
    list_display = ["code", "official_name", "is_hardship", "order"]
    search_fields = ["code", "name"]
    ordering = ["order", "code"]

    @admin.display(description=_("official name"), ordering="name")
    def official_name(self, category: RecipientCategory) -> str:
        return category.name
