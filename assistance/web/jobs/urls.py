from __future__ import annotations

from django.urls import path

from assistance.web.jobs import views

JOB = "jobs/<int:job_id>/"

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/files/<int:export_id>/", views.export_file, name="export_file"),
    path(JOB, views.job, name="job"),
    path(JOB + "progress/", views.progress, name="job_progress"),
    path(JOB + "cancel/", views.cancel, name="cancel_job"),
]
