"""What is photographed: each page, and for pages about one thing the thing to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import reverse

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases.models import Application, Notice, NoticeLine
from assistance.cases.queries import (
    applications_visible_to,
    notices_visible_to,
    objections_visible_to,
    queue_for,
)
from assistance.cases.states import State
from assistance.payments.queries import (
    awards_visible_to,
    batches_visible_to,
    fund_years_visible_to,
)
from assistance.payments.states import AwardState, BatchState
from assistance.registry.queries import people_visible_to
from assistance.trail.permissions import may_read_trail
from assistance.web.navigation import CASE_ROLES, may_register, menu
from tests.screens.records import (
    desk_pages,
    dossier_pages,
    identity_pages,
    letter_pages,
    manual_pages,
    money_pages,
    timing_pages,
    told_cases,
)
from tests.screens.shots import Shot

# One account a role: who is photographed as what.
ROLES = tuple(Role)


Finder = Callable[[User], Iterator[Shot]]


def menu_pages(user: User) -> Iterator[Shot]:
    for line in menu(user, "/"):
        name = line.url.strip("/").replace("/", "-") or "workbench"
        yield Shot(name, line.url)
    yield Shot("password", reverse("password_change"))


def list_variants(user: User) -> Iterator[Shot]:
    if user.has_role(*CASE_ROLES):
        yield Shot("applications-filtered", reverse("applications") + "?order=deadline&mine=on")
        yield Shot("applications-empty", reverse("applications") + "?q=zzzz")
        yield Shot("notices-empty", reverse("notices") + "?q=zzzz")


def trail_pages(user: User) -> Iterator[Shot]:
    if may_read_trail(user):
        names = ("access_log", "log_ins", "wrong_tries", "account_changes", "console_actions")
        for name in (*names, "chain"):
            yield Shot(f"trail-{name}", reverse(name))


def register_pages(user: User) -> Iterator[Shot]:
    if may_register(user):
        yield Shot("register-find", reverse("register_find"))
        person = people_visible_to(user).filter(died_on=None).first()
        if person is not None:
            yield Shot("register", reverse("register", args=[person.pk]))


def case_pages(user: User) -> Iterator[Shot]:
    """A case of every state, rather one that waits for this person."""
    for state in State:
        cases = applications_visible_to(user).filter(state=state)
        case = queue_for(user).filter(state=state).order_by("id").last() or cases.last()
        if case is not None:
            yield Shot(f"case-{state}", reverse("application", args=[case.number]))
            yield Shot(f"facts-{state}", reverse("facts", args=[case.number]))
            if state == State.DRAFT:
                yield Shot("receipt", reverse("receipt", args=[case.number]))
                item = case.fact_sheets.get(kind="declared").items.first()
                if item is not None:
                    yield Shot("judge", reverse("judge_bill", args=[case.number, item.pk]))


def notice_pages(user: User) -> Iterator[Shot]:
    for state in Notice.State:
        notice = notices_visible_to(user).filter(state=state).last()
        if notice is not None:
            yield Shot(f"notice-{state}", reverse("notice", args=[notice.number]))
            yield Shot(f"notice-sheet-{state}", reverse("notice_sheet", args=[notice.number]))
    yield from _objections(user)
    line = NoticeLine.objects.filter(
        notice__in=notices_visible_to(user), notice__state=Notice.State.POSTED
    ).last()
    if line is not None and user.has_role(Role.TOWNSHIP_CLERK, Role.WINDOW_CLERK):
        yield Shot(
            "objection-record", reverse("record_objection", args=[line.notice.number, line.pk])
        )
    if user.has_role(Role.TOWNSHIP_CLERK, Role.REVIEWER, Role.APPROVER):
        yield Shot("notice-draw-up", reverse("draw_up_notice"))


def _objections(user: User) -> Iterator[Shot]:
    """Open ones from the public page and others, and decided ones."""
    rows = objections_visible_to(user)
    for name, found in {
        "web": rows.filter(outcome="", channel="web"),
        "open": rows.filter(outcome="").exclude(channel="web"),
        "decided": rows.exclude(outcome=""),
    }.items():
        objection = found.order_by("id").last()
        if objection is not None:
            yield Shot(f"objection-{name}", reverse("objection", args=[objection.number]))


def people_pages(user: User) -> Iterator[Shot]:
    person = people_visible_to(user).filter(applications__isnull=False).order_by("id").first()
    if person is not None:
        for name in ("person", "person_costs", "person_history"):
            yield Shot(name, reverse(name, args=[person.pk]))
    if user.has_role(*CASE_ROLES):
        yield Shot("people-find", reverse("find_person"))
    if may_register(user):
        yield Shot("people-new", reverse("new_person"))


def payment_pages(user: User) -> Iterator[Shot]:
    for award_state in AwardState:
        award = awards_visible_to(user).filter(state=award_state).last()
        if award is not None:
            yield Shot(f"award-{award_state}", reverse("award", args=[award.number]))
    for batch_state in BatchState:
        batch = batches_visible_to(user).filter(state=batch_state).order_by("id").last()
        if batch is not None:
            yield Shot(f"batch-{batch_state}", reverse("batch", args=[batch.number]))
            yield Shot(f"roster-{batch_state}", reverse("batch_roster", args=[batch.number]))
    fund = fund_years_visible_to(user).first()
    if fund is not None:
        yield Shot("fund-year", reverse("fund_year", args=[fund.pk]))
    if user.has_role(Role.PAYMENT_OFFICER):
        yield Shot("batch-draw-up", reverse("draw_up_batch"))


def public_pages() -> Iterator[Shot]:
    """What needs no log-in."""
    yield Shot("login", reverse("login"))
    yield Shot("not-found", "/no-such-page/")
    yield Shot("progress", reverse("public_progress"))
    case = Application.objects.filter(state=State.APPROVED).order_by("id").last()
    if case is not None:
        typed = {"number": case.number, "tail": case.person.id_number[-4:]}
        yield Shot("progress-found", reverse("public_progress"), typed)
        yield Shot("progress-wrong", reverse("public_progress"), typed | {"tail": "0000"})
    for state in (Notice.State.POSTED, Notice.State.CLOSED):
        notice = Notice.objects.filter(state=state).order_by("last_day").last()
        if notice is not None:
            yield Shot(f"public-notice-{state}", reverse("public_notice", args=[notice.token]))
            if state == Notice.State.POSTED:
                yield Shot("public-objection", reverse("object_publicly", args=[notice.token]))
    yield Shot("public-objection-status", reverse("objection_status"))


FINDERS: tuple[Finder, ...] = (
    menu_pages,
    list_variants,
    trail_pages,
    register_pages,
    case_pages,
    notice_pages,
    people_pages,
    payment_pages,
    dossier_pages,
    told_cases,
    letter_pages,
    timing_pages,
    desk_pages,
    manual_pages,
    identity_pages,
    money_pages,
)


def pages_of(user: User) -> list[Shot]:
    return [shot for finder in FINDERS for shot in finder(user)]
