"""A valid answer to every path about long work and recipient lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.permissions.sample import Answer, Row, Sample


def _job(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    return [sample.lists.job.pk], data


LISTS: Mapping[str, Answer] = {
    "job": _job,
    "job_progress": _job,
    "cancel_job": _job,
}
