"""The pictures of the manual: `python -m tests.screens --manual` writes them into static/manual/."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from assistance.accounts.models import Division, User
from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.cases.models import Application, Notice
from assistance.cases.states import State
from assistance.payments.queries import awards_visible_to, batches_visible_to, fund_years_visible_to
from assistance.payments.states import AwardState, BatchState
from assistance.registry.queries import people_visible_to

FOLDER = Path(__file__).resolve().parents[2] / "static" / "manual"
# As on the screen of a county office; long pages are cut where the manual stops speaking of them.
WIDTH, HEIGHT = 1280, 900
COLOURS = 64
CASES = (
    ("case-draft", "application", Role.TOWNSHIP_CLERK, State.DRAFT),
    ("facts", "facts", Role.TOWNSHIP_CLERK, State.DRAFT),
    ("first-review", "application", Role.TOWNSHIP_LEADER, State.FIRST_REVIEW),
    ("county-review", "facts", Role.REVIEWER, State.COUNTY_REVIEW),
    ("proposed", "application", Role.APPROVER, State.PROPOSED),
)


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    user: User
    path: str


def somebody(role: Role, township: Division | None = None) -> User:
    """A demo account of the role, of that township if one is named."""
    users = User.objects.filter(is_demo=True, groups__name=role)
    if township is not None:
        users = users.filter(township=township)
    return users.order_by("id")[0]


def pictures() -> Iterator[Picture]:
    """What the chapters show, each in the eyes of its role."""
    yield from _of_cases()
    yield from _of_townships()
    yield from _of_money()
    reviewer, administrator = somebody(Role.REVIEWER), somebody(Role.ADMINISTRATOR)
    yield Picture("workbench-reviewer", reviewer, reverse("workbench"))
    yield Picture("users", administrator, reverse("admin:accounts_user_changelist"))


def _of_cases() -> Iterator[Picture]:
    for name, page, role, state in CASES:
        case = Application.objects.filter(state=state).order_by("id").last()
        if case is not None:
            township = case.township if role in TOWNSHIP_ROLES else None
            path = reverse(page, args=[case.number])
            yield Picture(name, somebody(role, township), path)


def _of_townships() -> Iterator[Picture]:
    notice = Notice.objects.filter(state=Notice.State.POSTED).order_by("id").last()
    if notice is not None:
        clerk = somebody(Role.TOWNSHIP_CLERK, notice.township)
        yield Picture("notice", clerk, reverse("notice", args=[notice.number]))
    clerk = somebody(Role.TOWNSHIP_CLERK)
    yield Picture("workbench-clerk", clerk, reverse("workbench"))
    yield Picture("register-find", clerk, reverse("register_find"))
    yield Picture("enquiry", clerk, reverse("enquiries"))
    person = people_visible_to(clerk).filter(applications__isnull=False).order_by("id").first()
    if person is not None:
        yield Picture("person", clerk, reverse("person", args=[person.pk]))


def _of_money() -> Iterator[Picture]:
    payer, fund_officer = somebody(Role.PAYMENT_OFFICER), somebody(Role.FUND_SUPERVISOR)
    award = awards_visible_to(payer).filter(state=AwardState.FAILED).last()
    if award is not None:
        yield Picture("award", payer, reverse("award", args=[award.number]))
    batch = batches_visible_to(payer).filter(state=BatchState.SENT).last()
    if batch is not None:
        yield Picture("batch", payer, reverse("batch", args=[batch.number]))
    fund = fund_years_visible_to(fund_officer).first()
    if fund is not None:
        yield Picture("fund", fund_officer, reverse("fund_year", args=[fund.pk]))


def take(page: Page, picture: Picture) -> None:
    """Write the picture with few colours: a page of the manual should open at once."""
    page.evaluate("() => document.fonts.ready.then(() => null)")
    photo = Image.open(io.BytesIO(page.screenshot()))
    FOLDER.mkdir(parents=True, exist_ok=True)
    photo.convert("RGB").quantize(COLOURS).save(FOLDER / f"{picture.name}.png", optimize=True)
