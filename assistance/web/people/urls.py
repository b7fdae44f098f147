from __future__ import annotations

from django.urls import path

from assistance.web.people import views
from assistance.web.people.acts import all_acts
from assistance.web.people.households import HOUSEHOLD_ACTS

PERSON = "people/<int:person_id>/"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/find/", views.find, name="find_person"),
    path("people/new/", views.new, name="new_person"),
    path(PERSON, views.person, name="person"),
    path(PERSON + "costs/", views.costs, name="person_costs"),
    path(PERSON + "history/", views.history, name="person_history"),
    path(PERSON + "accounts/<int:row_id>/paper/", views.account_paper, name="account_paper"),
    *(
        path(PERSON + act.path, views.act, {"act": act}, name=act.url_name)
        for act in (*all_acts(), *HOUSEHOLD_ACTS)
    ),
]
