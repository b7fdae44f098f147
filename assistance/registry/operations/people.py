from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.documents import Document, read_document
from assistance.registry.models import (
    AccessLog,
    CertificateType,
    Person,
    PersonChange,
    Residence,
)
from assistance.registry.names import written_name, written_phone
from assistance.registry.numbers import derive_keys
from assistance.registry.operations import spans
from assistance.registry.operations.access import log_access
from assistance.registry.operations.changes import locked, record
from assistance.registry.operations.known import AlreadyRegistered, NumberInDoubt
from assistance.registry.operations.residences import Place, where_it_belongs
from assistance.registry.permissions import check_may_register, may_edit
from assistance.registry.queries import once_with_number, person_with_number
from assistance.shared.errors import NotAllowed, Refused


def register_person(
    *,
    name: str,
    id_number: str,
    since: date,
    hukou: Place | None = None,
    living: Place | None = None,
    phone: str = "",
    certificate_type: str = CertificateType.RESIDENT_ID,
    born_on: date | None = None,
    sex: str = "",
    is_somebody_else: bool = False,
    actor: User | None,
    at: datetime,
) -> Person:
    """Enter a person with the residence, or the two, held since `since`; agency and township follow.

    Day of birth and sex are given for documents that do not tell them. `is_somebody_else` answers
    NumberInDoubt, which is raised for a number that somebody held before. Raises InvalidIdNumber,
    AlreadyRegistered (a try that is logged like a look-up), NotAllowed for a place that is not the
    actor's, and Refused for places no agency answers for.
    """
    check_may_register(actor)
    document = read_document(
        id_number, certificate_type, born_on=born_on, sex=sex, on=timezone.localdate(at)
    )
    try:
        with transaction.atomic():
            person = _new_person(document, name=name, phone=phone, actor=actor, at=at)
            _settle_in(person, since=since, hukou=hukou, living=living, actor=actor, at=at)
            if not is_somebody_else:
                _refuse_doubt(document, actor)
            _insert(person, actor)
            _add_residences(person, since=since, hukou=hukou, living=living)
            record(person, PersonChange.Kind.REGISTERED, actor=actor, at=at)
    except AlreadyRegistered as error:
        # Outside the transaction that is gone: whoever learns that a number is known is noted.
        if actor is not None:
            _log_try(actor, error, at)
        raise
    return person


@transaction.atomic
def change_phone(person: Person, *, phone: str, actor: User | None, at: datetime) -> Person:
    """Enter another telephone number, or none. Name and document change with a paper and a second
    person (`request_name`, `request_number`). Raises NotAllowed or Refused.
    """
    person = locked(person, actor)
    phone = written_phone(phone)
    if phone != person.phone:
        person.phone = phone
        derive_keys(person).save(update_fields=["phone", "phone_digest"])
        kind = PersonChange.Kind.CORRECTED
        record(person, kind, actor=actor, at=at, subject=_("phone"))
    return person


def _new_person(
    document: Document, *, name: str, phone: str, actor: User | None, at: datetime
) -> Person:
    return derive_keys(
        Person(
            name=written_name(name),
            sex=document.sex,
            born_on=document.born_on,
            certificate_type=document.certificate_type,
            id_number=document.number,
            phone=written_phone(phone),
            created_at=at,
            created_by=actor,
        )
    )


def _refuse_doubt(document: Document, actor: User | None) -> None:
    """Raises NumberInDoubt for a number that somebody held before and holds no more."""
    once = once_with_number(document.number, document.certificate_type)
    if once is not None:
        raise NumberInDoubt(once, actor)


def _settle_in(
    person: Person,
    *,
    since: date,
    hukou: Place | None,
    living: Place | None,
    actor: User | None,
    at: datetime,
) -> None:
    """Give a new person township and agency. Raises NotAllowed or Refused."""
    if since > timezone.localdate(at):
        raise Refused(_("The residence begins on a day that is still to come."))
    spans.check_days(person, since, None)
    if hukou is None and living is None:
        raise Refused(_("Give the household registration or the actual residence."))
    found = where_it_belongs([place.division for place in (hukou, living) if place])
    if found is None:
        raise Refused(
            _("No agency answers for this place. Give the township where the person lives, too.")
        )
    person.township, person.agency = found
    if actor is not None and not may_edit(actor, person):
        raise NotAllowed(
            _(
                "This person belongs to %(township)s and is registered there or at its county window."
            )
            % {"township": person.township}
        )


def _insert(person: Person, actor: User | None) -> None:
    """Insert the row; of two clerks who enter one number at once the database lets one pass."""
    holder = person_with_number(person.id_number, person.certificate_type)
    if holder is None:
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            # Whoever was first has committed by now: the index waited for him.
            person.pk = None
            holder = person_with_number(person.id_number, person.certificate_type)
            if holder is None:
                raise
    if holder is not None:
        raise AlreadyRegistered(holder, actor)


def _add_residences(
    person: Person, *, since: date, hukou: Place | None, living: Place | None
) -> None:
    homes = ((Residence.Kind.HUKOU, hukou), (Residence.Kind.LIVING, living))
    Residence.objects.bulk_create(
        Residence(
            person=person,
            kind=kind,
            division=place.division,
            village=place.village.strip(),
            first_day=since,
        )
        for kind, place in homes
        if place is not None
    )


def _log_try(actor: User, error: AlreadyRegistered, at: datetime) -> None:
    holder = Person.objects.get(pk=error.holder_id)
    subject = _("registration of a number already known")
    log_access(actor, AccessLog.Kind.LOOKUP, subject, holder, at=at)
