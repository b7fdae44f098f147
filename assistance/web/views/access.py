"""Logging in and out, the language, and the errors that need no record."""

from __future__ import annotations

import sys
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.i18n import set_language

from assistance.accounts.models import User
from assistance.accounts.operations import change_own_password, confirm_factor, doubt_password
from assistance.accounts.totp import address, picture
from assistance.shared.errors import Refused
from assistance.shared.requests import request_id
from assistance.web import entry
from assistance.web.forms.access import CodeForm, LoginForm, NewPasswordForm, SetUpForm


@method_decorator(login_not_required, name="dispatch")
class Login(LoginView):
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user, now = form.get_user(), timezone.now()
        doubt_password(user, form.cleaned_data["password"], at=now)
        step = entry.step_after_password(user)
        if step is not None:
            entry.wait_halfway(self.request, user, leads_to=self.get_success_url())
            return redirect(step)
        entry.let_in(self.request, user)
        return HttpResponseRedirect(self.get_success_url())


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def login_code(request: HttpRequest) -> HttpResponse:
    """The second step of a log-in; without the first there is nothing here."""
    found = entry.halfway(request)
    if found is None or entry.step_after_password(found[0]) != "login_code":
        return redirect("login")
    user, leads_to = found
    form = CodeForm(request.POST or None, button=_("Log in"))
    if request.method == "POST" and form.is_valid():
        if entry.code_is_right(request, user, form.cleaned_data["code"]):
            entry.let_in(request, user)
            return HttpResponseRedirect(leads_to)
        form.add_error("code", _("This code is not right, or it was used before."))
    return render(request, "registration/code.html", {"form": form})


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def login_set_up(request: HttpRequest) -> HttpResponse:
    """Whose role needs a second factor sets it up before he gets in."""
    found = entry.halfway(request)
    if found is None or entry.step_after_password(found[0]) != "login_set_up":
        return redirect("login")
    user, leads_to = found
    form = SetUpForm(request.POST or None)
    secret = entry.offered(request) if request.method == "POST" else entry.offer_anew(request)
    if request.method == "POST" and form.is_valid() and not entry.is_locked_out(request, user):
        try:
            code = form.cleaned_data["code"]
            codes = confirm_factor(user, code, secret=secret, at=timezone.now())
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            entry.let_in(request, user)
            shown = {"codes": codes, "leads_to": leads_to}
            return render(request, "registration/recovery_codes.html", shown)
    offered = authenticator(user, secret)
    return render(request, "registration/set_up.html", {"form": form, **offered})


def authenticator(user: User, secret: str) -> dict[str, str]:
    """What an authenticator is set up with: the picture, and the key in groups of four to type."""
    uri = address(secret, account=user.username, issuer="Yizhu")
    key = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"picture": picture(uri), "key": key}


class ChangePassword(PasswordChangeView):
    form_class = NewPasswordForm
    success_url = reverse_lazy("workbench")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        user = change_own_password(
            cast("User", self.request.user),
            form.cleaned_data["new_password1"],
            at=timezone.now(),
            keep_session=self.request.session.session_key,
        )
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("Your password has been changed."))
        return HttpResponseRedirect(self.get_success_url())


choose_language = login_not_required(set_language)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """503 where the database is away, which passes by itself; else 500."""
    away = isinstance(sys.exc_info()[1], (InterfaceError, OperationalError))
    page, status = ("503.html", 503) if away else ("500.html", 500)
    # Without the request: its context asks the database, which may be what failed.
    shown = render_to_string(page, {"is_demo": settings.DEMO, "request_id": request_id.get()})
    return HttpResponse(shown, status=status, headers={"Retry-After": "60"} if away else None)
