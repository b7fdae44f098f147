"""Code tables of bills: where they may arise, and which diagnoses mean what."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from assistance.accounts.console import TableAdmin, TableResource
from assistance.settlements.models import Institution, PsychiatricTerm
from assistance.settlements.operations.psychiatric import propose_marks


class InstitutionResource(TableResource):
    class Meta(TableResource.Meta):
        model = Institution
        fields = ("code", "name", "kind", "level", "place", "first_day", "last_day")
        import_id_fields = ("code", "first_day")


@admin.register(Institution)
class InstitutionAdmin(TableAdmin):
    resource_classes = [InstitutionResource]
    list_display = ["code", "name", "kind", "level", "place", "first_day", "last_day"]
    list_filter = ["kind", "level", "place"]
    search_fields = ["code", "name"]
    ordering = ["code", "first_day"]


class PsychiatricTermResource(TableResource):
    class Meta(TableResource.Meta):
        model = PsychiatricTerm
        fields = ("kind", "text", "verdict", "source", "first_day", "last_day")
        import_id_fields = ("kind", "text", "first_day")


@admin.register(PsychiatricTerm)
class PsychiatricTermAdmin(TableAdmin):
    resource_classes = [PsychiatricTermResource]
    list_display = ["kind", "text", "verdict", "first_day", "last_day", "source"]
    list_filter = ["verdict", "kind"]
    search_fields = ["text", "source"]
    ordering = ["kind", "text", "first_day"]
    actions = ["propose_again"]

    @admin.action(description=_("Look through all bills by the list as it is now"))
    def propose_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = propose_marks()
        self.message_user(
            request,
            ngettext("%(count)d bill marked.", "%(count)d bills marked.", count) % {"count": count},
        )
