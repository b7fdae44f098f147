"""Who draws up lists, partner offices, who works there and what each kind is told: code tables.

What was drawn up or pushed is not edited.
"""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.console import SECURITY_OFFICER, ConsoleAdmin
from assistance.accounts.models import User, UserChange
from assistance.accounts.operations import end_sessions
from assistance.accounts.operations.notes import note
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


class PartnerMemberForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        """Whose agency it is not would be told of the people of another one."""
        values = super().clean() or {}
        user, office = values.get("user"), values.get("office")
        if user and office and user.agency_id != office.agency_id:
            raise forms.ValidationError(_("The office and the account are of different agencies."))
        return values


@admin.register(PartnerMember)
class PartnerMemberAdmin(ConsoleAdmin):
    """Which office somebody sits at is what he sees: the security officer says so, as of every place."""

    officers = SECURITY_OFFICER
    form = PartnerMemberForm
    list_display = ["user", "office"]
    list_select_related = ["user", "office"]
    list_filter = ["office"]
    ordering = ["office", "user"]

    def save_model(self, request: HttpRequest, obj: PartnerMember, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._note(request, obj, str(obj.office))

    def delete_model(self, request: HttpRequest, obj: PartnerMember) -> None:
        super().delete_model(request, obj)
        self._note(request, obj, "—")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[PartnerMember]) -> None:
        for member in queryset.select_related("user"):
            self.delete_model(request, member)

    def _note(self, request: HttpRequest, member: PartnerMember, office: str) -> None:
        """As with any change of rights, the sessions end and the history of the account says so."""
        end_sessions(member.user)
        sentence = f"{PartnerOffice._meta.verbose_name}: {office}"
        by = cast("User", request.user)
        note(member.user, UserChange.Kind.CHANGED, sentence, by=by, at=timezone.now())


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
