"""One's own declared relatives: everybody declares for himself and sees his own alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from assistance.registry.models import StaffTie
from assistance.registry.operations import declare_relative
from assistance.shared.errors import Refused
from assistance.web.forms.relatives import RelativeForm
from assistance.web.requests import StaffRequest


@never_cache
@sensitive_post_parameters("number", "name")
def relatives(request: StaffRequest) -> HttpResponse:
    form = RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            declare_relative(request.user, **form.cleaned_data, at=timezone.now())
        except Refused as refused:
            form.add_error("number", str(refused))
        else:
            messages.success(request, _("Declared: these cases go to somebody else from now on."))
            return redirect("relatives")
    ties = StaffTie.objects.filter(user=request.user, ended_at=None).order_by("declared_at", "id")
    return render(request, "web/account/relatives.html", {"form": form, "ties": ties})
