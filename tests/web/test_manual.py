from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from assistance.accounts.roles import Role
from assistance.web.manual.chapters import FOLDER, OF_ROLE, SLUGS, SUMMARY, chapter, chapters_of
from assistance.web.manual.sections import SECTION_OF, place_of
from assistance.web.navigation import ENTRIES
from tests.factories.accounts import Cast


@pytest.fixture
def cast():
    return Cast()


STATIC = Path(settings.BASE_DIR) / "static"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("role", Role, ids=str)
@pytest.mark.django_db
def test_every_menu_entry_of_a_role_is_explained_to_it(cast, role, language):
    user = cast.of_each_role()[role]
    with translation.override(language):
        unexplained = [
            entry.url_name
            for entry in ENTRIES
            if user.has_role(*entry.roles) and not place_of(user, entry.url_name)[1]
        ]
    assert unexplained == []


@pytest.mark.django_db
def test_a_page_leads_to_its_section_in_the_chapter_of_the_role(client, cast):
    client.force_login(cast.reviewer)
    answer = client.get(reverse("manual"), {"page": "facts"})
    assert answer.url == reverse("manual_chapter", args=["reviewer"]) + "#facts"
    page = client.get(reverse("workbench")).content.decode()
    assert f'href="{reverse("manual")}?page=workbench"' in page


@pytest.mark.django_db
def test_a_page_nobody_explains_leads_to_the_first_chapter(client, cast):
    client.force_login(cast.partner)
    answer = client.get(reverse("manual"), {"page": "//evil.example"})
    assert answer.url == reverse("manual_chapter", args=["start"])


@pytest.mark.django_db
def test_english_readers_get_the_summary(client, cast):
    client.force_login(cast.clerk)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(reverse("manual"), {"page": "facts"}, follow=True)
    assert "Yizhu in brief" in answer.content.decode()


@pytest.mark.parametrize("slug", [*SLUGS, SUMMARY])
def test_pictures_and_links_of_a_chapter_are_there(slug):
    path = next(FOLDER.rglob(f"{slug}.md"))
    text = path.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\(\.\./\.\./\.\./static/([^)]+)\)", text)
    assert [name for name in pictures if not (STATIC / name).is_file()] == []
    targets = re.findall(r"\]\(#([\w-]+)\)", text)
    assert [target for target in targets if target not in chapter(slug).sections] == []
    assert chapter(slug).title


def test_every_explained_section_is_written_for_somebody():
    written = {section for slug in SLUGS for section in chapter(slug).sections}
    assert sorted(set(SECTION_OF.values()) - written) == []


def test_every_role_has_a_chapter():
    assert set(OF_ROLE) == set(Role)


@pytest.mark.django_db
def test_a_person_with_two_roles_reads_both(cast):
    assert [each.slug for each in chapters_of(cast.clerk)] == ["start", "township-clerk"]
