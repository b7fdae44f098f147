"""The link beside a masked number, for those whose work may need it."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from assistance.cases.models import Application
from assistance.cases.permissions import may_use_applicant_phone
from assistance.registry.models import AccessLog, BankAccount, Person
from assistance.registry.permissions import may_compare

register = template.Library()
Field = AccessLog.Field
LINK = "web/_number_link.html"


@register.inclusion_tag(LINK, takes_context=True)
def number_link(context: dict[str, Any], person: Person, field: str) -> dict[str, Any]:
    offered = may_compare(context["user"], person, field)
    url = reverse("person_number", args=[person.pk, field]) if offered else ""
    return {"url": url, "what": Field(field).label}


@register.inclusion_tag(LINK, takes_context=True)
def account_link(context: dict[str, Any], person: Person, account: BankAccount) -> dict[str, Any]:
    offered = may_compare(context["user"], person, Field.ACCOUNT)
    url = reverse("person_number", args=[person.pk, f"account-{account.pk}"]) if offered else ""
    return {"url": url, "what": Field.ACCOUNT.label}


@register.inclusion_tag(LINK, takes_context=True)
def applicant_phone_link(context: dict[str, Any], application: Application) -> dict[str, Any]:
    offered = may_use_applicant_phone(context["user"], application)
    url = reverse("applicant_phone", args=[application.number]) if offered else ""
    return {"url": url, "what": Field.APPLICANT_PHONE.label}
