"""The request of somebody who is logged in, typed."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from assistance.accounts.models import User


class StaffRequest(HttpRequest):
    """`LoginRequiredMiddleware` lets nobody else reach a view that is not marked public."""

    user: User
    htmx: HtmxDetails
