"""Which section of the manual explains a page: by the page's name, in the chapter of the reader's role."""

from __future__ import annotations

from assistance.accounts.models import User
from assistance.web.manual.chapters import START, chapters_of

# Name of a page → id of the section that explains it. A page that is not here leads to the contents.
SECTION_OF = {
    "workbench": "workbench",
    "search": "search",
    "enquiries": "enquiry",
    "applications": "case",
    "application": "case",
    "facts": "facts",
    "stopped": "stopped",
    "register_find": "register",
    "register": "register",
    "register_person": "register",
    "notices": "publicity",
    "notice": "publicity",
    "draw_up_notice": "publicity",
    "people": "people",
    "person": "people",
    "person_costs": "people",
    "person_history": "people",
    "person_account": "people",
    "awards": "awards",
    "award": "awards",
    "batches": "batches",
    "batch": "batches",
    "draw_up_batch": "batches",
    "bounces": "bounces",
    "recoveries": "recoveries",
    "recovery": "recoveries",
    "fund": "fund",
    "fund_year": "fund",
    "waiting_for_money": "waiting",
    "timing": "timing",
    "township_times": "timing",
    "workload": "timing",
    "list_imports": "recipients",
    "list_import": "recipients",
    "list_sources": "recipients",
    "upload_list": "recipients",
    "list_calendar": "recipients",
    "household_check": "duties",
    "reconciliations": "recipients",
    "reconciliation": "recipients",
    "duties": "duties",
    "unpaid_premiums": "duties",
    "unassisted": "duties",
    "duty_note": "duties",
    "subsidise_all": "duties",
    "premium_ledger": "duties",
    "assistance_ledger": "duties",
    "marks": "marks",
    "payer_files": "payers",
    "payer_file": "payers",
    "payer_lines": "payers",
    "payer_doubts": "payers",
    "later_payments": "payers",
    "payers": "payers",
    "upload_payer_file": "payers",
    "deliveries": "bills",
    "delivery": "bills",
    "upload_bills": "bills",
    "bill_doubts": "bills",
    "bill_doubt": "bills",
    "bill_differences": "bills",
    "bill_sources": "bills",
    "bill_source": "bills",
    "bills": "bills",
    "bill": "bills",
    "objections": "objection",
    "objection": "objection",
    "hand_overs": "handover",
    "bulk_runs": "bulk",
    "bulk_run": "bulk",
    "jobs": "jobs",
    "job": "jobs",
    "letters": "letters",
    "letter": "letters",
    "system_health": "health",
    "admin:index": "console",
    "password_change": "login",
}


def place_of(user: User, page: str) -> tuple[str, str]:
    """Chapter and section for a page; the first chapter and no section where none explains it."""
    section = SECTION_OF.get(page, "")
    chapters = chapters_of(user)
    for found in reversed(chapters):
        if section in found.sections:
            return found.slug, section
    return (chapters[0].slug if chapters else START), ""
