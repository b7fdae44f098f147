"""A valid answer to every path about awards, batches and the fund."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.payments.models import Award, Batch, BatchLine, Programme
from assistance.payments.queries import batch_total
from tests.factories.files import upload
from tests.factories.payments import (
    bounce_file,
    bounce_row,
    make_fund_year,
    return_file,
    return_rows,
)
from tests.factories.registry import new_account_number, new_number
from tests.permissions.sample import Answer, Row, Sample


def _do(award_or_batch: Award | Batch, **data: Any) -> tuple[list[Any], Row]:
    return [award_or_batch.number], data


def _in_fund(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    return [sample.payments.fund_year.pk], data


def _to_next_year(sample: Sample) -> tuple[list[Any], Row]:
    coming = make_fund_year(sample.cast, year=sample.payments.year + 1, at=sample.payments.now)
    return _do(sample.payments.due, fund_year=coming.pk)


def _drop(sample: Sample) -> tuple[list[Any], Row]:
    draft = sample.payments.draft
    return [draft.number, draft.lines.order_by("position")[0].pk], {"reason": "存疑"}


def _return(sample: Sample) -> tuple[list[Any], Row]:
    content = return_file(return_rows(sample.payments.sent))
    return _do(sample.payments.sent, file=SimpleUploadedFile("return.csv", content))


def _bounce(sample: Sample) -> tuple[list[Any], Row]:
    line = BatchLine.objects.get(award=sample.payments.paid, outcome="paid")
    data = {"came_back_on": sample.payments.now.date(), "reference": "T1", "reason": "户名不符"}
    return [line.batch.number, line.pk], data


def _bounces(sample: Sample) -> tuple[list[Any], Row]:
    line = BatchLine.objects.get(award=sample.payments.paid, outcome="paid")
    content = bounce_file([bounce_row(line, day=sample.payments.now.date())])
    return [], {"file": SimpleUploadedFile("bounces.csv", content)}


def _claim(sample: Sample) -> tuple[list[Any], Row]:
    return _do(
        sample.payments.dead,
        name_1="蓝小满",
        id_number_1=new_number(),
        relation_1="child",
        bank="景宁农商银行",
        number=new_account_number(),
        death=upload(),
        kinship=upload(),
    )


def _claim_paper(sample: Sample) -> tuple[list[Any], Row]:
    paper = sample.payments.claim.papers.order_by("pk")[0]
    return [sample.payments.claimed.number, paper.pk], {}


PAYMENTS: Mapping[str, Answer] = {
    "award": lambda s: _do(s.payments.due),
    "enter_claim": _claim,
    "confirm_claim": lambda s: _do(s.payments.claimed, number=s.payments.claim.account.number),
    "refuse_claim": lambda s: _do(s.payments.claimed, reason="材料不符"),
    "claim_paper": _claim_paper,
    "hold_award": lambda s: _do(s.payments.due, reason="核实"),
    "unhold_award": lambda s: _do(s.payments.held),
    "reissue_award": lambda s: _do(s.payments.failed, account=s.payments.new_account.pk),
    "change_award_account": lambda s: _do(
        s.payments.failed, account=s.payments.new_account.pk, reason="card_replaced"
    ),
    "move_award": _to_next_year,
    "draw_up_batch": lambda s: ([], {"award": [s.payments.due.pk]}),
    "batch": lambda s: _do(s.payments.draft),
    "batch_roster": lambda s: _do(s.payments.draft),
    "confirm_batch": lambda s: _do(s.payments.draft, total=batch_total(s.payments.draft)),
    "drop_batch_line": _drop,
    "bounce_line": _bounce,
    "read_bounces": _bounces,
    "discard_batch": lambda s: _do(s.payments.draft, reason="重做"),
    "hand_out_file": lambda s: _do(s.payments.confirmed),
    "read_return": _return,
    "fund_year": _in_fund,
    "check_ledger": _in_fund,
    "open_fund_year": lambda s: (
        [],
        {"programme": Programme.JINGNING, "year": s.payments.year + 1},
    ),
    "book_budget": lambda s: _in_fund(s, kind="top_up", amount="500", reference="景财社9号"),
    "take_back_budget": lambda s: (
        [s.payments.fund_year.pk, s.payments.given.pk],
        {"reason": "重复"},
    ),
}
