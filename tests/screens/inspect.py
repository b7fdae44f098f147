"""What is wrong with a page as it stands in the browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
# Latin words that belong on a Chinese page: product and file-format names, the other language's name.
ALLOWED = {
    "english",
    "excel",
    "csv",
    "xls",
    "xlsx",
    "pdf",
    "jpg",
    "png",
    "kb",
    "mb",
    "gb",
    "yizhu",
    "ok",
    "http",
    "https",
}
# Codes: case numbers, clauses, versions, masked numbers.
# No word boundary: a Chinese character before a code counts as part of the word.
CODES = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]{1,3}-[0-9][-\w]*|AMB-\d+|JN\d+[-.\w]*"
    r"|[A-Za-z0-9]*[0-9][A-Za-z0-9]*(?:[-./][A-Za-z0-9.]+)*)"
)
WORDS = re.compile(r"[A-Za-z]{2,}")
TEXTS = """() => {
  const said = [document.title, document.body.innerText];
  for (const element of document.querySelectorAll("[placeholder], [aria-label], [title], option, input[type=submit]")) {
    said.push(element.placeholder || "", element.getAttribute("aria-label") || "", element.title || "");
    if (element.tagName === "OPTION") said.push(element.textContent);
    if (element.type === "submit") said.push(element.value);
  }
  return said.join("\\n");
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width + 1) return "";
  const wide = [...document.querySelectorAll("body *")].find((e) => e.getBoundingClientRect().right > width + 1);
  return wide ? `${wide.tagName.toLowerCase()}.${wide.className}` : "?";
}"""


def faults(page: Page, *, names: set[str]) -> list[str]:
    """Every fault of the page in one line each; `names` are user names that may be shown."""
    return [*_wide(page), *_english(page, names), *_inaccessible(page)]


def _wide(page: Page) -> list[str]:
    element = page.evaluate(TOO_WIDE)
    return [f"wider than its window: {element}"] if element else []


def _english(page: Page, names: set[str]) -> list[str]:
    said = CODES.sub(" ", page.evaluate(TEXTS))
    found = {word for word in WORDS.findall(said) if word.lower() not in ALLOWED | names}
    return [f"English words: {', '.join(sorted(found))}"] if found else []


def _inaccessible(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['impact']} {rule['id']}: {rule['nodes'][0]['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
    ]
