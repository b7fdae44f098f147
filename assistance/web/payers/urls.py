from __future__ import annotations

from django.urls import path

from assistance.web.payers import views
from assistance.web.payers.acts import DOUBT_ACTS, FILE_ACTS

FILE = "payers/<int:file_id>/"
DOUBT = "payers/doubts/<int:doubt_id>/"
SOURCE = "payers/sources/<int:source_id>/"

urlpatterns = [
    path("payers/", views.files, name="payer_files"),
    path("payers/upload/", views.upload, name="upload_payer_file"),
    path("payers/doubts/", views.doubts, name="payer_doubts"),
    path("payers/payments/", views.payments, name="later_payments"),
    path("payers/sources/", views.sources, name="payers"),
    path("payers/sources/new/", views.new_source, name="new_payer"),
    path(SOURCE, views.source, name="payer"),
    path(SOURCE + "definition/", views.definition, name="release_payer"),
    path(FILE, views.file, name="payer_file"),
    path(FILE + "rows/", views.rows, name="payer_lines"),
    *(
        path(FILE + act.path, views.act_on_file, {"act": act}, name=act.url_name)
        for act in FILE_ACTS
    ),
    *(path(DOUBT + act.path, views.act, {"act": act}, name=act.url_name) for act in DOUBT_ACTS),
]
