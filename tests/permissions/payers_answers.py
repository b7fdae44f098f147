"""A valid answer to every path about further payers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.settlements.payers import standard_text
from assistance.settlements.queries.payers import doubt_fields
from tests.factories.lists import as_csv
from tests.factories.payers import HEAD, make_payer, paid_row
from tests.permissions.sample import Answer, Row, Sample


def _upload(sample: Sample) -> tuple[list[Any], Row]:
    file = SimpleUploadedFile("理赔.csv", as_csv(paid_row(None), head=HEAD))
    return [], {"source": make_payer().pk, "file": file}


def _payer(name: str) -> Row:
    return {"name": name, "payer": "union", "is_active": "on"}


PAYERS: Mapping[str, Answer] = {
    "person_account": lambda s: ([s.payers.person.pk, s.payers.bill.settled_on.year], {}),
    "person_account_paper": lambda s: ([s.payers.person.pk, s.payers.bill.settled_on.year], {}),
    "decide_mark": lambda s: ([s.payers.mark.pk], {"decided": "yes", "reason": "出院小结"}),
    "payer_file": lambda s: ([s.payers.file.pk], {}),
    "payer_lines": lambda s: ([s.payers.file.pk], {}),
    "book_payer_file": lambda s: ([s.payers.waiting.pk], {}),
    "discard_payer_file": lambda s: ([s.payers.waiting.pk], {"reason": "报错文件"}),
    "set_strangers_aside": lambda s: ([s.payers.file.pk], {"reason": "外县人员"}),
    "undo_payer_file": lambda s: ([s.payers.file.pk], {"reason": "报错文件"}),
    "upload_payer_file": _upload,
    "new_payer": lambda s: ([], _payer("工会互助")),
    "payer": lambda s: ([s.payers.source.pk], _payer("改名")),
    "release_payer": lambda s: (
        [s.payers.source.pk],
        {"text": standard_text().replace("理赔、补助明细", "理赔明细")},
    ),
    "mend_payment": lambda s: (
        [s.payers.unreadable.pk],
        doubt_fields(s.payers.unreadable) | {"amount": "15.00"},
    ),
    "keep_at_year": lambda s: ([s.payers.without_bill.pk], {}),
    "set_payment_aside": lambda s: ([s.payers.unreadable.pk], {"reason": "重复"}),
}
