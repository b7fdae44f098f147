"""A stale form is told who changed what; what was typed and not sent is kept for whoever typed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from assistance.cases import operations
from assistance.cases.models import CaseEdit, FactSheet, FormDraft
from assistance.cases.queries import changes_since, draft_of
from assistance.shared.errors import Stale
from tests.factories.cases import declared

Kind = FactSheet.Kind


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def _save(case, desk, version=None, **values):
    return operations.save_facts(
        case, Kind.DECLARED, values=values, actor=desk.cast.clerk, at=desk.now, version=version
    )


def test_a_stale_form_is_told_who_changed_what(desk, draft):
    _save(draft, desk, hukou_in_county=False, note="新")
    with pytest.raises(Stale) as refusal:
        _save(draft, desk, version=draft.version, note="旧")
    head, *lines = str(refusal.value).splitlines()
    assert head.startswith("This case was changed in the meantime.")
    assert lines == [
        "clerk, 2026-03-02 12:00: household registration in the county “Yes” → “No”.",
        "clerk, 2026-03-02 12:00: note “—” → “新”.",
    ]


def test_a_stale_form_is_told_of_steps_bills_and_accounts(desk, draft):
    version = draft.version
    item = declared(draft).items.get()
    operations.judge_item(
        item,
        values={"exclusion": "COSMETIC"},
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    operations.remove_bill(item, reason="重复", actor=desk.cast.clerk, at=desk.now, version=None)
    operations.withdraw(draft, reason="放弃", actor=desk.cast.clerk, at=desk.now, version=None)
    lines = changes_since(draft, version)
    assert [line.partition(": ")[2] for line in lines] == [
        "2025-05-20 景宁畲族自治县人民医院 · excluded because “—” → “Cosmetic treatment”.",
        "bill “2025-05-20 景宁畲族自治县人民医院” → “—”.",
        "Withdraw (Withdrawn).",
    ]


def test_changes_since_the_latest_version_are_none(desk, draft):
    _save(draft, desk, note="新")
    draft.refresh_from_db()
    assert changes_since(draft, draft.version) == []


def test_saving_the_same_again_leaves_no_edit(desk, draft):
    _save(draft, desk, note="新")
    _save(draft, desk, note="新")
    assert CaseEdit.objects.count() == 1


def test_a_draft_belongs_to_whoever_typed_it(desk, draft):
    typed = {"note": "写到一半", "version": "1"}
    operations.save_draft(desk.cast.clerk, "facts", draft.number, values=typed, at=desk.now)
    kept = draft_of(desk.cast.clerk, "facts", draft.number)
    assert (kept.values, kept.saved_at) == (typed, desk.now)
    assert draft_of(desk.cast.second_clerk, "facts", draft.number) is None
    assert draft_of(desk.cast.clerk, "bill", draft.number) is None


def test_a_draft_is_kept_over_the_one_before_and_discarded(desk, draft):
    for note in ("一", "二"):
        operations.save_draft(
            desk.cast.clerk, "facts", draft.number, values={"note": note}, at=desk.now
        )
    assert draft_of(desk.cast.clerk, "facts", draft.number).values == {"note": "二"}
    operations.discard_draft(desk.cast.clerk, "facts", draft.number)
    assert not FormDraft.objects.exists()


def test_a_draft_is_not_readable_in_the_table(desk, draft):
    typed = {"note": "张三丰的病情"}
    operations.save_draft(desk.cast.clerk, "facts", draft.number, values=typed, at=desk.now)
    with connection.cursor() as cursor:
        cursor.execute('SELECT "values" FROM cases_formdraft')
        assert "张三丰".encode() not in bytes(cursor.fetchone()[0])


def test_drafts_nobody_came_back_for_go_after_a_month(desk, draft):
    for days, subject in ((0, "old"), (29, "young"), (31, "new")):
        operations.save_draft(
            desk.cast.clerk,
            "facts",
            subject,
            values={"note": "x"},
            at=desk.now + timedelta(days=days),
        )
    assert set(FormDraft.objects.values_list("subject", flat=True)) == {"young", "new"}


def test_a_draft_without_end_is_not_kept(desk, draft):
    operations.save_draft(
        desk.cast.clerk, "facts", draft.number, values={"note": "长" * 30_000}, at=desk.now
    )
    assert not FormDraft.objects.exists()
