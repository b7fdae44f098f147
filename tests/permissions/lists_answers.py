"""A valid answer to every path about long work and recipient lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.lists import as_csv, make_source, row
from tests.factories.registry import make_category, new_number
from tests.permissions.sample import Answer, Row, Sample


def _job(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    return [sample.lists.job.pk], data


def _list(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    return [sample.lists.previewed.pk], data


def _upload(sample: Sample) -> tuple[list[Any], Row]:
    free = make_source("DIBIAN", department="agriculture")
    file = SimpleUploadedFile("名单.csv", as_csv(row(new_number(), category="DIBIAN")))
    return [], {"source": free.pk, "as_of": "2026-11-01", "file": file}


def _source(sample: Sample, name: str) -> Row:
    return {
        "department": "disabled",
        "name": name,
        "categories": [make_category("OTHER").pk],
        "end_meaning": "inside",
        "guard_percent": "5",
        "due_day": "10",
        "is_active": "on",
    }


LISTS: Mapping[str, Answer] = {
    "upload_list": _upload,
    "new_list_source": lambda s: ([], _source(s, "残疾人名单")),
    "list_source": lambda s: ([s.lists.source.pk], _source(s, "改名")),
    "list_import": _list,
    "skip_list_rows": lambda s: _list(
        s, row=s.lists.previewed.rows.get(outcome="new").pk, skip="on"
    ),
    "annotated_list": _list,
    "apply_list": _list,
    "compare_again": _list,
    "discard_list": lambda s: _list(s, reason="传错"),
    "name_columns": lambda s: _list(s, number="身份证号码", name="姓名"),
    "confirm_ends": lambda s: ([s.lists.guarded.pk], {"ended": 1}),
    "reconcile_list": _list,
    "reconciliation": lambda s: ([s.lists.reconciliation.pk], {}),
    "reconciliation_sheet": lambda s: ([s.lists.reconciliation.pk], {}),
    "decide_differences": lambda s: (
        [s.lists.reconciliation.pk],
        {"row": s.lists.reconciliation.differences.get().pk, "decision": "theirs"},
    ),
    "sign_reconciliation": lambda s: ([s.lists.decided.pk], {"department_signer": "雷主任"}),
    "undo_list": lambda s: ([s.lists.applied.pk], {"reason": "传错"}),
    "export_file": lambda s: ([s.lists.export.pk], {}),
    "job": _job,
    "job_progress": _job,
    "cancel_job": _job,
}
