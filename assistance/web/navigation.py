"""The menu: which entry leads where, and which roles see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases.permissions import BULK_ROLES
from assistance.payments.permissions import AWARD_READERS, BATCH_READERS, FUND_READERS
from assistance.registry.permissions import LIST_READERS
from assistance.screening.meeting_permissions import BOTTOM_LINE_READERS
from assistance.screening.permissions import LIST_READERS as SCREENING_READERS
from assistance.screening.permissions import PROSPECT_READERS, PUSH_READERS
from assistance.settlements.permissions import DELIVERY_READERS
from assistance.trail.permissions import TRAIL_READERS

TOWNSHIP = frozenset({Role.TOWNSHIP_CLERK, Role.TOWNSHIP_LEADER})
CASE_ROLES = TOWNSHIP | {
    Role.WINDOW_CLERK,
    Role.REVIEWER,
    Role.APPROVER,
    Role.CITY_SUPERVISOR,
}
PEOPLE_ROLES = CASE_ROLES | {Role.PAYMENT_OFFICER}
MONEY_ROLES = frozenset(
    {
        Role.PAYMENT_OFFICER,
        Role.FUND_SUPERVISOR,
        Role.APPROVER,
        Role.CITY_SUPERVISOR,
    }
)
BULK = frozenset().union(*BULK_ROLES.values())
EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; `prefix` marks the addresses that belong to it."""

    title: str | Promise
    icon: str
    url_name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class MenuLine:
    title: str | Promise
    icon: str
    url: str
    active: bool


ENTRIES = (
    Entry(_("Workbench"), "home", "workbench", EVERYBODY),
    Entry(_("Telephone enquiry"), "phone", "enquiries", CASE_ROLES | {Role.PAYMENT_OFFICER}),
    Entry(_("Applications"), "files", "applications", CASE_ROLES),
    Entry(_("Days per stage"), "hourglass", "timing", CASE_ROLES),
    Entry(_("Many at once"), "checklist", "bulk_runs", BULK),
    Entry(_("Public notices"), "speakerphone", "notices", CASE_ROLES),
    Entry(_("Letters"), "mail", "letters", CASE_ROLES),
    Entry(_("Objections"), "message-report", "objections", CASE_ROLES),
    Entry(_("People"), "users", "people", PEOPLE_ROLES),
    Entry(_("Awards and payments"), "cash-banknote", "awards", AWARD_READERS),
    Entry(_("Payment batches"), "list-check", "batches", BATCH_READERS),
    Entry(_("Recoveries"), "receipt-refund", "recoveries", AWARD_READERS),
    Entry(_("Fund"), "wallet", "fund", FUND_READERS),
    Entry(_("Bottom-line lists"), "shield-half", "bottom_lines", BOTTOM_LINE_READERS),
    Entry(_("Joint meetings"), "gavel", "meetings", BOTTOM_LINE_READERS),
    Entry(_("Recipient lists"), "table-import", "list_imports", LIST_READERS),
    Entry(_("Lists of the insured"), "id-badge-2", "insured_lists", LIST_READERS),
    Entry(_("Further payers"), "building-bank", "payer_files", LIST_READERS),
    Entry(_("Bills by the file"), "file-invoice", "deliveries", DELIVERY_READERS),
    Entry(_("Duties to recipients"), "heart-handshake", "duties", CASE_ROLES),
    Entry(_("Screening lists"), "radar", "list_periods", SCREENING_READERS),
    Entry(_("Pushes to partners"), "send", "pushes", PUSH_READERS | {Role.PARTNER}),
    Entry(_("Townships ranked"), "map-pin", "list_townships", frozenset({Role.PARTNER})),
    Entry(_("People to phone"), "phone-outgoing", "prospects", PROSPECT_READERS),
    Entry(_("Bills for mental illness"), "brain", "marks", LIST_READERS),
    Entry(_("Task centre"), "progress", "jobs", LIST_READERS),
    Entry(_("Trail"), "history", "trail", TRAIL_READERS),
    Entry(
        _("Administration"),
        "settings",
        "admin:index",
        frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER}),
    ),
    Entry(_("System health"), "heartbeat", "system_health", frozenset({Role.ADMINISTRATOR})),
)


def menu(user: User, path: str) -> Iterator[MenuLine]:
    """The entries `user` may open, with the one that `path` belongs to marked."""
    for entry in ENTRIES:
        if user.has_role(*entry.roles):
            url = reverse(entry.url_name)
            active = path == url if url == "/" else path.startswith(url)
            yield MenuLine(entry.title, entry.icon, url, active)


def may_search(user: User) -> bool:
    """Whether to offer the box that finds people and cases; the search itself looks at the place."""
    return user.has_role(*PEOPLE_ROLES, Role.FUND_SUPERVISOR)


def may_register(user: User) -> bool:
    """Whether to offer the register wizard; the operation checks the place."""
    return user.has_role(Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK)
