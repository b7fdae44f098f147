"""The employer's signed first review, filed at the county window."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from assistance.accounts.models import User
from assistance.cases.models import (
    Application,
    Decision,
    EmployerReview,
)
from assistance.cases.operations.leaving import go_on
from assistance.cases.operations.moves import locked, take_part
from assistance.cases.operations.review import decide
from assistance.cases.operations.sheets import open_accepted
from assistance.cases.queries import insurance_kinds
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year
from assistance.files.models import StoredFile
from assistance.files.operations import keep
from assistance.registry.models import Enrolment
from assistance.shared.errors import Refused


@transaction.atomic
def file_employer_review(
    application: Application,
    *,
    employer: str,
    credit_code: str,
    opinion: str,
    signed_on: date,
    scan: File[Any] | None,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """File an employee's application under the first review his employer signed (JN21 二(三)2(1)).

    The case goes to county review without the township; the window clerk who files has entered it and
    never reviews it. Coming again after a return the paper filed before still counts. Raises `Incomplete`
    with all that is missing, or Refused for a credit code with a wrong check digit.
    """
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.EMPLOYER_REVIEW, actor=actor)
    if insurance_kinds(application) == {Enrolment.Kind.RESIDENT}:
        raise Refused(
            _(
                "The register shows resident insurance in %(year)s: the township does the first review."
            )
            % {"year": application.benefit_year}
        )
    if signed_on > localdate(at):
        raise Refused(_("The day the employer signed lies in the future."))
    if not (employer.strip() and opinion.strip()):
        raise Refused(_("Enter the employer and its opinion as the paper shows them."))
    EmployerReview.objects.create(
        application=application,
        employer=employer.strip(),
        credit_code=_credit_code(credit_code),
        opinion=opinion,
        signed_on=signed_on,
        scan=_paper(application, scan, actor=actor, at=at),
        filed_by=actor,
        filed_at=at,
    )
    decide(application, Decision.Kind.EMPLOYER_REVIEW, opinion, actor, at)
    go_on(application, Action.EMPLOYER_REVIEW, State.COUNTY_REVIEW, actor=actor, at=at)
    open_accepted(application)
    return application


def _paper(
    application: Application, scan: File[Any] | None, *, actor: User, at: datetime
) -> StoredFile:
    """The signed paper, or the one filed before the case was returned."""
    if scan is not None:
        return keep(scan, actor=actor, at=at)
    before = application.employer_reviews.select_related("scan").order_by("id").last()
    if before is None:
        raise Refused(_("Add the paper that the employer signed."))
    return before.scan


def _credit_code(typed: str) -> str:
    """The code of 18 places without blanks; its check digit holds (GB 32100)."""
    try:
        return str(uscc.validate(typed))
    except ValidationError as error:
        raise Refused(
            _("This is no unified social credit code: compare the 18 places with the paper.")
        ) from error
