"""Logging in and one's own account."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

CONFIRM = _("Confirm")


def _helper(form: Any, button: Any, css_class: str = "btn-primary") -> FormHelper:
    helper = FormHelper(form)
    helper.add_input(Submit("", button, css_class=css_class))
    return helper


class LoginForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(self, _("Log in"), "btn-primary w-100")


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
    """The first code of a new authenticator, and of the one it replaces."""

    present = forms.CharField(
        label=_("Code of the authenticator so far, or a recovery code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, button=_("Set up"), **kwargs)
        if not replaces:
            del self.fields["present"]
            # Its layout names the fields that were there when it was made.
            self.helper = _helper(self, _("Set up"), "btn-primary w-100")
