"""Letters to applicants: the list, the page of one, its paper, and what is done about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from assistance.cases.models import Application, Letter
from assistance.cases.queries import (
    cases_without_letter,
    contents,
    correction_due,
    letters_visible_to,
    paper_of,
    remedies_of,
)
from assistance.files import pdfs
from assistance.registry.models import AccessLog
from assistance.shared.typeset import typeset
from assistance.web.acts import Act, links, perform
from assistance.web.files import respond_page
from assistance.web.letters.acts import SERVE
from assistance.web.letters.forms import LetterList
from assistance.web.lists import list_page
from assistance.web.paper.respond import pdf_response
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application

SHOWN = 20
LONGEST = 4  # places of a page number


def visible_letter(request: StaffRequest, letter_id: int) -> Letter:
    rows = letters_visible_to(request.user).select_related("made_by", "service__recorded_by")
    return get_object_or_404(rows, pk=letter_id)


@never_cache
def letters(request: StaffRequest) -> HttpResponse:
    rows = letters_visible_to(request.user)
    waiting = cases_without_letter(request.user).select_related("person").order_by("state_since")
    shown = {"waiting": waiting[:SHOWN], "waiting_count": waiting.count()}
    return list_page(request, LetterList, rows, "web/letters/list.html", **shown)


@never_cache
def letter(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = visible_letter(request, letter_id)
    shown = {
        "letter": letter,
        "service": getattr(letter, "service", None),
        "remedies": remedies_of(letter),
        "complete_until": correction_due(letter),
        "pages": range(1, pdfs.check(paper_of(letter)) + 1),
        "links": links([SERVE], request.user, letter, letter.pk),
    }
    return render(request, "web/letters/letter.html", shown)


@never_cache
def picture(request: StaffRequest, letter_id: int) -> HttpResponse:
    """A page of the letter to read on the screen."""
    letter = visible_letter(request, letter_id)
    page = request.GET.get("page", "1")
    return respond_page(
        request,
        paper_of(letter),
        subject=f"letter {letter.pk}",
        person=letter.application.person,
        page=int(page) if page.isdecimal() and len(page) < LONGEST else 1,
    )


@never_cache
def paper(request: StaffRequest, letter_id: int) -> HttpResponse:
    """The first print and every later one: the same bytes."""
    letter = visible_letter(request, letter_id)
    subject = f"letter {letter.pk}"
    before = AccessLog.objects.filter(kind=AccessLog.Kind.PRINT, subject=subject)
    again = before.filter(person=letter.application.person_id).exists()
    return pdf_response(
        request,
        paper_of(letter),
        filename=f"{letter.number}.pdf",
        subject=f"{subject} (again)" if again else subject,
        person=letter.application.person,
    )


@never_cache
def certificate(request: StaffRequest, letter_id: int) -> HttpResponse:
    """The certificate of service (送达回证) to be signed by whoever takes the letter."""
    letter = visible_letter(request, letter_id)
    said = contents(letter)
    names = ("authority", "number", "to", "case")
    data = {name: said[name] for name in names} | {
        "title": "送达回证",
        "letter": said["title"],
        "place": letter.application.township.name,
        "foot": letter.number,
    }
    return pdf_response(
        request,
        typeset("certificate", data),
        filename=f"送达回证-{letter.number}.pdf",
        subject=f"certificate of service of letter {letter.pk}",
        person=letter.application.person,
    )


@never_cache
def issue(request: StaffRequest, number: str, act: Act[Application]) -> HttpResponse:
    application = visible_application(request, number)

    def back() -> str:
        return reverse("application", args=[number])

    shown: dict[str, Any] = {"pretitle": number, "about": []}
    return perform(request, act, application, back=back, **shown)


@never_cache
def serve(request: StaffRequest, letter_id: int) -> HttpResponse:
    letter = visible_letter(request, letter_id)

    def back() -> str:
        return reverse("letter", args=[letter_id])

    return perform(request, SERVE, letter, back=back, pretitle=letter.number)
