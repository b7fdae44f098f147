"""What is typed into the long forms is kept while one types, and stands there again when one comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.urls import reverse

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.queries import changes_since, draft_of
from assistance.web.forms.base import ScreenForm
from assistance.web.forms.cases import AidForm, BillForm, FactsForm, NewAccountForm
from assistance.web.forms.register import RegisterForm

FACTS, BILL, AID, NEW_ACCOUNT, REGISTER = "facts", "bill", "aid", "new_account", "register"
FORMS: dict[str, type[ScreenForm]] = {
    FACTS: FactsForm,
    BILL: BillForm,
    AID: AidForm,
    NEW_ACCOUNT: NewAccountForm,
    REGISTER: RegisterForm,
}
# The forms of the page of facts.
ON_FACTS = (FACTS, BILL, AID, NEW_ACCOUNT)
# What the page itself carries along.
CARRIED = frozenset({"version", "token"})


@dataclass(frozen=True, slots=True)
class Restored:
    """A form as it was left: since when, what became of the case meanwhile, and how to forget it."""

    saved_at: datetime
    changes: list[str]
    discard_url: str


def keep_typing(
    form: ScreenForm, user: User, name: str, subject: str, application: Application | None = None
) -> Restored | None:
    """Have the form saved while it is typed into; fill in what was left there before, if anything was."""
    form.helper.attrs |= {"data-draft": reverse("save_draft", args=[name, subject])}
    draft = None if form.is_bound else draft_of(user, name, subject)
    if draft is None:
        return None
    for field, widget in form.fields.items():
        if isinstance(widget, forms.BooleanField):
            form.initial[field] = field in draft.values
        elif field in draft.values and field not in CARRIED:
            form.initial[field] = draft.values[field]
    if "hx-trigger" in form.helper.attrs:
        form.helper.attrs["hx-trigger"] += ", load"
    changes = []
    version = draft.values.get("version", "")
    if application is not None and version.isdecimal():
        changes = changes_since(application, int(version))
    return Restored(draft.saved_at, changes, reverse("discard_draft", args=[name, subject]))
