"""Answers that no view gives."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assistance.accounts.models import User
from assistance.accounts.operations import count_refused

GetResponse = Callable[[HttpRequest], HttpResponse]


# What no page of ours needs is switched off for it and for whatever might be smuggled into it.
HEADERS = {
    "Permissions-Policy": "camera=(), display-capture=(), fullscreen=(), geolocation=(), microphone=(),"
    " midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class BordersMiddleware:
    """No answer of ours is kept by a cache, indexed, or read by another site.

    Static files are answered further out and never come here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store, private"
        return response


class RefusedOftenMiddleware:
    """Somebody logged in who is refused page after page is looking for something: that rings."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (403, 404) and isinstance(request.user, User):
            count_refused(request.user, at=timezone.now())
        return response


class OnlySentMiddleware:
    """A sentence where an address that only takes forms is opened.

    Whoever sends a form after the session has ended logs in and lands there; the bare 405 has no body.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response.get("Allow", "POST")
        return page
