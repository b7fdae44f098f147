"""What a case file holds, part by part, in the order of an archive: application, proof, decisions, letters.

Each part is a PDF with the line it has in the list of contents. A new kind of paper is a function in `PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases.models import Application, Decision
from assistance.cases.queries import paper_of
from assistance.cases.queries.evidence import evidence_of
from assistance.cases.queries.letters import contents
from assistance.files.queries import content
from assistance.shared.typeset import typeset
from assistance.web.paper import case_data
from assistance.web.paper.papers import FORM, NOTICE_SHEET, RECEIPT, STATEMENT
from assistance.web.paper.pictures import as_pdf
from assistance.web.paper.words import day, money, short_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`author` and `number` are 责任者 and 文号 of the list of contents."""

    title: str
    content: bytes
    author: str
    on: date | None = None
    number: str = ""
    note: str = ""


Parts = Callable[[Application, User, date], Iterator[Part]]


def _application(application: Application, user: User, on: date) -> Iterator[Part]:
    office = application.township.name
    form, receipt = (paper.made(application, user, on) for paper in (FORM, RECEIPT))
    since = application.received_on
    yield Part(
        title="医疗救助申请审批表", content=form, author=application.applicant_name, on=since
    )
    yield Part(
        title="受理回执", content=receipt, author=office, on=since, number=application.number
    )


def _evidence(application: Application, user: User, on: date) -> Iterator[Part]:
    """What was handed in, as it was kept; a paper that was voided is not in the file."""
    for paper in evidence_of(application).order_by("kind", "id"):
        yield Part(
            title=str(paper.get_kind_display()),
            content=as_pdf(content(paper.file), picture=paper.file.is_picture),
            author=application.applicant_name,
            on=localdate(paper.added_at),
            note=paper.note or str(paper.get_original_display()),
        )


def _letters(application: Application, user: User, on: date) -> Iterator[Part]:
    """To the applicant; what an objector got is not for whoever opens the file."""
    letters = application.letters.filter(decision__isnull=False)
    for letter in letters.select_related("service").order_by("id"):
        said = contents(letter)
        served = f"{day(letter.service.served_on)}送达" if hasattr(letter, "service") else "未送达"
        yield Part(
            title=said["title"],
            content=paper_of(letter),
            author=said["authority"],
            on=localdate(letter.made_at),
            number=letter.number,
            note=served,
        )


def _notices(application: Application, user: User, on: date) -> Iterator[Part]:
    lines = application.notice_lines.select_related("notice__agency", "notice__township")
    for line in lines.select_related("notice__posted_by").order_by("id"):
        notice = line.notice
        yield Part(
            title="医疗救助对象公示",
            content=NOTICE_SHEET.made(notice, user, on),
            author=notice.township.name,
            on=notice.posted_on,
            number=notice.number,
            note=str(line.get_outcome_display()),
        )


def _statement(application: Application, user: User, on: date) -> Iterator[Part]:
    if STATEMENT.exists(application):
        content = STATEMENT.made(application, user, on)
        yield Part(title="医疗救助结算单", content=content, author=application.agency.name, on=on)


def _course(application: Application, user: User, on: date) -> Iterator[Part]:
    """Every decision and every change of state: how the case came to its end."""
    decisions = application.decisions.select_related("by").order_by("id")
    changes = application.changes.select_related("by").order_by("id")
    data: dict[str, Any] = {
        "title": "办理经过",
        **case_data.head(application),
        "decisions": [_decided(decision) for decision in decisions],
        "changes": [
            [
                short_day(localdate(change.at)),
                str(change.get_from_state_display()),
                str(change.get_to_state_display()),
                str(change.by or "系统"),
                str(change.working_days),
                change.reason,
            ]
            for change in changes
        ],
    }
    yield Part(
        title="办理经过", content=typeset("course", data), author=application.agency.name, on=on
    )


def _decided(decision: Decision) -> list[str]:
    kind, amount = str(decision.get_kind_display()), money(decision.amount)
    return [short_day(localdate(decision.at)), kind, str(decision.by), amount, decision.opinion]


PARTS: tuple[Parts, ...] = (_application, _evidence, _letters, _notices, _statement, _course)
