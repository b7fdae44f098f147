from __future__ import annotations

from django.urls import path

from assistance.web.enquiries import views

urlpatterns = [
    path("enquiries/", views.enquiries, name="enquiries"),
    path("enquiries/<int:person_id>/", views.enquiry, name="enquiry"),
    path("enquiries/<int:person_id>/call/", views.call, name="call"),
]
