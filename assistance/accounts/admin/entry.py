"""The rules of entry, sessions, substitutes and lost second factors: the security officer's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.accounts.console import BOTH, SECURITY_OFFICER, ConsoleAdmin
from assistance.accounts.models import (
    EntryRules,
    FactorReset,
    RoleRule,
    Substitution,
    User,
)
from assistance.accounts.operations import (
    check_substitution,
    decide_factor_reset,
    order_substitution,
    revoke_substitution,
    set_role_rule,
)
from assistance.accounts.roles import Role
from assistance.shared.errors import Refused

if TYPE_CHECKING:
    SubstitutionModelForm = forms.ModelForm[Substitution]
else:
    SubstitutionModelForm = forms.ModelForm


@admin.register(EntryRules)
class EntryRulesAdmin(ConsoleAdmin):
    officers = SECURITY_OFFICER
    can_add = can_delete = False
    list_display = ["__str__", "password_days", "idle_minutes", "session_hours", "dormant_days"]
    ordering = ["id"]


@admin.register(RoleRule)
class RoleRuleAdmin(ConsoleAdmin):
    officers = SECURITY_OFFICER
    can_add = can_delete = False
    list_display = ["__str__", "second_factor"]
    readonly_fields = ["role"]
    ordering = ["id"]

    def save_model(self, request: HttpRequest, obj: RoleRule, form: Any, change: bool) -> None:
        required, by = form.cleaned_data["second_factor"], cast("User", request.user)
        set_role_rule(obj, second_factor=required, by=by)


class SubstitutionForm(SubstitutionModelForm):
    class Meta:
        model = Substitution
        fields = ["absent", "substitute", "role", "first_day", "last_day", "reason"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            check_substitution(
                values["absent"],
                substitute=values["substitute"],
                role=Role(values["role"]),
                first_day=values["first_day"],
                last_day=values["last_day"],
            )
        except Refused as refused:
            self.add_error(None, str(refused))
        return values


@admin.register(Substitution)
class SubstitutionAdmin(ConsoleAdmin):
    officers = SECURITY_OFFICER
    can_change = can_delete = False
    form = SubstitutionForm
    list_display = ["absent", "substitute", "role", "first_day", "last_day", "revoked_at"]
    list_select_related = ["absent", "substitute"]
    search_fields = ["absent__full_name", "substitute__full_name"]
    ordering = ["-first_day", "-id"]
    autocomplete_fields = ["absent", "substitute"]
    actions = ["revoke"]

    def save_model(self, request: HttpRequest, obj: Substitution, form: Any, change: bool) -> None:
        values = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        made = order_substitution(
            values.pop("absent"), **values, by=cast("User", request.user), at=timezone.now()
        )
        obj.pk = made.pk

    @admin.action(description=_("Revoke the selected substitutions"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Substitution]) -> None:
        for row in queryset.filter(revoked_at=None):
            revoke_substitution(row, by=cast("User", request.user), at=timezone.now())


@admin.register(FactorReset)
class FactorResetAdmin(ConsoleAdmin):
    """Asked for on the page of the account; here the other officer decides."""

    officers = BOTH
    can_add = can_change = can_delete = False
    list_display = ["user", "reason", "asked_by", "asked_at", "decided_by", "granted"]
    list_select_related = ["user", "asked_by", "decided_by"]
    list_filter = ["granted"]
    ordering = ["-asked_at", "-id"]
    actions = ["grant", "refuse"]

    @admin.action(description=_("Take the second factor off"))
    def grant(self, request: HttpRequest, queryset: QuerySet[FactorReset]) -> None:
        self._decide(request, queryset, granted=True)

    @admin.action(description=_("Refuse"))
    def refuse(self, request: HttpRequest, queryset: QuerySet[FactorReset]) -> None:
        self._decide(request, queryset, granted=False)

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[FactorReset], *, granted: bool
    ) -> None:
        by = cast("User", request.user)
        for reset in queryset.select_related("user"):
            try:
                decide_factor_reset(reset, granted=granted, by=by, at=timezone.now())
            except Refused as refused:
                self.message_user(request, f"{reset.user}: {refused}", messages.ERROR)
