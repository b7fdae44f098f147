"""A valid answer to every path about bills by the file."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.deliveries import as_csv, bill_row, make_source
from tests.permissions.sample import Answer, Row, Sample


def _upload(_sample: Sample) -> tuple[list[int], Row]:
    file = SimpleUploadedFile("账单.csv", as_csv(bill_row(None)))
    return [], {"source": make_source().pk, "file": file}


def _mended(sample: Sample) -> Row:
    """The columns as the form shows them, the total put right."""
    row = {f"column_{place}": text for place, text in enumerate(sample.bills.row)}
    total = next(name for name, text in row.items() if text == "10000,00")
    return row | {total: "10000.00"}


BILLS: Mapping[str, Answer] = {
    "bill": lambda s: ([s.bills.bill.pk], {}),
    "upload_bills": _upload,
    "delivery": lambda s: ([s.bills.delivery.pk], {}),
    "annotated_delivery": lambda s: ([s.bills.delivery.pk], {}),
    "bill_source": lambda s: ([s.bills.source.pk], {}),
    "release_bill_source": lambda s: ([s.bills.drafted.pk], {"draft": s.bills.drafted.draft}),
    "release_county_policy": lambda s: ([s.bills.county.pk], {"draft": s.bills.county.draft}),
    "book_waiting_rows": lambda s: ([s.bills.source.pk], {}),
    "judge_difference": lambda s: (
        [s.bills.differing.pk],
        {"outcome": "sender", "reason": "平台核实"},
    ),
    "confirm_difference": lambda s: ([s.bills.judged.pk], {}),
    "return_difference": lambda s: ([s.bills.judged.pk], {"reason": "附平台答复"}),
    "bill_doubt": lambda s: ([s.bills.doubt.pk], {}),
    "mend_doubt": lambda s: ([s.bills.doubt.pk], _mended(s)),
    "set_aside_doubt": lambda s: ([s.bills.doubt.pk], {"reason": "外地人员"}),
}
