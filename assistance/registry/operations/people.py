from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import AccessLog, Person, PersonChange, Residence
from assistance.registry.names import written_name, written_phone
from assistance.registry.numbers import derive_keys
from assistance.registry.operations import spans
from assistance.registry.operations.access import log_access
from assistance.registry.operations.changes import locked, record
from assistance.registry.operations.residences import Place, where_it_belongs
from assistance.registry.permissions import check_may_register, may_edit, may_see
from assistance.registry.queries import person_with_number
from assistance.registry.reasons import given_reason
from assistance.shared import identity_numbers
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.masking import mask_id


class AlreadyRegistered(Refused):
    """The number is taken. `person` is who holds it, or None where the actor may not see him."""

    def __init__(self, holder: Person, actor: User | None) -> None:
        self.holder_id = holder.pk
        self.person = holder if actor is None or may_see(actor, holder) else None
        if self.person is None:
            sentence = _(
                "This number is already registered outside your area."
                " Look the person up by number and name."
            )
        else:
            sentence = _("%(name)s is already registered with this number, in %(township)s.") % {
                "name": holder.name,
                "township": holder.township,
            }
        super().__init__(sentence)


def register_person(
    *,
    name: str,
    id_number: str,
    since: date,
    hukou: Place | None = None,
    living: Place | None = None,
    phone: str = "",
    actor: User | None,
    at: datetime,
) -> Person:
    """Enter a person with the residence, or the two, held since `since`; agency and township follow.

    Raises InvalidIdNumber, AlreadyRegistered (a try that is logged like a look-up), NotAllowed for a
    place that is not the actor's, and Refused for places no agency answers for.
    """
    check_may_register(actor)
    try:
        with transaction.atomic():
            person = _new_person(name=name, id_number=id_number, phone=phone, actor=actor, at=at)
            _settle_in(person, since=since, hukou=hukou, living=living, actor=actor, at=at)
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
def correct_person(
    person: Person,
    *,
    name: str | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    reason: str = "",
    actor: User | None,
    at: datetime,
) -> Person:
    """Correct what was entered wrongly; None leaves a field. Name and number need a reason.

    A new number brings its date of birth and sex along. Raises NotAllowed, InvalidIdNumber,
    AlreadyRegistered, or Refused.
    """
    person = locked(person, actor)
    changed: dict[str, str] = {}
    if phone is not None and written_phone(phone) != person.phone:
        person.phone = written_phone(phone)
        changed["phone"] = _("phone")
    if name is not None and written_name(name) != person.name:
        changed["name"] = f"{person.name} → {written_name(name)}"
        person.name = written_name(name)
    if id_number is not None and _change_number(person, id_number, actor=actor, at=at):
        changed["id_number"] = mask_id(person.id_number)
    if not changed:
        return person
    if changed.keys() - {"phone"}:
        reason = given_reason(reason)
    _save(person, changed)
    subject = " · ".join(changed.values())
    record(
        person,
        PersonChange.Kind.CORRECTED,
        actor=actor,
        at=at,
        subject=subject,
        reason=reason.strip(),
    )
    return person


def _new_person(
    *, name: str, id_number: str, phone: str, actor: User | None, at: datetime
) -> Person:
    number = identity_numbers.parse(id_number, on=timezone.localdate(at))
    return derive_keys(
        Person(
            name=written_name(name),
            sex=number.sex,
            born_on=number.born_on,
            id_number=number.number,
            phone=written_phone(phone),
            created_at=at,
            created_by=actor,
        )
    )


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
    holder = person_with_number(person.id_number)
    if holder is None:
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            # Whoever was first has committed by now: the index waited for him.
            person.pk = None
            holder = person_with_number(person.id_number)
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


def _change_number(person: Person, text: str, *, actor: User | None, at: datetime) -> bool:
    """Put another id number on the locked row, unsaved; False when it is the same one."""
    number = identity_numbers.parse(text, on=timezone.localdate(at))
    if number.number == person.id_number:
        return False
    holder = person_with_number(number.number, person.certificate_type)
    if holder is not None:
        raise AlreadyRegistered(holder, actor)
    person.id_number = number.number
    person.born_on, person.sex = number.born_on, number.sex
    return True


def _save(person: Person, changed: dict[str, str]) -> None:
    also = {
        "name": ["pinyin_key"],
        "id_number": ["id_digest", "tail_digest", "born_on", "sex"],
        "phone": ["phone_digest"],
    }
    fields = [field for name in changed for field in (name, *also[name])]
    derive_keys(person)
    try:
        with transaction.atomic():
            person.save(update_fields=fields)
    except IntegrityError:
        raise Refused(
            _("Somebody has just registered this number. Look it up and try again.")
        ) from None


def _log_try(actor: User, error: AlreadyRegistered, at: datetime) -> None:
    holder = Person.objects.get(pk=error.holder_id)
    subject = _("registration of a number already known")
    log_access(actor, AccessLog.Kind.LOOKUP, subject, holder, at=at)
