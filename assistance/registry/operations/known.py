"""Numbers that are on record already, now or for an earlier time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import Person
from assistance.registry.permissions import may_see
from assistance.shared.errors import Refused


class AlreadyRegistered(Refused):
    """The number is taken. `person` is who holds it, or None where the actor may not see him."""

    def __init__(self, holder: Person, actor: User | None) -> None:
        self.holder_id = holder.pk
        self.person = holder if actor is None or may_see(actor, holder) else None
        super().__init__(self.sentence(holder))

    def sentence(self, holder: Person) -> str:
        if self.person is None:
            return _(
                "This number is already registered outside your area."
                " Look the person up by number and name."
            )
        return _("%(name)s is already registered with this number, in %(township)s.") % {
            "name": holder.name,
            "township": holder.township,
        }


class NumberInDoubt(AlreadyRegistered):
    """Somebody held the number before and has another one now: the same human, or a number given twice."""

    def sentence(self, holder: Person) -> str:
        if self.person is None:
            return _(
                "Somebody outside your area was registered with this number before."
                " If this is somebody else, say so and go on."
            )
        return _(
            "%(name)s in %(township)s was registered with this number before. If it is the same human,"
            " use that record; if this is somebody else, say so and go on."
        ) % {"name": holder.name, "township": holder.township}
