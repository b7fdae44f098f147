"""A new key: everything moves to it, also after having been broken off, and the chain stays whole."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from assistance.files.models import StoredFile
from assistance.files.operations import keep_table
from assistance.files.queries import content
from assistance.registry.models import Person
from assistance.shared.models import RowChange
from assistance.trail.operations import rotation, seal
from assistance.trail.queries import check_chain, needs_older_key
from tests.factories.registry import make_account, make_person

OLD, NEW = "1:" + "A" * 43 + "=", "2:" + "B" * 42 + "A="


class Killed(Exception):
    pass


@pytest.mark.django_db
def test_a_rotation_broken_off_in_the_middle_goes_on_and_leaves_nothing(
    settings, capsys, monkeypatch
):
    people = [make_person(phone=f"1380000000{n}") for n in range(5)]
    numbers = {person.pk: (person.id_number, person.phone) for person in people}
    make_account(people[0])
    people[0].phone = "13900000000"
    people[0].save(update_fields=["phone"])
    numbers[people[0].pk] = (people[0].id_number, "13900000000")
    stored = keep_table(b"a,b\n1,2\n", name="x.csv", actor=None, at=now())
    seal(at=now())
    changes = RowChange.objects.count()

    settings.DATA_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    whole, calls = rotation._batch, []

    def dies(*args: str) -> int:
        calls.append(args)
        if len(calls) > 2 and args[0] == "registry_person":
            raise Killed
        return whole(*args)

    monkeypatch.setattr(rotation, "_batch", dies)
    with pytest.raises(Killed):
        call_command("rotate_keys")
    assert 0 < needs_older_key()["registry.person.phone"] <= 5
    with pytest.raises(CommandError):
        call_command("rotate_keys", check=True)

    monkeypatch.setattr(rotation, "_batch", whole)
    call_command("rotate_keys")
    assert needs_older_key() == {}
    out = capsys.readouterr()
    assert "files: 1" in out.out
    assert [n for pair in numbers.values() for n in pair if n in out.out + out.err] == []

    settings.DATA_KEYS = [NEW]
    found = {person.pk: (person.id_number, person.phone) for person in Person.objects.all()}
    assert found.items() >= numbers.items()
    assert content(StoredFile.objects.get(pk=stored.pk)) == b"a,b\n1,2\n"
    assert RowChange.objects.count() == changes
    assert check_chain().findings == []


@pytest.mark.django_db
def test_a_file_saved_before_the_rotation_is_never_half_written(settings):
    storage = storages["papers"]
    storage.save("aa/" + "b" * 48, ContentFile(b"x" * 600_000))
    settings.DATA_KEYS = [NEW, OLD]
    rotation._file_anew(storage, "aa/" + "b" * 48)
    settings.DATA_KEYS = [NEW]
    with storage.open("aa/" + "b" * 48) as opened:
        assert opened.read() == b"x" * 600_000
    assert [n for n in storage.listdir("aa")[1] if n.endswith(".anew")] == []
    storage.delete("aa/" + "b" * 48)
