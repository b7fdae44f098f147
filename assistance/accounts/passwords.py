from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.accounts.models import User

# Leaving, and what the page itself asks about the session.
ALWAYS = ("logout", "session_left", "stay_logged_in")
GetResponse = Callable[[HttpRequest], HttpResponse]


class FirstPasswordMiddleware:
    """Who logs in with a password that an administrator chose changes it before anything else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return self.get_response(request)
        change = reverse("password_change")
        if request.path in {change, *(reverse(name) for name in ALWAYS)}:
            return self.get_response(request)
        messages.warning(request, _("Please choose a password of your own first."))
        return HttpResponseRedirect(change)
