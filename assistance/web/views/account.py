"""One's own account: the open sessions, the second factor, and how long one stays logged in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from assistance.accounts.models import RecoveryCode, SecondFactor
from assistance.accounts.operations import confirm_factor, end_sessions, renew_recovery_codes
from assistance.accounts.queries import has_second_factor, needs_second_factor, sessions_of
from assistance.accounts.sessions import seconds_left
from assistance.shared.errors import Refused
from assistance.web import entry
from assistance.web.forms.access import CodeForm, SetUpForm
from assistance.web.requests import StaffRequest
from assistance.web.views.access import authenticator


@never_cache
def account(request: StaffRequest) -> HttpResponse:
    user = request.user
    unused = RecoveryCode.objects.filter(factor__user=user, used_at=None)
    shown = {
        "sessions": sessions_of(user),
        "this": request.session.session_key,
        "factor": SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first(),
        "codes_left": unused.count(),
        "required": needs_second_factor(user),
    }
    return render(request, "web/account/account.html", shown)


@require_POST
@never_cache
@sensitive_post_parameters("password")
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    if not entry.password_is_right(request, request.user, request.POST.get("password", "")):
        messages.error(request, _("This password is not right."))
        return redirect("account")
    ended = end_sessions(request.user, keep=request.session.session_key)
    sentence = ngettext(
        "%(count)d other session was ended.", "%(count)d other sessions were ended.", ended
    )
    messages.success(request, sentence % {"count": ended})
    return redirect("account")


@never_cache
@sensitive_post_parameters("code", "present", "password")
def set_up_factor(request: StaffRequest) -> HttpResponse:
    user = request.user
    asked = "present" if has_second_factor(user) else "password"
    form = SetUpForm(request.POST or None, asked=asked)
    secret = entry.offered(request) if request.method == "POST" else entry.offer_anew(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if problem := _unproven(request, asked, given[asked]):
            form.add_error(asked, problem)
        else:
            try:
                codes = confirm_factor(user, given["code"], secret=secret, at=timezone.now())
            except Refused as refused:
                form.add_error("code", str(refused))
            else:
                entry.forget_offer(request)
                return _codes(request, codes)
    shown = {"form": form, **authenticator(user, secret)}
    return render(request, "web/account/set_up.html", shown)


def _unproven(request: StaffRequest, asked: str, given: str) -> str:
    """Why what was given proves nothing; empty where it does."""
    if asked == "present":
        right = entry.code_is_right(request, request.user, given)
        return "" if right else _("This code is not right, or it was used before.")
    right = entry.password_is_right(request, request.user, given)
    return "" if right else _("This password is not right.")


@require_POST
@never_cache
@sensitive_post_parameters("code")
def new_recovery_codes(request: StaffRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    if not code or not entry.code_is_right(request, request.user, code):
        messages.error(request, _("This code is not right, or it was used before."))
        return redirect("account")
    try:
        codes = renew_recovery_codes(request.user, at=timezone.now())
    except Refused as refused:  # taken off by two officers at this very moment
        messages.error(request, str(refused))
        return redirect("account")
    return _codes(request, codes)


@login_not_required
@never_cache
def session_left(request: HttpRequest) -> JsonResponse:
    """How long the session lasts; the one request that is no work, so it lengthens nothing."""
    left = seconds_left(request) if request.user.is_authenticated else 0
    return JsonResponse({"left": left})


@require_POST
@never_cache
def stay(request: StaffRequest) -> JsonResponse:
    """Somebody said that he is still there: every request but the one above lengthens the session."""
    request.session["seen"] = timezone.now().timestamp()
    return JsonResponse({"left": seconds_left(request)})


def _codes(request: StaffRequest, codes: list[str]) -> HttpResponse:
    shown = {"codes": codes, "leads_to": reverse("account")}
    return render(request, "registration/recovery_codes.html", shown)
