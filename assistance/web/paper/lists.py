"""The papers of a notice, of a batch and of the list of stopped clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases.models import ClockStop, Notice, NoticeLine
from assistance.payments.models import Batch
from assistance.payments.queries import batch_total, live_lines
from assistance.shared.masking import mask_account, mask_id, mask_name
from assistance.shared.money import capital
from assistance.web.paper.case_data import printed
from assistance.web.paper.words import PROGRAMME, day, money, short_day


def notice_sheet(notice: Notice, user: User, on: date) -> dict[str, Any]:
    """公示: what the public may see and nothing else; lines that were stopped are gone."""
    lines = notice.lines.exclude(outcome=NoticeLine.Outcome.STOPPED).order_by("id")
    return {
        "title": "医疗救助对象公示",
        "number": notice.number,
        "agency": notice.agency.name,
        "telephone": notice.agency.telephone,
        "township": notice.township.name,
        "programme": PROGRAMME,
        "lines": [
            [str(n), line.masked_name, line.village, money(line.amount)]
            for n, line in enumerate(lines, start=1)
        ],
        "days": notice.days,
        "first_day": day(notice.first_day),
        "last_day": day(notice.last_day),
        "posted_at": notice.posted_at_place,
        "posted_on": day(notice.posted_on),
        "posted_by": str(notice.posted_by or ""),
        "foot": notice.number,
    }


def stopped_list(stops: Sequence[ClockStop], user: User, on: date) -> dict[str, Any]:
    """Cases whose clock stands still, to be taken to civil affairs: names masked, no id numbers."""
    return {
        "title": "停止计时案件一览表",
        "office": str(user.township or user.agency or ""),
        "on": day(on),
        "lines": [
            [
                str(n),
                stop.application.number,
                mask_name(stop.application.person.name),
                stop.application.township.name,
                short_day(stop.application.received_on),
                f"{stop.get_kind_display()}：{stop.what}",
                short_day(localdate(stop.since)),
                short_day(stop.remind_on),
            ]
            for n, stop in enumerate(stops, start=1)
        ],
        **printed(user, on),
        "foot": "",
    }


def roster(batch: Batch, user: User, on: date) -> dict[str, Any]:
    """发放花名册: masked, as full numbers go to the bank alone; sums per page and in all."""
    total = batch_total(batch)
    return {
        "title": "医疗救助资金发放花名册",
        "number": batch.number,
        "agency": batch.agency.name,
        "programme": PROGRAMME,
        "state": str(batch.get_state_display()),
        "lines": [
            [
                str(line.position),
                line.award.person.name,
                mask_id(line.award.person.id_number),
                line.award.person.township.name,
                line.holder_name,
                line.bank,
                mask_account(line.account_number),
                money(line.amount),
            ]
            for line in live_lines(batch)
        ],
        "fen": [int(line.amount * 100) for line in live_lines(batch)],
        "total": money(total),
        "capital": capital(total),
        "drawn_up_by": str(batch.drawn_up_by),
        "confirmed_by": str(batch.confirmed_by or ""),
        **printed(user, on),
        "foot": batch.number,
        "mark": "内部资料，不得公示",
    }
