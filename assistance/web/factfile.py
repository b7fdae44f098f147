"""What the page of facts and bills shows: declared and accepted side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, FactItem, FactSheet
from assistance.cases.permissions import may_mend_account
from assistance.settlements.models import Settlement
from assistance.settlements.queries import aid_of_year, bill_warnings
from assistance.shared.money import yuan
from assistance.web.casefile import Kind, editable_kind, gaps, homes_shown, sheets_of
from assistance.web.explanations import explanation
from assistance.web.forms.cases import FACT_NAMES, FactsForm
from assistance.web.standing import doubts


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact as declared and as accepted."""

    label: str
    declared: str
    accepted: str | None

    @property
    def differs(self) -> bool:
        return self.accepted is not None and self.accepted != self.declared


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill with what the township declared and what the county accepted about it."""

    bill: Settlement
    declared: FactItem | None
    accepted: FactItem | None
    editable: FactItem | None
    warnings: Sequence[str]

    @property
    def differs(self) -> bool:
        if self.declared is None or self.accepted is None:
            return self.accepted is not None
        return any(
            getattr(self.declared, name) != getattr(self.accepted, name)
            for name in FactItem.FIGURES
        )


def facts_file(user: User, application: Application) -> dict[str, Any]:
    """Facts and bills: declared and accepted side by side."""
    sheets = sheets_of(application)
    kind = editable_kind(user, application)
    sheet = sheets.get(Kind.ACCEPTED) or sheets[Kind.DECLARED]
    return {
        "application": application,
        "editable": kind,
        "compared": _compared(sheets),
        "has_accepted": Kind.ACCEPTED in sheets,
        "doubts": doubts(user, application),
        "bills": _bills(application, sheets, kind),
        "aid": aid_of_year(application.person, application.benefit_year),
        "explanation": explanation(application, sheet),
        "gaps": gaps(application, sheet),
        **homes_shown(application),
        "may_mend_account": may_mend_account(user, application),
    }


def _compared(sheets: dict[str, FactSheet]) -> list[Compared]:
    declared, accepted = sheets[Kind.DECLARED], sheets.get(Kind.ACCEPTED)
    return [
        Compared(
            str(FactsForm.base_fields[name].label),
            _shown(declared, name),
            None if accepted is None else _shown(accepted, name),
        )
        for name in FACT_NAMES
    ]


def _shown(sheet: FactSheet, name: str) -> str:
    display = getattr(sheet, f"get_{name}_display", None)
    value = getattr(sheet, name)
    if value in ("", None):
        return "—"
    if display is not None:
        return str(display())
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return yuan(value)
    return date_format(value, "Y-m-d") if hasattr(value, "isoformat") else str(value)


def _bills(
    application: Application, sheets: dict[str, FactSheet], kind: Kind | None
) -> list[BillRow]:
    items: dict[str, dict[int, FactItem]] = {}
    for name, sheet in sheets.items():
        rows = sheet.items.select_related("settlement", "sheet")
        items[name] = {item.settlement_id: item for item in rows}
    declared, accepted = items[Kind.DECLARED], items.get(Kind.ACCEPTED, {})
    warnings = bill_warnings(application.person, application.benefit_year)
    every = {**declared, **accepted}
    in_order = sorted(every.items(), key=lambda pair: (pair[1].settlement.settled_on, pair[0]))
    return [
        BillRow(
            item.settlement,
            declared.get(pk),
            accepted.get(pk),
            items[kind].get(pk) if kind in items else None,
            warnings.get(pk, ()),
        )
        for pk, item in in_order
    ]
