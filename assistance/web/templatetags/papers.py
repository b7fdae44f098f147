"""The print menu of a case, and whether to offer a paper to somebody."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.permissions import may_open_papers
from assistance.registry.models import Person
from assistance.registry.permissions import may_read_account_paper
from assistance.web.paper.papers import case_links

register = template.Library()


@register.inclusion_tag("web/_print_menu.html", takes_context=True)
def print_menu(context: Context, application: Application) -> dict[str, Any]:
    return {
        "papers": case_links(application),
        "number": application.number,
        "with_volume": may_open_papers(context["user"], application),
    }


@register.filter
def opens_papers(user: User, application: Application) -> bool:
    return may_open_papers(user, application)


@register.filter
def opens_account_papers(user: User, person: Person) -> bool:
    return may_read_account_paper(user, person)
