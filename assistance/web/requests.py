"""The request of somebody who is logged in, typed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from assistance.accounts.models import User


class StaffRequest(HttpRequest):
    """`LoginRequiredMiddleware` lets nobody else reach a view that is not marked public."""

    user: User
    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str:
    """The address the request comes from, past the proxies of our own that the settings count.

    What stands further left in the header anybody can write, so it is not read.
    """
    passed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(passed) >= proxies and passed[-proxies].strip():
        return passed[-proxies].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
