"""The manual: chapters as Markdown beside the other documents, one for each role and one for all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown import Markdown

from assistance.accounts.models import User
from assistance.accounts.roles import Role

FOLDER = Path(settings.BASE_DIR) / "docs" / "manual"
START = "start"
SUMMARY = "summary"
# The order of the way a case takes.
OF_ROLE = {
    Role.TOWNSHIP_CLERK: "township-clerk",
    Role.TOWNSHIP_LEADER: "township-leader",
    Role.WINDOW_CLERK: "window-clerk",
    Role.REVIEWER: "reviewer",
    Role.APPROVER: "approver",
    Role.PAYMENT_OFFICER: "payment-officer",
    Role.FUND_SUPERVISOR: "fund-supervisor",
    Role.CITY_SUPERVISOR: "city-supervisor",
    Role.PARTNER: "partner",
    Role.AUDITOR: "auditor",
    Role.ADMINISTRATOR: "administrator",
    Role.SECURITY_OFFICER: "security-officer",
}
# Pictures lie among the static files; in the text they are named as in the repository.
_PICTURE = re.compile(r"\]\(\.\./\.\./\.\./static/([^)]+)\)")
SLUGS = (START, *OF_ROLE.values())


@dataclass(frozen=True, slots=True)
class Chapter:
    """`sections` are the ids of its headings, `html` is safe: it is written by us."""

    slug: str
    title: str
    html: SafeString
    contents: SafeString
    sections: frozenset[str]


def chapter(slug: str) -> Chapter:
    """The chapter in Chinese, the language of the desks; in English there is one summary."""
    language = "en" if slug == SUMMARY else "zh"
    path = FOLDER / language / f"{slug}.md"
    return _read(path, path.stat().st_mtime_ns)


def chapters_of(user: User) -> list[Chapter]:
    """What concerns this person: the chapter for all, then those of the roles."""
    if get_language() == "en":
        return [chapter(SUMMARY)]
    own = [slug for role, slug in OF_ROLE.items() if role in user.roles]
    return [chapter(slug) for slug in (START, *own)]


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Chapter:
    reader = Markdown(extensions=["attr_list", "tables", "toc"], output_format="html")
    # The headings make the contents; the title stands above them.
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    html = reader.convert(_PICTURE.sub(lambda found: f"]({static(found[1])})", body))
    return Chapter(
        path.stem,
        title.removeprefix("# ").strip(),
        mark_safe(html),
        mark_safe(reader.toc),
        frozenset(_ids(reader.toc_tokens)),
    )


def _ids(tokens: list[dict[str, object]]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        found.append(str(token["id"]))
        found += _ids(token["children"])  # type: ignore[arg-type]
    return found
