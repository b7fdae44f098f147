"""What the calculation leaves to a person: a reviewer decides, with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Decision, FactSheet, Ruling
from assistance.cases.operations.moves import locked, take_part, touch
from assistance.cases.operations.review import decide, need_reason
from assistance.cases.queries import estimate
from assistance.cases.states import Action
from assistance.shared.errors import Refused


@transaction.atomic
def rule_on(
    application: Application,
    *,
    fact: str,
    reason: str,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Decide that the accepted sheet counts on a fact whose days differ (AMB-63), with the reason.

    Raises NotAllowed for anybody but the reviewer of the case, Refused when the calculation does not ask.
    """
    application = locked(application, version=version)
    take_part(application, Action.REVIEW, actor=actor)
    need_reason(reason)
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED)
    asked = {question.fact for question in estimate(application, sheet).questions}
    if fact not in asked or fact not in Ruling.Fact.values:
        raise Refused(_("The calculation does not ask for a decision on this."))
    Ruling.objects.create(application=application, fact=fact, reason=reason, by=actor, at=at)
    opinion = f"{Ruling.Fact(fact).label}: {reason}"
    decide(application, Decision.Kind.RULING, opinion[:500], actor, at)
    touch(application)
    return application
