from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assistance.settlements.models import Institution
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import Cell, find_header, is_blank, read_day, written

ALIASES: Mapping[str, tuple[str, ...]] = {
    "code": ("机构编码", "定点医药机构编号", "医药机构代码", "fixmedins_code", "code"),
    "name": ("机构名称", "定点医药机构名称", "医药机构名称", "fixmedins_name", "name"),
    "kind": ("机构类别", "类别", "机构类型", "kind"),
    "level": ("机构等级", "等级", "医院等级", "hosp_lv", "level"),
    "place": ("所在地", "行政区划", "区县", "地址", "place"),
    "first_day": ("开始日期", "定点开始日期", "生效日期", "begndate", "first_day"),
    "last_day": ("结束日期", "定点结束日期", "失效日期", "enddate", "last_day"),
}
NEEDED = ("code", "name", "kind", "first_day")
_KINDS = {
    "医院": "hospital",
    "定点医疗机构": "hospital",
    "诊所": "clinic",
    "卫生院": "clinic",
    "社区卫生服务中心": "clinic",
    "村卫生室": "clinic",
    "药店": "pharmacy",
    "定点零售药店": "pharmacy",
}
_LEVELS = {"三级": "3", "二级": "2", "一级": "1", "未定级": "0", "无等级": "0", "": "0"}
ONE_DAY = timedelta(days=1)


class Imported(NamedTuple):
    created: int
    changed: int
    unchanged: int


@transaction.atomic
def import_institutions(rows: list[list[Cell]]) -> Imported:
    """Take designations over from a table; all rows or none. Rows of the same code and first day are
    brought in line; a later first day ends what stood open before it on the day before.

    Raises Refused with the row that cannot be taken over.
    """
    header = find_header(rows, aliases=ALIASES, needed=NEEDED)
    if header is None:
        raise Refused(_("No row names the columns code, name, kind and first day."))
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for line, row in enumerate(rows[header.index + 1 :], start=header.index + 2):
        cells = {f: row[place] for f, place in header.columns.items() if place < len(row)}
        if all(is_blank(cell) for cell in cells.values()):
            continue
        try:
            with transaction.atomic():
                counts[_take_over(_values(cells))] += 1
        except (Refused, ValidationError, IntegrityError) as error:
            raise Refused(
                _("Row %(row)d: %(fault)s") % {"row": line, "fault": _sentence(error)}
            ) from None
    return Imported(**counts)


def _values(cells: Mapping[str, Cell]) -> dict[str, str | date | None]:
    texts = {field: written(cells.get(field)) for field in ("code", "name", "place")}
    kind, level = written(cells.get("kind")), written(cells.get("level"))
    first_day = read_day(cells.get("first_day"))
    if first_day is None:
        raise Refused(_("The first day is empty."))
    return {
        **texts,
        "kind": _KINDS.get(kind, kind),
        "level": next((code for word, code in _LEVELS.items() if word and word in level), level)
        or "0",
        "first_day": first_day,
        "last_day": read_day(cells.get("last_day")),
    }


def _take_over(values: Mapping[str, str | date | None]) -> str:
    first_day = values["first_day"]
    assert isinstance(first_day, date)
    same = Institution.objects.filter(code=values["code"])
    place = same.filter(first_day=first_day).first()
    fate = "changed"
    if place is None:
        place, fate = Institution(), "created"
        same.filter(first_day__lt=first_day, last_day__isnull=True).update(
            last_day=first_day - ONE_DAY
        )
    elif all(getattr(place, field) == value for field, value in values.items()):
        return "unchanged"
    for field, value in values.items():
        setattr(place, field, value)
    place.full_clean()
    place.save()
    return fate


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(_sentences(error.messages))
    if isinstance(error, IntegrityError):
        return _("This code is designated on one of these days already.")
    return str(error)


def _sentences(messages: Iterable[object]) -> list[str]:
    return [str(message) for message in messages]
