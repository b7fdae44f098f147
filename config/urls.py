from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("console/", admin.site.urls),
    path("", include("assistance.web.urls")),
]

handler400 = "assistance.web.views.access.bad_request"
handler403 = "assistance.web.views.access.forbidden"
handler404 = "assistance.web.views.access.not_found"
handler500 = "assistance.web.views.access.server_error"
