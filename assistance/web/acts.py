"""Acts: one object, one form, one operation. The page is always the same; the table of acts is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now

from assistance.accounts.models import User
from assistance.shared.errors import Refused
from assistance.web.forms.base import ScreenForm
from assistance.web.requests import StaffRequest

S = TypeVar("S")
Text = str | Promise
# Called with the object and the user, and after them with what was posted, if anything was.
MakeForm = Callable[..., ScreenForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Generic[S]):
    """`run` takes the object and the form's fields by name, besides actor and at."""

    url_name: str
    path: str
    title: Text
    done: Text
    form: MakeForm
    may: Callable[[User, S], bool]
    run: Callable[..., object]
    hint: Text = ""
    danger: bool = False


@dataclass(frozen=True, slots=True)
class ActLink:
    title: Text
    url: str
    danger: bool


def plain(
    form_class: type[ScreenForm], initial: Callable[[Any], dict[str, Any]] | None = None
) -> MakeForm:
    """A form that needs to know neither object nor user, but for what it is filled in with."""

    def make(subject: Any, user: User, *posted: Any) -> ScreenForm:
        return form_class(*posted, initial=initial(subject) if initial else None)

    return make


def links(acts: Iterable[Act[S]], user: User, subject: S, *args: Any) -> list[ActLink]:
    """The acts this user may do on this object now, with their addresses."""
    return list(_links(acts, user, subject, args))


def _links(acts: Iterable[Act[S]], user: User, subject: S, args: Any) -> Iterator[ActLink]:
    for act in acts:
        if act.may(user, subject):
            yield ActLink(act.title, reverse(act.url_name, args=args), act.danger)


def perform(
    request: StaffRequest, act: Act[S], subject: S, *, back: Callable[[], str], **shown: Any
) -> HttpResponse:
    """Show the form of an act, or carry it out and go to `back()`; a refusal is shown at the form.

    Who may not is turned away from the empty form. What he posts goes to the operation all the same,
    which refuses it with its reason: perhaps somebody else was quicker.
    """
    posted = request.method == "POST"
    if not posted and not act.may(request.user, subject):
        raise PermissionDenied
    form = act.form(subject, request.user, *((request.POST, request.FILES) if posted else ()))
    if posted and form.is_valid() and carried_out(act, subject, form, request.user):
        messages.success(request, str(act.done))
        return redirect(back())
    page = {"act": act, "form": form, "back": back(), **shown}
    return render(request, "web/act.html", page, status=422 if posted else 200)


def carried_out(act: Act[S], subject: S, form: ScreenForm, user: User) -> bool:
    """Run the operation; False with its sentences, one a line, on the form when it refuses."""
    try:
        act.run(subject, **form.cleaned_data, actor=user, at=now())
    except Refused as error:
        refuse(form, error)
        return False
    return True


def refuse(form: Any, error: Refused) -> None:
    form.add_error(None, str(error).splitlines())
