"""The chain over what is written once: it finds what was altered, removed, put in, or cut off."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils.timezone import now

from assistance.registry.models import AccessLog
from assistance.registry.operations.access import log_access
from assistance.shared.models import RowChange
from assistance.shared.requests import JsonFormatter
from assistance.trail.models import ChainCheck, ChainLink, Removal
from assistance.trail.operations import check_and_note, seal, sealing
from assistance.trail.queries import Wrong, chain_checks, chain_head, check_chain
from assistance.trail.queries.chain import Finding
from assistance.trail.queries.rows import chained_models
from assistance.trail.tasks import check_sealed_rows
from tests.factories.accounts import Cast
from tests.factories.registry import make_person

LOG = "registry_accesslog"


def tamper(statement: str, table: str = LOG) -> None:
    """As somebody who owns the database and knows what he does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def log(count: int = 5) -> list[AccessLog]:
    user = Cast().clerk
    return [log_access(user, AccessLog.Kind.PRINT, f"list {n}", at=now()) for n in range(count)]


def found() -> list[tuple[Wrong, str, int]]:
    return [(finding.what, finding.table, finding.row) for finding in check_chain().findings]


@pytest.mark.django_db
def test_what_was_sealed_and_left_alone_is_as_it_was():
    log()
    person = make_person(phone="13800001234")
    person.phone = "13800004321"
    person.save(update_fields=["phone"])
    assert seal(at=now()) > 5
    assert seal(at=now()) == 0
    log(1)
    checked = check_chain()
    assert checked.findings == []
    assert checked.rows == sum(link.count for link in ChainLink.objects.all())
    assert {RowChange, AccessLog} <= set(chained_models())
    assert ChainLink not in chained_models()


@pytest.mark.django_db
def test_an_altered_a_missing_and_an_inserted_row_are_named(monkeypatch, capsys):
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    rows = log(6)
    # A row that is taken out before the sealing leaves a gap, into which one can be put.
    tamper(f"DELETE FROM {LOG} WHERE id = {rows[3].pk}")
    seal(at=now())
    assert found() == []
    tamper(f"UPDATE {LOG} SET subject = 'nothing' WHERE id = {rows[1].pk}")
    tamper(f"DELETE FROM {LOG} WHERE id = {rows[2].pk}")
    tamper(
        f"INSERT INTO {LOG} (id, at, kind, subject, field, reason, request_id, user_id)"
        f" SELECT {rows[3].pk}, at, kind, subject, field, reason, request_id, user_id"
        f" FROM {LOG} WHERE id = {rows[4].pk}"
    )
    wanted = {
        (Wrong.ROW_ALTERED, LOG, rows[1].pk),
        (Wrong.ROW_MISSING, LOG, rows[2].pk),
        (Wrong.ROW_INSERTED, LOG, rows[3].pk),
    }
    assert set(found()) == wanted
    with pytest.raises(CommandError):
        call_command("check_chain")
    assert f"row altered: {LOG} {rows[1].pk}" in capsys.readouterr().err
    assert not chain_checks()[0].ok
    assert ChainCheck.objects.latest("id").found == 3


@pytest.mark.django_db
def test_a_chain_that_was_forged_or_cut_off_is_found_by_key_and_anchor():
    log(2)
    seal(at=now())
    anchor = str(chain_head())
    last = chain_head().number
    log(2)
    seal(at=now())
    tamper(f"UPDATE trail_chainlink SET count = count + 1 WHERE number = {last}", "trail_chainlink")
    assert (Wrong.LINK_ALTERED, "trail_chainlink", last) in found()
    tamper(f"DELETE FROM trail_chainlink WHERE number >= {last}", "trail_chainlink")
    assert found() == []
    assert [f.what for f in check_chain(anchors=[anchor]).findings] == [Wrong.ANCHOR_MISSING]


@pytest.mark.django_db
def test_an_end_cut_off_is_found_by_the_checks_of_earlier_nights(monkeypatch):
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    first = log(2)
    seal(at=now())
    kept = chain_head().number
    log(2)
    seal(at=now())
    seen = check_and_note(at=now())
    assert seen.findings == []
    tamper(f"DELETE FROM trail_chainlink WHERE number > {kept}", "trail_chainlink")
    tamper(f"DELETE FROM {LOG} WHERE id > {first[-1].pk}")
    log(2)
    seal(at=now())
    cut = Finding(Wrong.ANCHOR_MISSING, seen.head, 0)
    assert check_and_note(at=now()).findings[-1] == cut


@pytest.mark.django_db
def test_the_nightly_check_leaves_the_last_link_in_the_journal_whole(caplog):
    log(2)
    seal(at=now())
    with caplog.at_level("INFO"):
        check_sealed_rows()
    # Seven digits alone would be taken for a number of somebody.
    line = caplog.records[-1]
    assert f"link-{chain_head()}." in JsonFormatter().format(line)
    line.args = (f"1234567:{chain_head().digest}",)
    assert f"link-1234567:{chain_head().digest}." in JsonFormatter().format(line)


@pytest.mark.django_db
def test_a_removal_hides_no_more_rows_than_it_says():
    rows = log(4)
    seal(at=now())
    for row in rows[:2]:
        tamper(f"DELETE FROM {LOG} WHERE id = {row.pk}")
    Removal.objects.create(table_name=LOG, last_id=2**40, count=1, rule="accesses", at=now())
    assert found() == [(Wrong.ROW_MISSING, LOG, rows[1].pk)]
    said = [check.sentence for check in chain_checks()]
    assert len(said) == 2


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_just_being_written_is_waited_for_and_nobody_waits_for_the_seal(monkeypatch):
    monkeypatch.setattr(sealing, "PATIENCE", 0.2)
    user = Cast().clerk
    written, go_on = Event(), Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                log_access(user, AccessLog.Kind.PRINT, "slow", at=now())
                written.set()
                go_on.wait(10)
        finally:
            connection.close()

    writer = Thread(target=slow)
    writer.start()
    assert written.wait(10)
    log_access(user, AccessLog.Kind.PRINT, "quick", at=now())
    seal(at=now())
    assert not ChainLink.objects.filter(table_name=LOG).exists()
    go_on.set()
    writer.join()
    seal(at=now())
    assert ChainLink.objects.get(table_name=LOG).count == 2
    assert found() == []
