"""A corrected or re-issued number, a changed name: entered with its paper, confirmed by a second person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.operations import keep
from assistance.registry.documents import Document, read_document
from assistance.registry.models import (
    CertificateType,
    IdentityChange,
    Person,
    PersonChange,
    PersonName,
    PersonNumber,
)
from assistance.registry.names import written_name
from assistance.registry.numbers import derive_keys
from assistance.registry.operations.changes import locked, record
from assistance.registry.operations.known import AlreadyRegistered
from assistance.registry.permissions import check_may_confirm_identity
from assistance.registry.queries import person_with_number
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused
from assistance.shared.masking import mask_id

What, Outcome = IdentityChange.What, IdentityChange.Outcome


@transaction.atomic
def request_name(
    person: Person,
    *,
    name: str,
    reason: str,
    first_day: date,
    paper: File[Any],
    actor: User | None,
    at: datetime,
) -> IdentityChange:
    """Enter another name with its paper; nothing changes before somebody else confirmed it.

    Raises NotAllowed, or Refused for the same name, a day to come, an unfit paper, or while another
    change of the name waits.
    """
    person = _editable(person, actor)
    name = written_name(name)
    if name == person.name:
        raise Refused(_("This is the name on record."))
    return _request(
        person, What.NAME, reason, first_day, paper, actor=actor, at=at, values={"name": name}
    )


@transaction.atomic
def request_number(
    person: Person,
    *,
    number: str,
    reason: str,
    first_day: date,
    paper: File[Any],
    certificate_type: str = CertificateType.RESIDENT_ID,
    born_on: date | None = None,
    sex: str = "",
    actor: User | None,
    at: datetime,
) -> IdentityChange:
    """Enter another number, or another document, with its paper; a second person confirms it.

    Raises NotAllowed, InvalidIdNumber, AlreadyRegistered when somebody holds the number (then the two
    records are merged instead), or Refused as `request_name`.
    """
    person = _editable(person, actor)
    document = read_document(
        number, certificate_type, born_on=born_on, sex=sex, on=timezone.localdate(at)
    )
    if document.digest == bytes(person.id_digest):
        raise Refused(_("This is the number on record."))
    _refuse_held(document, actor)
    values = {
        "certificate_type": document.certificate_type,
        "number": document.number,
        "digest": document.digest,
        "born_on": document.born_on,
        "sex": document.sex,
    }
    return _request(
        person, What.NUMBER, reason, first_day, paper, actor=actor, at=at, values=values
    )


@transaction.atomic
def confirm_identity(
    change: IdentityChange, *, typed: str = "", actor: User | None, at: datetime
) -> Person:
    """Put the new name or number on the person; the old one stays findable.

    Whoever confirms reads the paper and types the new name or number himself: `typed` must agree
    (the system alone types nothing). Raises NotAllowed, by four eyes above all, or Refused.
    """
    change, person = _decidable(change, actor)
    if actor is not None:
        _compare(change, typed, on=timezone.localdate(at))
    if change.what == What.NAME:
        kind, subject = PersonChange.Kind.NAME_CHANGED, _rename(person, change, at)
    else:
        kind, subject = PersonChange.Kind.NUMBER_CHANGED, _renumber(person, change, actor, at)
    _decide(change, Outcome.CONFIRMED, actor, at)
    record(
        person, kind, actor=actor, at=at, subject=subject, reason=str(change.get_reason_display())
    )
    return person


@transaction.atomic
def refuse_identity(
    change: IdentityChange, *, reason: str, actor: User, at: datetime
) -> IdentityChange:
    """Turn a change down, or take one's own back. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    change, person = _decidable(change, actor, refusing=True)
    change.refused_because = reason
    change.save(update_fields=["refused_because"])
    _decide(change, Outcome.REFUSED, actor, at)
    kind = PersonChange.Kind.CHANGE_REFUSED
    record(person, kind, actor=actor, at=at, subject=change.get_what_display(), reason=reason)
    return change


