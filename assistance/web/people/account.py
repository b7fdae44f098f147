"""The account of a person and year: on screen, as a file, and as a paper to sign."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.registry.models import AccessLog, Person
from assistance.registry.operations import log_access
from assistance.settlements.queries.statement import (
    Statement,
    StatementLine,
    account_years,
    statement,
)
from assistance.shared.masking import mask_id
from assistance.shared.typeset import CannotPrint, typeset
from assistance.web.lists.page import EXPORTS, FORMAT
from assistance.web.paper.papers import PAPER_LANGUAGE
from assistance.web.paper.respond import pdf_response
from assistance.web.paper.words import day, money
from assistance.web.people.views import visible_person
from assistance.web.requests import StaffRequest

Cell = str | Decimal | None


def _columns() -> list[tuple[str, Callable[[StatementLine], Cell]]]:
    return [
        (_("Day"), lambda line: line.day.isoformat()),
        (_("Account entry"), lambda line: line.kind),
        (_("Concerns"), lambda line: line.about),
        (_("Number"), lambda line: line.source),
        (_("Total cost"), lambda line: line.total),
        (_("Paid by others"), lambda line: line.paid),
        (_("Borne"), lambda line: line.own_total),
        (_("Borne so far"), lambda line: line.total_so_far),
        (_("In scope so far"), lambda line: line.in_scope_so_far),
        (_("Other help"), lambda line: line.help),
        (_("Assistance granted"), lambda line: line.granted),
        (_("Granted so far"), lambda line: line.granted_so_far),
    ]


def _statement(request: StaffRequest, person_id: int, year: int) -> Statement:
    person = visible_person(request, person_id)
    if year not in account_years(person):
        raise Http404
    return statement(person, year)


@never_cache
def account(request: StaffRequest, person_id: int, year: int) -> HttpResponse:
    found = _statement(request, person_id, year)
    wanted = request.GET.get(FORMAT, "")
    if wanted in EXPORTS:
        subject = f"account of {year}, {len(found.lines)} rows, {wanted}"
        log_access(request.user, AccessLog.Kind.EXPORT, subject, found.person, at=now())
        columns = _columns()
        header = [heading for heading, _cell in columns]
        rows = [[cell(line) for _heading, cell in columns] for line in found.lines]
        return EXPORTS[wanted](f"account-{person_id}-{year}.{wanted}", header, rows)
    page = {"person": found.person, "statement": found, "years": account_years(found.person)}
    return render(request, "web/people/account.html", page)


@never_cache
def account_paper_of_year(request: StaffRequest, person_id: int, year: int) -> HttpResponse:
    found = _statement(request, person_id, year)
    try:
        with translation.override(PAPER_LANGUAGE):
            # The words of the lines are those of the paper's language too.
            made = typeset("account", _paper(statement(found.person, year), request.user))
    except CannotPrint as problem:
        messages.error(request, str(problem))
        return redirect("person_account", person_id, year)
    return pdf_response(
        request,
        made,
        filename=f"account-{person_id}-{year}.pdf",
        subject=f"account of {year}",
        person=found.person,
    )


def _paper(found: Statement, user: User) -> dict[str, Any]:
    person: Person = found.person
    return {
        "title": "个人年度医疗费用与救助台账",
        "agency": person.agency.name,
        "name": person.name,
        "number": mask_id(person.id_number),
        "township": person.township.name,
        "year": found.year,
        "lines": [
            [
                line.day.isoformat(),
                line.kind,
                line.about,
                money(line.total),
                money(line.paid),
                money(line.own_total) if line.own_total else "",
                money(line.total_so_far),
                money(line.in_scope_so_far),
                money(line.help),
                money(line.granted),
                money(line.granted_so_far),
            ]
            for line in found.lines
        ],
        "months": [
            [f"{month.number}月", money(month.own_total), money(month.own_in_scope)]
            for month in found.months
        ],
        "buckets": [[str(bucket.label), money(amount)] for bucket, amount in found.buckets],
        "adds_up": found.adds_up,
        "printed_by": str(user),
        "printed_on": day(localdate()),
        "foot": f"{found.year}",
        "mark": "内部资料",
    }
