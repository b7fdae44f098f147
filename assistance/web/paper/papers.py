"""Every paper: its address, its name, its template, what it says, and when there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Notice
from assistance.payments.models import Batch
from assistance.shared.typeset import typeset
from assistance.web.paper import forms_of_case, lists

S = TypeVar("S", Application, Notice, Batch)
PAPER_LANGUAGE = "zh-hans"


def _always(subject: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Generic[S]):
    """`data` reads what the paper says about its subject; `exists` tells whether there is one yet."""

    url_name: str
    path: str
    title: str | Promise
    template: str
    data: Callable[[S, User, date], dict[str, Any]]
    exists: Callable[[S], bool] = _always

    def made(self, subject: S, user: User, on: date) -> bytes:
        """The PDF, in Chinese whatever the language of the screen."""
        with translation.override(PAPER_LANGUAGE):
            return typeset(self.template, self.data(subject, user, on))


@dataclass(frozen=True, slots=True)
class PaperLink:
    title: str | Promise
    url: str


FORM: Paper[Application] = Paper(
    url_name="paper_form",
    path="papers/form/",
    title=_("Application and approval form"),
    template="form",
    data=forms_of_case.application_form,
)
RECEIPT: Paper[Application] = Paper(
    url_name="paper_receipt",
    path="papers/receipt/",
    title=_("Receipt"),
    template="receipt",
    data=forms_of_case.receipt,
)
STATEMENT: Paper[Application] = Paper(
    url_name="paper_statement",
    path="papers/statement/",
    title=_("Statement of settlement"),
    template="statement",
    data=forms_of_case.statement,
    exists=forms_of_case.has_statement,
)
CASE_PAPERS = (FORM, RECEIPT, STATEMENT)
NOTICE_SHEET: Paper[Notice] = Paper(
    url_name="paper_notice",
    path="papers/sheet/",
    title=_("Public notice"),
    template="notice",
    data=lists.notice_sheet,
)
ROSTER: Paper[Batch] = Paper(
    url_name="paper_roster",
    path="papers/roster/",
    title=_("Roster of payments"),
    template="roster",
    data=lists.roster,
)


def case_links(application: Application) -> list[PaperLink]:
    """The papers of a case that can be printed now."""
    number = application.number
    return [
        PaperLink(paper.title, reverse(paper.url_name, args=[number]))
        for paper in CASE_PAPERS
        if paper.exists(application)
    ]
