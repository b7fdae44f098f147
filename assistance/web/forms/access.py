"""Logging in and one's own account."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.accounts.validators import LONGEST

CONFIRM = _("Confirm")


def _helper(form: Any, button: Any, css_class: str = "btn-primary") -> FormHelper:
    helper = FormHelper(form)
    helper.add_input(Submit("", button, css_class=css_class))
    return helper


class LoginForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self, _("Log in"), "btn-primary w-100")

    def confirm_login_allowed(self, user: Any) -> None:
        """Asked once the password was right: a first password that nobody used in time opens nothing."""
        super().confirm_login_allowed(user)
        # From the row: a hash that was renewed just now has already taken the day off the object.
        lapses = User.objects.values_list("password_lapses_at", flat=True).get(pk=user.pk)
        if lapses is not None and timezone.now() >= lapses:
            raise forms.ValidationError(
                _("Your first password has lapsed. Have the administrator give you a new one."),
                code="lapsed",
            )


class NewPasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self, _("Change password"))


class CodeForm(forms.Form):
    """A code of the authenticator, or where it replaces one a recovery code."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, *args: Any, button: Any = CONFIRM, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self, button, "btn-primary w-100")


class SetUpForm(CodeForm):
    """The first code of a new authenticator, and the code of the one it replaces or else the password."""

    present = forms.CharField(
        label=_("Code of the authenticator so far, or a recovery code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    password = forms.CharField(
        label=_("Your password"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, asked: str = "", **kwargs: Any) -> None:
        """`asked`: what proves once more who this is, `present` or `password`; nothing right after the log-in."""
        super().__init__(*args, button=_("Set up"), **kwargs)
        for name in {"present", "password"} - {asked}:
            del self.fields[name]
        # Its layout names the fields that were there when it was made.
        self.helper = _helper(self, _("Set up"), "btn-primary w-100")
