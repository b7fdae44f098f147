"""Columns of a list: heading, what the cell shows, what the export writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html

from assistance.shared.money import yuan

Getter = Callable[[Any], Any]
Heading = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """`shown` gives the cell (escaped unless safe), `written` the value for the export."""

    heading: Heading
    shown: Getter
    written: Getter
    css: str = ""


def text(heading: Heading, value: Getter, shown: Getter | None = None, css: str = "") -> Column:
    return Column(heading, shown or value, lambda row: str(value(row)), css)


def amount(heading: Heading, value: Callable[[Any], Decimal | None]) -> Column:
    def shown(row: Any) -> str:
        figure = value(row)
        return "" if figure is None else yuan(figure)

    return Column(heading, shown, value, "yz-money")


def number(heading: Heading, value: Callable[[Any], int | Decimal | None]) -> Column:
    """A count; the export writes it as a number."""

    def shown(row: Any) -> str:
        found = value(row)
        return "" if found is None else str(found)

    return Column(heading, shown, value, "yz-money")


def day(heading: Heading, value: Callable[[Any], date | None]) -> Column:
    def shown(row: Any) -> str:
        found = value(row)
        return "" if found is None else found.isoformat()

    return Column(heading, shown, value, "yz-nowrap")


def exported(column: Column) -> Column:
    """Written into the file and not shown: the page of the row has it, and the list would be too wide."""
    return replace(column, css=f"{column.css} d-none")


def link(heading: Heading, value: Getter, url: Callable[[Any], str]) -> Column:
    def shown(row: Any) -> str:
        return format_html('<a href="{}">{}</a>', url(row), value(row))

    return Column(heading, shown, lambda row: str(value(row)), "yz-nowrap")
