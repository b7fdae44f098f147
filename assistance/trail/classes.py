"""Which class each table of ours belongs to: written once, edited, or derived and why."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from django.apps import apps
from django.db.models import Model

# What may be made anew from other rows, or is the progress of work and gone with it.
DERIVED = {
    "accounts.NumberSeries": "a counter",
    "accounts.PasswordUsed": "hashes of the last five passwords, and no more",
    "accounts.RecoveryCode": "spent or replaced; the changes of the account say so",
    "accounts.Tries": "counts of the last hours",
    "accounts.UserSession": "who is logged in now; the log-ins are kept",
    "cases.BulkRow": "what a run did stands at the cases",
    "cases.BulkRun": "what a run did stands at the cases",
    "cases.FormDraft": "what somebody is typing",
    "cases.StageDeadline": "computed from status changes and calendar",
    "demo.DemoCounty": "how far the demo is loaded",
    "entitlements.PersonYear": "totals, recounted from entries and bills by `check_accounts`",
    "jobs.BackgroundJob": "progress of work",
    "jobs.ListExport": "progress of work; the access log has who took what",
    "jobs.Sweep": "when a sweeper last ran",
    "registry.ListImport": "stages of a file; what it did stands at the people",
    "registry.ListRow": "staged rows of a file",
    "screening.ListRun": "progress of a run; its entries are written once and its digest names them",
    "screening.Period": "follows from its runs",
    "settlements.BillImport": "stages of a file; its bills are written once",
    "settlements.BillInDoubt": "staged rows of a file",
    "settlements.LateLook": "until where a nightly look has gone; what it found is written once",
    "settlements.InvoiceUse": "which invoices the bills in force use",
    "settlements.PayerDoubt": "staged rows of a file",
    "settlements.PayerLine": "rows of a file; what was booked of them is written once",
    "settlements.PayerFile": "stages of a file; its payments are written once",
}


class TableClass(Enum):
    WRITTEN_ONCE = "written once"
    EDITED = "edited"
    DERIVED = "derived"


def our_models() -> Iterator[type[Model]]:
    """Every model of ours that has a table."""
    for model in apps.get_models():
        if model.__module__.startswith("assistance.") and not model._meta.proxy:
            yield model


def class_of(model: type[Model]) -> TableClass | None:
    """Told by its triggers, or by the table above; None where nobody has decided."""
    triggers = {trigger.name for trigger in getattr(model._meta, "triggers", ())}
    if "written_once" in triggers:
        return TableClass.WRITTEN_ONCE
    if "history_update" in triggers:
        return TableClass.EDITED
    return TableClass.DERIVED if model._meta.label in DERIVED else None


def models_of(wanted: TableClass) -> list[type[Model]]:
    """In the order of their tables' names."""
    found = (model for model in our_models() if class_of(model) is wanted)
    return sorted(found, key=lambda model: model._meta.db_table)
