"""Lists: one filter form that holds fields, filtering, ordering and export, and one function to show it."""

from __future__ import annotations

from assistance.web.lists.columns import Column, amount, day, exported, link, number, text
from assistance.web.lists.form import ListForm
from assistance.web.lists.page import list_page

__all__ = ["Column", "ListForm", "amount", "day", "exported", "link", "list_page", "number", "text"]
