"""Every half-year a full list is held against the register, decided and signed by both sides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assistance.registry.models import AccessLog, Department, Reconciliation
from assistance.registry.operations.reconciling import (
    decide_differences,
    open_reconciliation,
    sign_reconciliation,
)
from assistance.registry.queries.lists import sources_visible_to
from assistance.registry.queries.reconciliations import due, half_of
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.lists import MONTH, applied, make_source, previewed, row
from tests.factories.registry import new_number

pytestmark = pytest.mark.django_db


def compared() -> Reconciliation:
    """One agrees, one stands only here, one only there, one differs in the day."""
    source = make_source()
    agrees, only_here, differs = (row(new_number(), name) for name in ("甲同", "乙仅", "丙异"))
    applied(source, agrees, only_here, differs, as_of=MONTH - timedelta(days=31))
    changed = row(differs[0], "丙异", last="2026-12-31")
    listing = previewed(source, agrees, changed, row(new_number(), "丁新"))
    return open_reconciliation(listing, actor=Cast().reviewer, at=timezone.now())


def test_the_differences_are_kept_decided_one_by_one_and_signed():
    made, cast, at = compared(), Cast(), timezone.now()
    rows = {d.name: d for d in made.differences.all()}
    assert {name: d.kind for name, d in rows.items()} == {
        "乙仅": "only_here",
        "丙异": "differs",
        "丁新": "only_there",
    }
    assert made.agreed == 1
    assert (rows["丙异"].ours, rows["丙异"].theirs) == ("2026-01-01 –", "2026-01-01 – 2026-12-31")
    with pytest.raises(NotAllowed):
        decide_differences(
            made, rows=[rows["乙仅"].pk], decision="ours", note="", actor=cast.approver, at=at
        )
    with pytest.raises(Refused, match="3"):
        sign_reconciliation(made, department_signer="雷主任", actor=cast.reviewer, at=at)
    for decision, name in (("ours", "乙仅"), ("theirs", "丁新"), ("change", "丙异")):
        decide_differences(
            made, rows=[rows[name].pk], decision=decision, note="", actor=cast.reviewer, at=at
        )
    with pytest.raises(Refused):
        sign_reconciliation(made, department_signer=" ", actor=cast.reviewer, at=at)
    sign_reconciliation(made, department_signer="雷主任", actor=cast.reviewer, at=at)
    with pytest.raises(Refused):
        decide_differences(
            made, rows=[rows["乙仅"].pk], decision="theirs", note="", actor=cast.reviewer, at=at
        )
    with pytest.raises(Refused):
        open_reconciliation(made.listing, actor=cast.reviewer, at=at)


def test_it_is_due_each_half_year_until_data_is_shared():
    made, reviewer = compared(), Cast().reviewer
    sources = sources_visible_to(reviewer)
    (this,) = due(sources, MONTH)
    assert (this.half, this.made, this.is_signed) == (date(2026, 7, 1), made, False)
    (following,) = due(sources, date(2027, 1, 1))
    assert (following.half, following.made, following.is_shared) == (date(2027, 1, 1), None, False)
    made.source.shared_since = date(2027, 1, 1)
    made.source.save()
    later = [due(sources_visible_to(reviewer), day)[0] for day in (MONTH, date(2027, 1, 1))]
    assert [one.is_shared for one in later] == [False, True]
    assert half_of(date(2026, 6, 30)) == date(2026, 1, 1)
    # Who sends changes month by month, as ZS22 二(一)5 asks, has its full list held against the register as well.
    changes = make_source(
        "YOUFU", name="优抚变更名单", department=Department.VETERANS, is_full=False
    )
    asked = {one.source.pk: one.made for one in due(sources_visible_to(reviewer), MONTH)}
    assert asked == {made.source.pk: made, changes.pk: None}
    whole = previewed(changes, row(new_number(), "戊全", category="重点优抚对象"), is_full=True)
    opened = open_reconciliation(whole, actor=reviewer, at=timezone.now())
    asked = {one.source.pk: one.made for one in due(sources_visible_to(reviewer), MONTH)}
    assert asked[changes.pk] == opened


def test_the_pages_show_what_differs_masked_and_print_the_sheet(client):
    made, reviewer = compared(), Cast().reviewer
    client.force_login(reviewer)
    text = client.get(reverse("reconciliation", args=[made.pk])).content.decode()
    assert all(words in text for words in ("仅本系统有", "仅部门名单有", "内容不一致", "乙仅"))
    assert not any(d.number in text for d in made.differences.all())
    only_here = made.differences.get(kind="only_here")
    client.post(
        reverse("decide_differences", args=[made.pk]), {"row": only_here.pk, "decision": "ours"}
    )
    only_here.refresh_from_db()
    assert (only_here.decision, only_here.decided_by) == ("ours", reviewer)
    sheet = client.get(reverse("reconciliation_sheet", args=[made.pk]))
    assert sheet.content.startswith(b"%PDF")
    assert AccessLog.objects.filter(kind="print", subject__startswith="reconciliation").exists()
    assert "未开展" not in client.get(reverse("reconciliations")).content.decode()
