"""What every request carries: an id for the logs, and the language the person chose."""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from assistance.shared.acting import acting

request_id: ContextVar[str] = ContextVar("request_id", default="-")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id, sends it back, and lets log lines carry it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
            return response
        finally:
            request_id.reset(token)


REASON_FIELDS = ("reason", "note", "opinion")
LONGEST_REASON = 400


class ActingMiddleware:
    """What a request changes is noted under its user, its id and the reason that was typed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(
            user=lambda: request.user.pk,
            request=request_id.get(),
            reason=lambda: _typed_reason(request),
        ):
            return self.get_response(request)


def _typed_reason(request: HttpRequest) -> str:
    typed = (request.POST.get(name, "").strip() for name in REASON_FIELDS)
    return next(filter(None, typed), "").replace("\0", "")[:LONGEST_REASON]


class LanguageMiddleware:
    """Chinese unless the person chose English: a browser's own preference does not decide."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # Lazy templates (admin) render inside get_response, so the language is still set here.
            response.headers.setdefault("Content-Language", language)
        return response


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


# Id numbers, accounts and telephones, also written in groups; a day or the number of a case is none.
NUMBER = re.compile(
    r"(?<![0-9A-Za-z-])(?:\d{7,}|\d{3,}(?:[ -]\d{3,})+(?:[ -]\d{2})?)[Xx]?(?![0-9A-Za-z-])"
)
# PostgreSQL quotes the row it refused.
DETAIL = re.compile(r"^(DETAIL|CONTEXT|STATEMENT):.*$", re.MULTILINE)


def without_personal_data(text: str) -> str:
    """What may stand in a log: numbers of people and the rows that PostgreSQL quotes are left out."""
    return NUMBER.sub("[number]", DETAIL.sub(r"\1: [left out]", text))


ALARM = ("alarm", "user")


class JsonFormatter(logging.Formatter):
    """One JSON object a line, so that a log shipper needs no pattern; without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": without_personal_data(record.getMessage()),
        }
        # Of an alarm, for a monitor: what rang, and about whom.
        line |= {name: getattr(record, name) for name in ALARM if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = without_personal_data(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
