from __future__ import annotations

from django.urls import path

from assistance.web.bulk import views

RUN = "bulk/<int:run_id>/"

urlpatterns = [
    path("bulk/", views.runs, name="bulk_runs"),
    path("bulk/new/", views.prepare, name="prepare_bulk"),
    path(RUN, views.run, name="bulk_run"),
    path(RUN + "carry-out/", views.do, name="carry_out_bulk"),
    path(RUN + "take-back/", views.undo, name="take_back_bulk"),
    path(RUN + "outcomes.csv", views.file, {"form": "csv"}, name="bulk_file_csv"),
    path(RUN + "outcomes.xlsx", views.file, {"form": "xlsx"}, name="bulk_file_xlsx"),
]
