"""Who draws up lists, partner offices, who works there and what each kind is told: code tables.

What was drawn up or pushed is not edited.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from assistance.accounts.console import ConsoleAdmin
from assistance.screening.models import (
    ListOffice,
    MeetingDepartment,
    PartnerMember,
    PartnerOffice,
    PushField,
)
from assistance.screening.queries.documents import released


@admin.register(PartnerOffice)
class PartnerOfficeAdmin(ConsoleAdmin):
    """An office is never deleted, pushes name it: it is taken out of use."""

    can_delete = False
    list_display = ["name", "kind", "agency", "township", "recognises", "by_file", "is_active"]
    list_select_related = ["agency", "township"]
    list_filter = ["kind", "is_active", "agency"]
    search_fields = ["name"]
    ordering = ["agency", "kind", "name"]
    autocomplete_fields = ["agency", "township"]


@admin.register(PartnerMember)
class PartnerMemberAdmin(ConsoleAdmin):
    list_display = ["user", "office"]
    list_select_related = ["user", "office"]
    list_filter = ["office"]
    ordering = ["office", "user"]
    autocomplete_fields = ["office"]


@admin.register(PushField)
class PushFieldAdmin(ConsoleAdmin):
    list_display = ["kind", "list", "field"]
    list_filter = ["kind", "list"]
    ordering = ["kind", "list", "id"]


class ListOfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_city(self) -> str:
        """A place that no document is of would have no lists, ever, and nobody would miss them."""
        place, known = self.cleaned_data["city"].strip(), sorted(released().by_place)
        if place not in known:
            raise forms.ValidationError(
                _("No document of this place is released. Released are: %(places)s")
                % {"places": "、".join(known)}
            )
        return str(place)


@admin.register(ListOffice)
class ListOfficeAdmin(ConsoleAdmin):
    """Which agency draws up lists by the documents of which place, and from when on."""

    form = ListOfficeForm
    can_delete = False
    list_display = ["agency", "city", "since"]
    list_select_related = ["agency"]
    list_filter = ["city"]
    ordering = ["agency"]
    autocomplete_fields = ["agency"]


@admin.register(MeetingDepartment)
class MeetingDepartmentAdmin(ConsoleAdmin):
    """A department is never deleted, minutes name it: it is taken out of use."""

    can_delete = False
    list_display = ["name", "position", "in_use"]
    search_fields = ["name"]
    ordering = ["position", "id"]
