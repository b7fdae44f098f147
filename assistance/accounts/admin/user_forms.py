from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.accounts.operations import (
    check_assignment,
    check_officer_remains,
    check_substitutions_stay,
)
from assistance.accounts.roles import Role
from assistance.shared.errors import Refused

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
    PasswordMixin = SetPasswordMixin[User]
else:
    UserModelForm = forms.ModelForm
    PasswordMixin = SetPasswordMixin


class NameForm(UserModelForm):
    """What the administrator says of an account: the name, and whether it is in use."""

    class Meta:
        model = User
        fields = ["full_name", "is_active"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        user, is_active = self.instance, values.get("is_active", True)
        try:
            check_officer_remains(user, user.assigned_roles, is_active=is_active)
        except Refused as refused:
            self.add_error(None, str(refused))
        return values


class RightsForm(UserModelForm):
    """What the security officer says of an account: the roles and the place."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "The officers of the system and the partner department stand alone;"
            " payment officer and fund supervisor exclude each other."
        ),
    )

    class Meta:
        model = User
        fields = ["agency", "township"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].initial = [role.value for role in self.instance.assigned_roles]

    def clean_roles(self) -> set[Role]:
        return {Role(name) for name in self.cleaned_data["roles"]}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        roles, user = values.get("roles", set()), self.instance
        try:
            check_assignment(roles, agency=values.get("agency"), township=values.get("township"))
            check_substitutions_stay(user, roles, on=localdate())
            check_officer_remains(user, roles, is_active=user.is_active)
        except Refused as refused:
            self.add_error(None, str(refused))
        return values


class NewUserForm(PasswordMixin, UserModelForm):
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("first password"), label2=_("first password again")
    )

    class Meta:
        model = User
        fields = ["username", "full_name"]

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        return super().clean() or {}

    def _post_clean(self) -> None:
        # As Django's own form for new users: the password is compared with the name it was given.
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance)
