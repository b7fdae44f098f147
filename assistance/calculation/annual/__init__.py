"""Functions of a whole year of one person."""

from __future__ import annotations
