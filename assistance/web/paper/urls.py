from __future__ import annotations

from django.urls import path

from assistance.web.paper import bulk, views
from assistance.web.paper.papers import CASE_PAPERS, NOTICE_SHEET, ROSTER

CASE = "cases/<str:number>/"
NOTICE = "publicity/<str:number>/"

urlpatterns = [
    path("cases/papers/", bulk.forms, name="paper_forms"),
    *(
        path(CASE + paper.path, views.case_paper, {"paper": paper}, name=paper.url_name)
        for paper in CASE_PAPERS
    ),
    path(CASE + "papers/file/", views.volume, name="case_volume"),
    path(NOTICE + NOTICE_SHEET.path, views.notice, name=NOTICE_SHEET.url_name),
    path("batches/<str:number>/" + ROSTER.path, views.roster, name=ROSTER.url_name),
]
