"""The pictures of the manual: `python -m tests.screens --manual` writes them into static/manual/."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases.models import Notice
from assistance.cases.queries import applications_visible_to, notices_visible_to, queue_for
from assistance.cases.states import State
from assistance.payments.queries import awards_visible_to, batches_visible_to, fund_years_visible_to
from assistance.payments.states import AwardState, BatchState
from assistance.registry.queries import people_visible_to

FOLDER = Path(__file__).resolve().parents[2] / "static" / "manual"
# As on the screen of a county office; long pages are cut where the manual stops speaking of them.
WIDTH, HEIGHT = 1280, 900
COLOURS = 64


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    role: Role
    path: str


def pictures(users: dict[Role, User]) -> Iterator[Picture]:
    """What the chapters show, each in the eyes of its role."""
    yield from _of_cases(users)
    yield from _of_people(users[Role.TOWNSHIP_CLERK])
    yield from _of_money(users)
    for role, name in ((Role.TOWNSHIP_CLERK, "clerk"), (Role.REVIEWER, "reviewer")):
        yield Picture(f"workbench-{name}", role, reverse("workbench"))
    yield Picture("users", Role.ADMINISTRATOR, reverse("admin:accounts_user_changelist"))


def _of_cases(users: dict[Role, User]) -> Iterator[Picture]:
    wanted = {
        ("case-draft", "application"): (Role.TOWNSHIP_CLERK, State.DRAFT),
        ("facts", "facts"): (Role.TOWNSHIP_CLERK, State.DRAFT),
        ("first-review", "application"): (Role.TOWNSHIP_LEADER, State.FIRST_REVIEW),
        ("county-review", "facts"): (Role.REVIEWER, State.COUNTY_REVIEW),
        ("proposed", "application"): (Role.APPROVER, State.PROPOSED),
    }
    for (name, page), (role, state) in wanted.items():
        user = users[role]
        cases = queue_for(user).filter(state=state).order_by("id")
        case = cases.last() or applications_visible_to(user).filter(state=state).last()
        if case is not None:
            yield Picture(name, role, reverse(page, args=[case.number]))
    clerk = users[Role.TOWNSHIP_CLERK]
    notice = notices_visible_to(clerk).filter(state=Notice.State.POSTED).last()
    if notice is not None:
        yield Picture("notice", Role.TOWNSHIP_CLERK, reverse("notice", args=[notice.number]))
    yield Picture("applications", Role.TOWNSHIP_CLERK, reverse("applications"))
    yield Picture("register-find", Role.TOWNSHIP_CLERK, reverse("register_find"))
    yield Picture("enquiry", Role.TOWNSHIP_CLERK, reverse("enquiries"))


def _of_people(clerk: User) -> Iterator[Picture]:
    person = people_visible_to(clerk).filter(applications__isnull=False).order_by("id").first()
    if person is not None:
        yield Picture("person", Role.TOWNSHIP_CLERK, reverse("person", args=[person.pk]))


def _of_money(users: dict[Role, User]) -> Iterator[Picture]:
    payer = users[Role.PAYMENT_OFFICER]
    award = awards_visible_to(payer).filter(state=AwardState.FAILED).last()
    if award is not None:
        yield Picture("award", Role.PAYMENT_OFFICER, reverse("award", args=[award.number]))
    batch = batches_visible_to(payer).filter(state=BatchState.SENT).last()
    if batch is not None:
        yield Picture("batch", Role.PAYMENT_OFFICER, reverse("batch", args=[batch.number]))
    fund = fund_years_visible_to(users[Role.FUND_SUPERVISOR]).first()
    if fund is not None:
        yield Picture("fund", Role.FUND_SUPERVISOR, reverse("fund_year", args=[fund.pk]))


def take(page: Page, picture: Picture) -> None:
    """Write the picture with few colours: a page of the manual should open at once."""
    page.evaluate("() => document.fonts.ready.then(() => null)")
    photo = Image.open(io.BytesIO(page.screenshot()))
    FOLDER.mkdir(parents=True, exist_ok=True)
    photo.convert("RGB").quantize(COLOURS).save(FOLDER / f"{picture.name}.png", optimize=True)
