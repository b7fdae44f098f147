from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.accounts.operations import check_administrator_remains, check_assignment
from assistance.accounts.roles import Role
from assistance.shared.errors import Refused

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
    PasswordMixin = SetPasswordMixin[User]
else:
    UserModelForm = forms.ModelForm
    PasswordMixin = SetPasswordMixin


class UserForm(UserModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Auditor, administrator and partner department stand alone;"
            " payment officer and fund supervisor exclude each other."
        ),
    )

    class Meta:
        model = User
        fields = ["username", "full_name", "agency", "township", "is_active"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.fields["roles"].initial = [role.value for role in self.instance.roles]

    def clean_roles(self) -> set[Role]:
        return {Role(name) for name in self.cleaned_data["roles"]}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        roles, is_active = values.get("roles", set()), values.get("is_active", True)
        try:
            if is_active:
                check_assignment(
                    roles, agency=values.get("agency"), township=values.get("township")
                )
            if self.instance.pk:
                check_administrator_remains(self.instance, roles, is_active=is_active)
        except Refused as refused:
            self.add_error(None, str(refused))
        return values


class NewUserForm(PasswordMixin, UserForm):
    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("first password"), label2=_("first password again")
    )

    class Meta(UserForm.Meta):
        fields = ["username", "full_name", "agency", "township"]

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        return super().clean()

    def _post_clean(self) -> None:
        # As Django's own form for new users: the password is compared with the name it was given.
        super()._post_clean()  # type: ignore[misc]
        self.validate_password_for_user(self.instance)