def _editable(person: Person, actor: User | None) -> Person:
    person = locked(person, actor)
    if person.merged_into is not None:
        raise Refused(
            _("This record was merged into that of %(name)s: change it there.")
            % {"name": person.merged_into.name}
        )
    return person


def _request(
    person: Person,
    what: IdentityChange.What,
    reason: str,
    first_day: date,
    paper: File[Any],
    *,
    actor: User | None,
    at: datetime,
    values: dict[str, Any],
) -> IdentityChange:
    if first_day > timezone.localdate(at):
        raise Refused(_("The day from which it holds is still to come."))
    if person.identity_changes.filter(what=what, outcome="").exists():
        raise Refused(_("A change of this kind already waits for a second person."))
    return IdentityChange.objects.create(
        person=person,
        what=what,
        reason=IdentityChange.Reason(reason),
        first_day=first_day,
        paper=keep(paper, actor=actor, at=at),
        entered_by=actor,
        entered_at=at,
        **values,
    )


def _refuse_held(document: Document, actor: User | None) -> None:
    holder = person_with_number(document.number, document.certificate_type)
    if holder is not None:
        raise AlreadyRegistered(holder, actor)


def _decidable(
    change: IdentityChange, actor: User | None, *, refusing: bool = False
) -> tuple[IdentityChange, Person]:
    """The person and the change, locked, if the actor may decide and nobody has."""
    person = locked(change.person, None)
    change = IdentityChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if actor is not None and not (refusing and actor.pk == change.entered_by_id):
        check_may_confirm_identity(actor, change)
    if change.outcome:
        raise Refused(_("This change has already been decided."))
    return change, person


def _compare(change: IdentityChange, typed: str, *, on: date) -> None:
    if change.what == What.NAME:
        same = written_name(typed) == change.name
    else:
        document = read_document(
            typed, change.certificate_type, born_on=change.born_on, sex=change.sex, on=on
        )
        same = document.number == change.number
    if not same:
        raise Refused(_("This is not what was entered. Compare it with the paper."))


def _last_day(change: IdentityChange) -> date | None:
    return change.first_day - timedelta(days=1) if change.reason in IdentityChange.HELD else None


def _rename(person: Person, change: IdentityChange, at: datetime) -> str:
    PersonName.objects.create(
        person=person,
        name=person.name,
        pinyin_key=person.pinyin_key,
        last_day=_last_day(change),
        ended_at=at,
    )
    subject = f"{person.name} → {change.name}"
    person.name = change.name
    derive_keys(person).save(update_fields=["name", "pinyin_key"])
    return subject


def _renumber(person: Person, change: IdentityChange, actor: User | None, at: datetime) -> str:
    born_on = change.born_on
    assert born_on is not None, "a constraint of the table"
    document = Document(
        CertificateType(change.certificate_type), change.number, born_on, change.sex
    )
    _refuse_held(document, actor)
    PersonNumber.objects.create(
        person=person,
        certificate_type=person.certificate_type,
        number=person.id_number,
        digest=bytes(person.id_digest),
        born_on=person.born_on,
        sex=person.sex,
        last_day=_last_day(change),
        ended_at=at,
    )
    person.certificate_type = document.certificate_type
    person.id_number = document.number
    person.born_on, person.sex = document.born_on, document.sex
    fields = ["certificate_type", "id_number", "id_digest", "tail_digest", "born_on", "sex"]
    try:
        with transaction.atomic():
            derive_keys(person).save(update_fields=fields)
    except IntegrityError:
        raise Refused(
            _("Somebody has just registered this number. Look it up and try again.")
        ) from None
    return mask_id(document.number)


def _decide(
    change: IdentityChange, outcome: IdentityChange.Outcome, actor: User | None, at: datetime
) -> None:
    change.outcome, change.decided_by, change.decided_at = outcome, actor, at
    change.save(update_fields=["outcome", "decided_by", "decided_at"])
