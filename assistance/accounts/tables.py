"""The tables that are shipped, and reading tables like them."""

from __future__ import annotations

import csv
from pathlib import Path

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused

SHIPPED = Path(__file__).parent / "data"


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file in UTF-8 with column names in the first row.

    Raises Refused when there is no such file or it is no such text.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(
            _("%(path)s cannot be read: %(error)s") % {"path": path, "error": error}
        ) from None
