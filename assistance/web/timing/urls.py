from __future__ import annotations

from django.urls import path

from assistance.web.timing import views

urlpatterns = [
    path("timing/", views.timing, name="timing"),
    path("timing/townships/", views.townships, name="township_times"),
    path("timing/workload/", views.loads, name="workload"),
]
