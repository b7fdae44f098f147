from __future__ import annotations
def enact(stories, staff, days): pass
