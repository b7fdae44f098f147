"""One case given to a reviewer, from its own page; many at once goes by the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.permissions import may_assign, why_not_assigned
from assistance.cases.queries import reviewers_of
from assistance.web.acts import Act, perform
from assistance.web.forms.base import ScreenForm
from assistance.web.requests import StaffRequest
from assistance.web.views.objects import visible_application


class AssignForm(ScreenForm):
    """Only those who could review this very case; the empty choice gives it back to all."""

    submit_label = _("Assign")
    rows = (("reviewer",),)
    reviewer = forms.ModelChoiceField(
        label=_("Reviewer"),
        required=False,
        queryset=User.objects.none(),
        empty_label=_("All reviewers (not assigned)"),
    )

    def __init__(self, *args: Any, application: Application, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reviewer"]
        assert isinstance(field, forms.ModelChoiceField)
        own = reviewers_of(user)
        able = [one.pk for one in own if why_not_assigned(one, application) is None]
        field.queryset = own.filter(pk__in=able)
        field.initial = application.assigned_to_id


def _form(application: Application, user: User, *posted: Any) -> ScreenForm:
    return AssignForm(*posted, application=application, user=user)


ASSIGN: Act[Application] = Act(
    url_name="assign_case",
    path="assign/",
    title=_("Assign to a reviewer"),
    done=_("The assignment is noted."),
    form=_form,
    may=may_assign,
    run=operations.assign_reviewer,
    hint=_(
        "The case then waits in the queue of this reviewer alone. The others may still act on it, "
        "and the clock goes on."
    ),
)


@never_cache
def assign(request: StaffRequest, number: str) -> HttpResponse:
    case = visible_application(request, number)
    back = reverse("application", args=[number])
    return perform(
        request, ASSIGN, case, back=lambda: back, pretitle=f"{number} · {case.person.name}"
    )
