"""The addresses of customers, with the least role of each."""

from django.urls import path

from preo.dashboard.access import in_place
from preo.dashboard.customers import answers, ending, lists, row
from preo.people.api.answers import UserConsentViewSet
from preo.people.api.erasure import UserErasureViewSet
from preo.people.api.export import UserExportViewSet
from preo.people.api.merging import UserMergingViewSet
from preo.people.api.users import UserViewSet

USERS = UserViewSet.minimum

urlpatterns = [
    path(
        "o/<slug:organization>/customers",
        in_place(lists.list_customers, USERS["list"]),
        name="customers",
    ),
    path(
        "o/<slug:organization>/e/<slug:edition>/customers",
        in_place(lists.list_customers, USERS["list"]),
        name="edition_customers",
    ),
    path(
        "o/<slug:organization>/customers/<str:customer_id>",
        in_place(row.show_customer, USERS["retrieve"]),
        name="customer",
    ),
    path(
        "o/<slug:organization>/customers/<str:customer_id>/edit",
        in_place(row.edit_customer, USERS["partial_update"], whole=True),
        name="edit_customer",
    ),
    path(
        "o/<slug:organization>/customers/<str:customer_id>/answer",
        in_place(answers.answer_consent, UserConsentViewSet.minimum["create"], whole=True),
        name="answer_consent",
    ),
    path(
        "o/<slug:organization>/customers/<str:customer_id>/export",
        in_place(row.export_customer, UserExportViewSet.minimum["export"], whole=True),
        name="export_customer",
    ),
    path(
        "o/<slug:organization>/customers/<str:customer_id>/merge",
        in_place(ending.merge_customer, UserMergingViewSet.minimum["merge"], whole=True),
        name="merge_customer",
    ),
    path(
        "o/<slug:organization>/customers/<str:customer_id>/erase",
        in_place(ending.erase_customer, UserErasureViewSet.minimum["erase"], whole=True),
        name="erase_customer",
    ),
]
