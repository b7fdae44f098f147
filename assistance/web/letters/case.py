from __future__ import annotations

from typing import Any

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.queries import letter_todo, letters_visible_to
from assistance.web.acts import links
from assistance.web.letters.acts import LETTER_ACTS


def letters_of_case(user: User, application: Application) -> dict[str, Any]:
    """What the page of a case shows of its letters."""
    letters = letters_visible_to(user).filter(application=application)
    return {
        "letter_todo": letter_todo(application),
        "letter_links": links(LETTER_ACTS, user, application, application.number),
        "letters": letters.order_by("-id"),
    }
