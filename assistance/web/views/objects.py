"""Fetching what a view is about: within the person's scope, or it does not exist."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from assistance.cases.models import Application, Notice
from assistance.cases.permissions import may_open_papers
from assistance.cases.queries import applications_visible_to, notices_visible_to
from assistance.web.requests import StaffRequest


def visible_application(request: StaffRequest, number: str) -> Application:
    related = (
        "person__township",
        "agency",
        "township",
        "entered_by",
        "assigned_to",
        "account",
        "award",
    )
    visible = applications_visible_to(request.user).select_related(*related)
    return get_object_or_404(visible.prefetch_related("participations"), number=number)


def application_with_papers(request: StaffRequest, number: str) -> Application:
    """As `visible_application`, for whoever may open the papers of the case too."""
    application = visible_application(request, number)
    if not may_open_papers(request.user, application):
        raise PermissionDenied
    return application


def visible_notice(request: StaffRequest, number: str) -> Notice:
    related = ("agency", "township", "drawn_up_by", "posted_by", "certified_by")
    return get_object_or_404(
        notices_visible_to(request.user).select_related(*related), number=number
    )
