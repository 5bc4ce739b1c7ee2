"""The addresses of consents, with the least role of each."""

from django.urls import path

from preo.consents.api.views import ConsentViewSet
from preo.dashboard.access import in_place
from preo.dashboard.consents import lists, row

CONSENTS = ConsentViewSet.minimum

urlpatterns = [
    path(
        "o/<slug:organization>/consents",
        in_place(lists.list_consents, CONSENTS["list"]),
        name="consents",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/consents",
        in_place(lists.list_consents, CONSENTS["list"]),
        name="edition_consents",
    ),
    path(
        "o/<slug:organization>/consents/new",
        in_place(row.new_consent, CONSENTS["create"], whole=True),
        name="new_consent",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/consents/new",
        in_place(row.new_consent, CONSENTS["create"]),
        name="edition_new_consent",
    ),
    path(
        "o/<slug:organization>/consents/<str:consent_id>",
        in_place(row.show_consent, CONSENTS["retrieve"]),
        name="consent",
    ),
    path(
        "o/<slug:organization>/consents/<str:consent_id>/publish",
        in_place(row.publish_consent, CONSENTS["partial_update"]),
        name="publish_consent",
    ),
    path(
        "o/<slug:organization>/consents/<str:consent_id>/switch",
        in_place(row.switch_consent, CONSENTS["partial_update"]),
        name="switch_consent",
    ),
    path(
        "o/<slug:organization>/consents/<str:consent_id>/delete",
        in_place(row.delete_consent, CONSENTS["destroy"]),
        name="delete_consent",
    ),
]
