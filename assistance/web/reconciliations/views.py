"""The half-yearly reconciliation: which are due, the differences row by row, and the sheet both sides sign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assistance.accounts.models import User
from assistance.registry.models import Difference, Reconciliation
from assistance.registry.operations.reconciling import (
    decide_differences,
    sign_reconciliation,
)
from assistance.registry.permissions import LIST_READERS, may_work_on_lists
from assistance.registry.queries.lists import sources_visible_to
from assistance.registry.queries.reconciliations import (
    differences_of,
    due,
    reconciliations_visible_to,
)
from assistance.shared.errors import Refused
from assistance.shared.typeset import typeset
from assistance.web.acts import Act, links, perform, plain
from assistance.web.forms.base import ScreenForm
from assistance.web.lists import list_page
from assistance.web.paper.papers import PAPER_LANGUAGE
from assistance.web.paper.respond import pdf_response
from assistance.web.reconciliations.lists import DifferenceList, ReconciliationList
from assistance.web.reconciliations.sheet import sheet_data
from assistance.web.requests import StaffRequest


class SignForm(ScreenForm):
    submit_label = gettext_lazy("Sign")
    rows = (("department_signer",),)

    department_signer = forms.CharField(
        label=gettext_lazy("Signed for the department by"),
        max_length=60,
        help_text=gettext_lazy("As on the sheet that the department signed."),
    )


class DecideForm(forms.Form):
    row = forms.TypedMultipleChoiceField(coerce=int, required=False)
    decision = forms.ChoiceField(choices=Difference.Decision.choices)
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        ticked = [value for value in data.getlist("row") if value.isdecimal() and len(value) < 18]
        row = self.fields["row"]
        assert isinstance(row, forms.TypedMultipleChoiceField)
        row.choices = [(value, value) for value in ticked]


def _may_sign(user: User, made: Reconciliation) -> bool:
    return made.signed_at is None and may_work_on_lists(user, made.agency_id)


SIGN: Act[Reconciliation] = Act(
    url_name="sign_reconciliation",
    path="sign/",
    title=gettext_lazy("Sign the reconciliation"),
    done=gettext_lazy("The reconciliation is signed."),
    form=plain(SignForm),
    may=_may_sign,
    run=sign_reconciliation,
    hint=gettext_lazy("Every row has to be decided; afterwards nothing can be changed."),
)


def visible(request: StaffRequest, pk: int) -> Reconciliation:
    return get_object_or_404(reconciliations_visible_to(request.user), pk=pk)


@never_cache
def reconciliations(request: StaffRequest) -> HttpResponse:
    user = request.user
    page = {
        "due": due(sources_visible_to(user), localdate()),
        "reads_lists": user.has_role(*LIST_READERS),
    }
    rows = reconciliations_visible_to(user)
    return list_page(request, ReconciliationList, rows, "web/reconciliations/list.html", **page)


@never_cache
def reconciliation(request: StaffRequest, pk: int) -> HttpResponse:
    made = visible(request, pk)
    page = {
        "made": made,
        "links": links([SIGN], request.user, made, made.pk),
        "may_decide": _may_sign(request.user, made),
        "decisions": Difference.Decision.choices,
    }
    rows = differences_of(made).select_related("reconciliation")
    return list_page(request, DifferenceList, rows, "web/reconciliations/one.html", **page)


@never_cache
@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    made = visible(request, pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    try:
        count = decide_differences(
            made,
            rows=given["row"],
            decision=given["decision"],
            note=given["note"],
            actor=request.user,
            at=now(),
        )
    except Refused as error:
        messages.error(request, str(error))
    else:
        done = ngettext("%(count)d row decided.", "%(count)d rows decided.", count)
        messages.success(request, done % {"count": count})
    return redirect("reconciliation", pk)


@never_cache
def sign(request: StaffRequest, pk: int) -> HttpResponse:
    made = visible(request, pk)
    about = [(_("Source"), str(made.source)), (_("Holds from"), made.as_of.isoformat())]
    return perform(
        request,
        SIGN,
        made,
        back=lambda: reverse("reconciliation", args=[pk]),
        pretitle=_("Reconciliation"),
        about=about,
    )


@never_cache
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    made = visible(request, pk)
    with translation.override(PAPER_LANGUAGE):
        content = typeset("reconciliation", sheet_data(made, localdate()))
    subject = f"reconciliation {made.pk}"
    return pdf_response(request, content, filename=f"reconciliation-{made.pk}.pdf", subject=subject)
