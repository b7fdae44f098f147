"""What has been kept long enough goes, with a dry run first, and the chain knows why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from assistance.cases.models import Application, StatusChange
from assistance.registry.models import AccessLog
from assistance.registry.operations.access import log_access
from assistance.trail.models import Removal
from assistance.trail.operations import RULES, apply_retention, seal, write_archive_list
from assistance.trail.operations.retention import for_the_archive
from assistance.trail.queries import check_chain
from tests.factories.accounts import Cast
from tests.factories.cases import Desk

pytestmark = pytest.mark.django_db


def due(*, dry_run: bool) -> dict[str, int]:
    return {row.rule.code: row.count for row in apply_retention(at=now(), dry_run=dry_run)}


def test_old_accesses_go_after_a_dry_run_and_the_chain_stays_whole(capsys):
    user = Cast().clerk
    old = now() - timedelta(days=3 * 366 + 1)
    for at in (old, old, now()):
        log_access(user, AccessLog.Kind.PRINT, "a sheet", at=at)
    count = AccessLog.objects.count()
    assert due(dry_run=True)["accesses"] == 0  # not sealed yet
    seal(at=now())
    assert due(dry_run=True)["accesses"] == 2
    assert AccessLog.objects.count() == count
    assert due(dry_run=False)["accesses"] == 2
    assert AccessLog.objects.count() == count - 2
    assert (Removal.objects.get().count, check_chain().findings) == (2, [])
    call_command("apply_retention", dry_run=True)
    said = capsys.readouterr().out
    assert [rule.what for rule in RULES if rule.what not in said] == []
    with pytest.raises(DatabaseError), transaction.atomic():
        AccessLog.objects.all().delete()


def test_a_case_of_ten_years_ago_is_listed_for_the_archive(tmp_path):
    desk = Desk()
    case = desk.draft()
    assert list(for_the_archive(now())) == []
    later = now() + timedelta(days=10 * 366 + 1)
    Application.objects.filter(pk=case.pk).update(state="withdrawn")
    assert StatusChange.objects.filter(application=case).exists()
    assert list(for_the_archive(later)) == [case]
    assert write_archive_list(tmp_path / "list.csv", at=later) == 1
    assert case.number in (tmp_path / "list.csv").read_text("utf-8-sig")
    assert case.person.name not in (tmp_path / "list.csv").read_text("utf-8-sig")
