"""Consents in a file: kept with their date, once, and never without one."""

from datetime import UTC, datetime

import pytest

from conftest import Cast
from preo.catalog.tests.factories import make_product
from preo.consents.models import Consent, ConsentAnswer
from preo.consents.tests.factories import make_answer, make_consent
from preo.customers.tests.factories import make_customer
from preo.imports.lines.making import make_lines
from preo.imports.models import DataImport, ImportStage
from preo.imports.tests.runs import make_ready, run_all
from preo.people.service.erasure import erase_person
from preo.people.service.users import update_user
from preo.people.tests.world import boss

pytestmark = pytest.mark.django_db

HEADER = "Order ID;E-mail;Product;Unit price;Wants news;Said at"


def make(cast: Cast, consent: Consent, *rows: str) -> DataImport:
    """An import whose last two columns are a consent and its date."""
    data_import = make_ready(cast, HEADER, *rows, stage=ImportStage.NEEDS_COLUMN_MAPPING)
    data_import.mappings[4]["field"] = f"consent.{consent.api_id}"
    data_import.mappings[5]["field"] = f"consent_date.{consent.api_id}"
    make_lines(data_import)
    data_import.stage = ImportStage.NEEDS_PRODUCT_MAPPING
    data_import.save()
    return data_import


@pytest.mark.safety
@pytest.mark.parametrize("how", ["erased", "changed"])
def test_an_older_yes_does_not_count_for_an_address_whose_owner_said_no(
    cast: Cast, how: str
) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    consent = make_consent(organization=cast.northlight)
    said = datetime(2026, 2, 1, 18, 30, tzinfo=UTC)
    customer = make_customer(
        organization=cast.northlight, email="a@example.com", phone_number="+4520123456"
    )
    make_answer(customer=customer, consent=consent, accepted=False, answered=said)
    if how == "erased":
        erase_person(customer=customer, dry_run=False, by=boss(cast), now=said)
    else:
        changes = {"email": "new@example.com"}
        update_user(user_id=customer.pk, changes=changes, by=boss(cast), now=said)

    rows = [
        "A-1;a@example.com;Day ticket;45;yes;2026-01-05T10:00:00Z",
        "A-2;b@example.com;Day ticket;45;yes;2026-01-05T10:00:00Z",
    ]
    run_all(make(cast, consent, *rows))
    yes = [one for one in answers() if one[1]]
    assert [email for email, *_ in yes] == ["b@example.com"]

    run_all(make(cast, consent, "A-3;a@example.com;Day ticket;45;yes;2026-02-02T10:00:00Z"))
    assert {email for email, accepted, *_ in answers() if accepted} == {
        "a@example.com",
        "b@example.com",
    }


def answers() -> list[tuple[str | None, bool, datetime, str]]:
    found = ConsentAnswer.objects.order_by("customer__email", "answered")
    return list(found.values_list("customer__email", "accepted", "answered", "method"))


def test_a_consent_counts_with_its_date_alone_and_once(cast: Cast) -> None:
    make_product(edition=cast.edition, name="Day ticket")
    consent = make_consent(organization=cast.northlight)
    rows = [
        "A-1;a@example.com;Day ticket;45;yes;2026-01-05T10:00:00Z",
        "A-2;b@example.com;Day ticket;45;yes;",
        "A-3;c@example.com;Day ticket;45;no;2026-01-06T10:00:00Z",
        "A-4;d@example.com;Day ticket;45;yes;2199-01-01T10:00:00Z",
        "A-5;e@example.com;Day ticket;x;yes;2026-01-06T10:00:00Z",
    ]
    run_all(make(cast, consent, *rows))
    told = [
        ("a@example.com", True, datetime(2026, 1, 5, 10, tzinfo=UTC), "import"),
        ("c@example.com", False, datetime(2026, 1, 6, 10, tzinfo=UTC), "import"),
    ]
    assert answers() == told
    run_all(make(cast, consent, *rows))
    run_all(make(cast, consent, rows[0].replace(";45;", ";46;")))
    assert answers() == told
