"""What can be done about letters: made for a case, served."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.confidences import may_record_service
from assistance.cases.models import Application, Letter
from assistance.cases.permissions import may_issue_letter
from assistance.cases.queries import facts_found, items_to_complete
from assistance.cases.queries.letters import decision_to_tell
from assistance.web.acts import Act, plain
from assistance.web.letters import forms

Kind = Letter.Kind


def _may(user: User, application: Application, *, kind: Kind) -> bool:
    if not may_issue_letter(user, application, kind):
        return False
    decision = decision_to_tell(application)
    return decision is not None and not Letter.objects.filter(decision=decision).exists()


def _refusal(application: Application) -> dict[str, Any]:
    proposal = application.decisions.filter(kind="refusal_proposal").order_by("id").last()
    reasons = proposal.opinion if proposal is not None else ""
    return {"facts": facts_found(application), "reasons": reasons}


def _correction(application: Application) -> dict[str, Any]:
    return {"items": "\n".join(items_to_complete(application, on=localdate()))}


LETTER_ACTS: tuple[Act[Application], ...] = (
    Act(
        url_name="issue_refusal",
        path="letters/refusal/",
        title=_("Write the decision of refusal"),
        done=_("The decision is written: print it, serve it and record the service."),
        form=plain(forms.RefusalForm, _refusal),
        may=partial(_may, kind=Kind.REFUSAL),
        run=operations.issue_refusal,
        hint=_("The letter is in Chinese and cannot be changed afterwards: read it once more."),
    ),
    Act(
        url_name="issue_correction",
        path="letters/correction/",
        title=_("Write the notice of what is missing"),
        done=_("The notice is written: print it, serve it and record the service."),
        form=plain(forms.CorrectionForm, _correction),
        may=partial(_may, kind=Kind.CORRECTION),
        run=operations.issue_correction,
        hint=_("The letter is in Chinese and cannot be changed afterwards: read it once more."),
    ),
)
SERVE: Act[Letter] = Act(
    url_name="record_service",
    path="service/",
    title=_("Record the service"),
    done=_("The service is recorded; the terms run from the day after it."),
    form=plain(forms.ServiceForm),
    may=may_record_service,
    run=operations.record_service,
    hint=_("Recorded once and not changed: compare day and name with the signed certificate."),
)
