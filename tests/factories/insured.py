"""Lists of the insured as the insurance system exports them. Everything is invented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistance.accounts.models import Agency
from assistance.registry.models import Department, Enrolment, ListImport, ListSource
from tests.factories.lists import as_csv, make_source, work
from tests.factories.lists import upload as upload_rows

HEAD = (
    "psn_no",
    "certno",
    "psn_name",
    "gend",
    "brdy",
    "insutype",
    "psn_insu_stas",
    "psn_insu_date",
    "paus_insu_date",
    "insu_admdvs",
    "乡镇街道",
)


def insured_source(agency: Agency | None = None, **values: Any) -> ListSource:
    return make_source(
        agency=agency, name="参保人员名册", department=Department.INSURANCE, **values
    )


def insured(
    number: str,
    name: str = "蓝青山",
    *,
    kind: str = "390",
    first: object = "2026-01-01",
    last: object = "",
    state: str = "1",
    county: str = "331127",
    township: str = "红星街道",
    sex: str = "",
    born: str = "",
) -> tuple[str, ...]:
    state = state if not last else "4"
    return ("P1", number, name, sex, born, kind, state, str(first), str(last), county, township)


def upload(source: ListSource, *rows: Sequence[object], **options: Any) -> ListImport:
    """Taken in and waiting to be read."""
    options.setdefault("content", as_csv(*rows, head=HEAD))
    return upload_rows(source, filename="参保名册.csv", **options)


def previewed(source: ListSource, *rows: Sequence[object], **options: Any) -> ListImport:
    return work(upload(source, *rows, **options))


def standing() -> list[tuple[Any, ...]]:
    """All insurances that count, with who keeps them."""
    rows = Enrolment.objects.filter(voided_at__isnull=True).order_by("person", "kind", "first_day")
    return list(
        rows.values_list(
            "person__name", "kind", "county__code", "first_day", "last_day", "source", "as_of"
        )
    )
