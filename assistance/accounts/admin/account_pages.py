"""What an officer does to one account beside its form: password, lost second factor, sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assistance.accounts.models import User
from assistance.accounts.operations import ask_factor_reset, end_sessions_of, set_password
from assistance.shared.errors import NotAllowed, Refused

Work = Callable[[User, dict[str, Any], User], None]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class NothingForm(forms.Form):
    """A button alone."""


class AccountPage:
    """A form on a page of its own, and what is done with it."""

    def __init__(
        self, name: str, form: Any, title: Promise | str, hint: Promise | str, done: Promise | str,
        work: Work,
    ) -> None:  # fmt: skip
        self.name, self.form, self.title = name, form, title
        self.hint, self.done, self.work = hint, done, work

    def __call__(self, model_admin: Any, request: HttpRequest, user_id: int) -> HttpResponse:
        user = get_object_or_404(User, pk=user_id)
        given = request.POST if request.method == "POST" else None
        form = self.form(user, given) if self.form is SetPasswordForm else self.form(given)
        if given is not None and form.is_valid():
            try:
                self.work(user, form.cleaned_data, cast("User", request.user))
            except NotAllowed as refused:
                raise PermissionDenied(str(refused)) from None
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, self.done % {"user": user})
                return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user.pk]))
        context = {
            **model_admin.admin_site.each_context(request),
            "title": self.title % {"user": user},
            "hint": self.hint,
            "form": form,
            "opts": model_admin.opts,
            "original": user,
        }
        return TemplateResponse(request, "admin/accounts/user/page.html", context)


def _reset_password(user: User, values: dict[str, Any], by: User) -> None:
    set_password(user, values["new_password1"], by=by, at=timezone.now())


def _ask_reset(user: User, values: dict[str, Any], by: User) -> None:
    ask_factor_reset(user, reason=values["reason"], by=by, at=timezone.now())


def _end_sessions(user: User, _values: dict[str, Any], by: User) -> None:
    end_sessions_of(user, by=by, at=timezone.now())


PAGES = {
    "password": AccountPage(
        "accounts_user_reset_password",
        SetPasswordForm,
        gettext_lazy("Reset the password of %(user)s"),
        gettext_lazy(
            "The user must choose a password of their own at the next log-in. Open sessions end."
        ),
        gettext_lazy("The password of %(user)s was reset; it must be changed at the next log-in."),
        _reset_password,
    ),
    "second-factor": AccountPage(
        "accounts_user_ask_factor_reset",
        ReasonForm,
        gettext_lazy("Take the second factor of %(user)s off"),
        gettext_lazy("Telephone and recovery codes are lost: another officer has to agree."),
        gettext_lazy("Asked for %(user)s; another officer decides."),
        _ask_reset,
    ),
    "sessions": AccountPage(
        "accounts_user_end_sessions",
        NothingForm,
        gettext_lazy("End the sessions of %(user)s"),
        gettext_lazy("Whoever works in one of them has to log in again."),
        gettext_lazy("The sessions of %(user)s were ended."),
        _end_sessions,
    ),
}


def account_pages(model_admin: Any) -> list[URLPattern]:
    """The addresses of the pages above, below the one of the account."""

    def view(page: AccountPage) -> Callable[..., HttpResponse]:
        def shown(request: HttpRequest, user_id: int) -> HttpResponse:
            return page(model_admin, request, user_id)

        return cast("Callable[..., HttpResponse]", model_admin.admin_site.admin_view(shown))

    return [path(f"<int:user_id>/{at}/", view(page), name=page.name) for at, page in PAGES.items()]
