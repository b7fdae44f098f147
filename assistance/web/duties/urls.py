from __future__ import annotations

from django.urls import path

from assistance.registry.models import Duty
from assistance.web.duties import huimin, views
from assistance.web.duties.areas import recognised_elsewhere_page
from assistance.web.duties.households import household_check
from assistance.web.duties.lists import URL_OF

FOLDERS = {
    Duty.INSURE: "",
    Duty.SUBSIDISE: "unpaid-premiums/",
    Duty.ASSIST: "unassisted/",
    Duty.HUIMIN: "without-huimin/",
}

urlpatterns = [
    *(
        path(f"duties/{FOLDERS[duty]}", views.duties, {"duty": duty}, name=URL_OF[duty])
        for duty in Duty
    ),
    path("duties/premiums/", views.premium_ledger, name="premium_ledger"),
    path("duties/assistance/", views.assistance_ledger, name="assistance_ledger"),
    path("duties/households/", household_check, name="household_check"),
    path("duties/areas/", recognised_elsewhere_page, name="recognised_elsewhere"),
    path("duties/subsidise/", views.subsidise_all, name="subsidise_all"),
    path("duties/huimin/all/", huimin.insure_all, name="insure_huimin_due"),
    path("duties/huimin/person/<int:person_id>/", huimin.insure, name="insure_huimin"),
    path("duties/huimin/<int:row_id>/void/", huimin.void, name="void_huimin"),
    path("duties/<slug:duty>/<int:person_id>/<slug:month>/", views.note, name="duty_note"),
]
