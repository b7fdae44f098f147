"""Code tables only: people and their data are not administered, they are worked on."""

from __future__ import annotations

from django.contrib import admin

from assistance.accounts.console import TableAdmin, TableResource
from assistance.registry.models import RecipientCategory


class RecipientCategoryResource(TableResource):
    class Meta(TableResource.Meta):
        model = RecipientCategory
        fields = ("code", "name", "is_hardship", "order")
        import_id_fields = ("code",)


@admin.register(RecipientCategory)
class RecipientCategoryAdmin(TableAdmin):
    resource_classes = [RecipientCategoryResource]
    list_display = ["code", "name", "is_hardship", "order"]
    search_fields = ["code", "name"]
    ordering = ["order", "code"]
