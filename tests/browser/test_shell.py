"""What every page owes whoever sits before it: language, lock, width, keyboard, a quick finger."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Route, expect

from assistance.cases.models import Application, StatusChange
from assistance.cases.states import State
from tests.browser.screen import Screen
from tests.factories.accounts import PASSWORD
from tests.factories.cases import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # pytest-base-url, which pytest-playwright brings, still writes its fixture the old way.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What stands around the element in focus that does not stand around it otherwise.
SHOWS_FOCUS = """element => {
  const look = () => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor].join();
  };
  element.style.transition = "none";
  const focused = look();
  element.blur();
  const plain = look();
  element.focus();
  return focused !== plain;
}"""


def test_english_is_chosen_and_left_again(screen: Screen, desk: Desk):
    screen.log_in(desk.cast.clerk)
    screen.press("English")
    expect(screen.heading).to_have_text("Workbench")
    expect(screen.page.locator("html")).to_have_attribute("lang", "en")
    screen.page.get_by_role("link", name="Public notices").click()
    expect(screen.heading).to_have_text("Public notices")
    screen.press("中文")
    expect(screen.heading).to_have_text("公示")
    expect(screen.page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_five_wrong_passwords_lock_even_the_right_one_out(screen: Screen, desk: Desk):
    clerk = desk.cast.clerk
    screen.page.goto("/")
    for _n in range(4):
        screen.type_password(clerk, "wrong")
        expect(screen.page.locator("form .alert")).to_be_visible()
    screen.type_password(clerk, "wrong")
    expect(screen.heading).to_have_text("登录已锁定")
    screen.page.goto("/")
    screen.type_password(clerk, PASSWORD)
    expect(screen.heading).to_have_text("登录已锁定")


def test_a_narrow_window_is_not_scrolled_sideways(screen: Screen, desk: Desk):
    case = desk.draft()
    screen.page.set_viewport_size({"width": 390, "height": 800})
    screen.let_in(desk.cast.clerk)
    pages = [reverse(name) for name in ("workbench", "applications")]
    pages += [reverse(name, args=[case.number]) for name in ("application", "facts", "receipt")]
    assert {page: too_wide(screen, page, case) for page in pages} == dict.fromkeys(pages, 0)


def too_wide(screen: Screen, path: str, case: Application) -> int:
    """By how many pixels the page is wider than its window, once it shows the case."""
    screen.page.goto(path)
    expect(screen.page.get_by_text(case.number).first).to_be_attached()
    return screen.page.evaluate(TOO_WIDE)


def test_a_form_is_filled_in_and_sent_without_the_mouse(screen: Screen, desk: Desk):
    person = desk.person()
    screen.let_in(desk.cast.clerk)
    screen.page.goto(reverse("register_find"))
    keyboard = screen.page.keyboard
    keyboard.press("Tab")
    expect(screen.page.locator(":focus")).to_have_text("跳到正文")
    keyboard.press("Enter")
    seen = []
    # The kind of document comes first and stays as it is.
    for words in ("", person.id_number, person.name):
        keyboard.press("Tab")
        seen.append(looks_focused(screen))
        keyboard.type(words)
    keyboard.press("Tab")
    seen.append(looks_focused(screen))
    keyboard.press("Enter")
    expect(screen.heading).to_have_text(f"为{person.name}办理受理登记")
    assert seen == [
        ("certificate_type", True),
        ("id_number", True),
        ("name", True),
        ("下一步", True),
    ]


def looks_focused(screen: Screen) -> tuple[str, bool]:
    """The name of the field, or the words on the button, in focus; and whether one can see that it is."""
    focus = screen.page.locator(":focus")
    name = focus.evaluate("element => element.name || element.value")
    return name, focus.evaluate(SHOWS_FOCUS)


def test_a_second_click_while_the_first_is_on_its_way_sends_nothing(screen: Screen, desk: Desk):
    case = desk.draft()
    screen.let_in(desk.cast.clerk)
    screen.page.goto(reverse("application", args=[case.number]))
    # The server is slow: what is sent waits here. A quick double click would be merged by chromium itself.
    held: list[Route] = []
    screen.page.route("**/submit/", lambda route: held.append(route))
    # Found once: playwright's own click waits until the next page is there.
    button = screen.page.get_by_role("button", name="提交初审")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with screen.page.expect_request("**/submit/"):
        screen.page.mouse.click(*middle)
    screen.page.mouse.click(*middle)
    held[0].continue_()
    screen.says("已提交初审。")
    assert len(held) == 1
    moves = StatusChange.objects.filter(application=case, from_state=State.DRAFT)
    assert [move.to_state for move in moves] == [State.FIRST_REVIEW]


def test_a_double_click_takes_one_step(screen: Screen, desk: Desk):
    case = desk.draft()
    screen.let_in(desk.cast.clerk)
    screen.page.goto(reverse("application", args=[case.number]))
    screen.page.get_by_role("button", name="提交初审").dblclick()
    screen.says("已提交初审。")
    moves = StatusChange.objects.filter(application=case, from_state=State.DRAFT)
    assert [move.to_state for move in moves] == [State.FIRST_REVIEW]
