from __future__ import annotations

from django.urls import path

from assistance.web.recipients import views
from assistance.web.recipients.acts import LIST_ACTS

LIST = "lists/<int:list_id>/"

urlpatterns = [
    path("lists/", views.imports, name="list_imports"),
    path("lists/insured/", views.insured, name="insured_lists"),
    path("lists/calendar/", views.calendar, name="list_calendar"),
    path("lists/upload/", views.upload, name="upload_list"),
    path("lists/sources/", views.sources, name="list_sources"),
    path("lists/sources/new/", views.new_source, name="new_list_source"),
    path("lists/sources/<int:source_id>/", views.source, name="list_source"),
    path(LIST, views.list_import, name="list_import"),
    path(LIST + "rows/", views.skip, name="skip_list_rows"),
    path(LIST + "file/", views.annotated, name="annotated_list"),
    *(path(LIST + act.path, views.act, {"act": act}, name=act.url_name) for act in LIST_ACTS),
]
