#!/usr/bin/env python
from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from assistance.shared.acting import acting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with acting(source=f"manage.py {' '.join(sys.argv[1:2])}"):
        execute_from_command_line(sys.argv)
