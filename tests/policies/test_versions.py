from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from assistance.calculation import BadPack, template, template_codes, template_text
from assistance.policies.models import PolicyVersion
from assistance.policies.operations import release_pack, release_templates
from assistance.policies.queries import NoPolicy, pack_of, version_in_force


def test_released_text_is_the_whole_pack(db):
    version = release_pack(template_text("JN21"), at=timezone.now())
    assert pack_of(version) == template("JN21")
    assert (version.code, version.number) == ("JN21", 1)


def test_the_same_text_is_released_once(db):
    release_templates(at=timezone.now())
    release_templates(at=timezone.now())
    assert PolicyVersion.objects.count() == len(template_codes())


def test_a_changed_text_is_the_next_version(db):
    release_pack(template_text("JN21"), at=timezone.now())
    second = release_pack(template_text("JN21") + "\n# reprinted\n", at=timezone.now())
    assert second.number == 2


def test_a_bad_pack_is_not_stored(db):
    before = PolicyVersion.objects.count()
    with pytest.raises(BadPack):
        release_pack("code = 1", at=timezone.now())
    assert PolicyVersion.objects.count() == before


def test_no_version_before_the_first_day(db):
    release_templates(at=timezone.now())
    with pytest.raises(NoPolicy):
        version_in_force("JN21", on=date(2020, 12, 31))
    assert version_in_force("JN21", on=date(2021, 12, 31)).code == "JN21"


def test_a_released_version_cannot_be_changed(db):
    version = release_pack(template_text("JN21"), at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(title="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()
