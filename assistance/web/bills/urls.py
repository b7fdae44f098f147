from __future__ import annotations

from django.urls import path

from assistance.web.bills import bill, counties, differing, views
from assistance.web.bills.acts import DOUBT_ACTS, RELEASING
from assistance.web.bills.counties import RELEASING_POLICY
from assistance.web.bills.differing import DIFFERENCE_ACTS

DELIVERY = "bills/deliveries/<int:delivery_id>/"
SOURCE = "bills/sources/<int:source_id>/"
DIFFERENCE = "bills/<int:bill_id>/difference/"
DOUBT = "bills/doubts/<int:doubt_id>/"

urlpatterns = [
    path("bills/", bill.bills, name="bills"),
    path("bills/<int:bill_id>/", bill.bill, name="bill"),
    path("bills/differences/", differing.differences, name="bill_differences"),
    *(
        path(DIFFERENCE + act.path, differing.act, {"act": act}, name=act.url_name)
        for act in DIFFERENCE_ACTS
    ),
    path("bills/deliveries/", views.deliveries, name="deliveries"),
    path("bills/upload/", views.upload, name="upload_bills"),
    path(DELIVERY, views.delivery, name="delivery"),
    path(DELIVERY + "file/", views.annotated, name="annotated_delivery"),
    path("bills/sources/", views.sources, name="bill_sources"),
    path(SOURCE, views.source, name="bill_source"),
    path(SOURCE + RELEASING.path, views.release, name=RELEASING.url_name),
    path(SOURCE + "book-waiting/", views.book_waiting_rows, name="book_waiting_rows"),
    path("bills/counties/", counties.county_policies, name="county_policies"),
    path(
        "bills/counties/<int:policy_id>/" + RELEASING_POLICY.path,
        counties.release,
        name=RELEASING_POLICY.url_name,
    ),
    path("bills/doubts/", views.doubts, name="bill_doubts"),
    path(DOUBT, views.doubt, name="bill_doubt"),
    *(path(DOUBT + act.path, views.act, {"act": act}, name=act.url_name) for act in DOUBT_ACTS),
]
