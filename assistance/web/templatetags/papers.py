"""The print menu of a case."""

from __future__ import annotations

from typing import Any

from django import template

from assistance.cases.models import Application
from assistance.web.paper.papers import case_links

register = template.Library()


@register.inclusion_tag("web/_print_menu.html")
def print_menu(application: Application) -> dict[str, Any]:
    return {"papers": case_links(application), "number": application.number}
