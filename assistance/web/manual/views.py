from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from assistance.web.manual.chapters import SLUGS, SUMMARY, chapter, chapters_of
from assistance.web.manual.sections import place_of
from assistance.web.requests import StaffRequest


def manual(request: StaffRequest) -> HttpResponse:
    """From a page to what explains it."""
    slug, section = place_of(request.user, request.GET.get("page", ""))
    return redirect(reverse("manual_chapter", args=[slug]) + (f"#{section}" if section else ""))


def manual_chapter(request: StaffRequest, slug: str) -> HttpResponse:
    """Any chapter may be read by anybody: it explains, and shows nobody's data."""
    if slug not in {*SLUGS, SUMMARY}:
        raise Http404
    page = {
        "chapter": chapter(slug),
        "own": chapters_of(request.user),
        "every": [chapter(each) for each in SLUGS],
    }
    return render(request, "web/manual/chapter.html", page)
