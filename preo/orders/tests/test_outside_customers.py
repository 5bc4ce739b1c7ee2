"""Whose an order is."""

import pytest

from conftest import Cast
from preo.catalog.models import Product
from preo.customers.models import Customer, ExternalId
from preo.customers.outside.shapes import OutsideCustomer
from preo.customers.tests.factories import make_customer, make_external_id
from preo.orders.models import Order
from preo.orders.outside.shapes import OutsideOrder
from preo.orders.tests.outside import (
    NOW,
    ORDERED,
    codes,
    line,
    outside_order,
    take,
    take_one,
    take_well,
)

pytestmark = pytest.mark.django_db

PHONE = "+4512345678"


def of(order_id: str = "A-1", /, **buyer: str | None) -> OutsideOrder:
    return outside_order(order_id, customer=OutsideCustomer(**buyer))  # type: ignore[arg-type]


@pytest.mark.safety
def test_customers_of_another_organization_are_not_found(cast: Cast) -> None:
    foreign = make_customer(organization=cast.rival, email="ada@example.org", phone_number=PHONE)
    nameless = make_customer(organization=cast.rival, email=None, phone_number=PHONE)
    make_external_id(customer=foreign, service="shop", external_id="C-1")
    orders = [
        of("A-1", external_id="C-1"),
        of("A-2", email="ada@example.org"),
        of("A-3", phone_number=PHONE, first_name="Ada", last_name="Holm"),
    ]
    take(cast.edition, *orders)
    buyers = set(Order.objects.values_list("customer_id", flat=True))
    assert len(buyers) == 3
    assert not buyers & {foreign.id, nameless.id}
    assert set(Customer.objects.filter(id__in=buyers).values_list("organization", flat=True)) == {
        cast.northlight.id
    }


def test_another_systems_id_is_another_id(cast: Cast) -> None:
    known = make_external_id(customer=make_customer(organization=cast.northlight), service="shop")
    order = of(external_id=known.external_id)
    assert take_well(cast.edition, order, service="box office").customer != known.customer
    assert take_well(cast.edition, order).customer == known.customer


def test_a_phone_does_not_tell_a_customer_with_an_email(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, phone_number=PHONE)
    order = of(phone_number=PHONE, first_name="Ada", last_name="Holm")
    assert take_well(cast.edition, order).customer != customer


def test_a_phone_does_not_tell_a_buyer_with_an_email(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
    order = of(phone_number=PHONE, email="ada@example.org", first_name="Ada", last_name="Holm")
    assert take_well(cast.edition, order).customer != customer


def test_a_phone_does_not_tell_a_buyer_of_another_name(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
    for number, name in enumerate(("Bo", "")):
        order = of(f"A-{number}", phone_number=PHONE, first_name=name)
        assert take_well(cast.edition, order).customer != customer


def test_a_phone_does_not_tell_a_buyer_whom_this_system_knows_as_another(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
    make_external_id(customer=customer, service="shop", external_id="C-1")
    order = of(external_id="C-2", phone_number=PHONE, first_name="Ada", last_name="Holm")
    assert take_well(cast.edition, order).customer != customer


def test_a_phone_and_the_name_tell_a_customer_without_email(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
    order = of(phone_number="0045 12-34 56 78", first_name="ADA ", last_name=" holm")
    assert take_well(cast.edition, order).customer == customer


def test_of_several_by_phone_the_oldest_is_taken(cast: Cast) -> None:
    first, _ = [
        make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
        for _ in range(2)
    ]
    order = of(phone_number=PHONE, first_name="Ada", last_name="Holm")
    assert take_well(cast.edition, order).customer == first


def test_an_email_tells_a_customer_whatever_its_case_and_form(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, email="zoë@example.org")
    order = take_well(cast.edition, of(email=" ZOE\u0308@Example.org "))
    assert order.customer == customer
    assert order.customer_email == "ZOE\u0308@Example.org"


def test_the_external_id_wins_over_the_email_and_the_order_warns(cast: Cast) -> None:
    ada = make_customer(organization=cast.northlight, email="ada@example.org")
    bo = make_customer(organization=cast.northlight, email="bo@example.org", first_name="Bo")
    make_external_id(customer=ada, service="shop", external_id="C-1")
    one = take_one(cast.edition, of(external_id="C-1", email="bo@example.org"))
    assert codes(one.warnings) == [("/customer/email", "email_of_another")]
    assert one.warnings[0].value == "bo@example.org"
    assert Order.objects.get().customer == ada
    ada.refresh_from_db()
    bo.refresh_from_db()
    assert (ada.email, bo.email) == ("ada@example.org", "bo@example.org")


def test_an_email_that_nobody_has_is_no_disagreement(cast: Cast) -> None:
    ada = make_customer(organization=cast.northlight, email="ada@example.org")
    make_external_id(customer=ada, service="shop", external_id="C-1")
    one = take_one(cast.edition, of(external_id="C-1", email="ada@work.example"))
    assert one.warnings == ()
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"


def test_a_customer_found_by_email_is_known_by_the_external_id_from_then_on(cast: Cast) -> None:
    ada = make_customer(organization=cast.northlight, email="ada@example.org")
    take(cast.edition, of("A-1", external_id="C-1", email="ada@example.org"))
    assert take_well(cast.edition, of("A-2", external_id="C-1")).customer == ada


def test_empty_fields_are_filled_and_others_never_overwritten(cast: Cast) -> None:
    bare = make_customer(organization=cast.northlight, email=None, first_name="", last_name="")
    make_external_id(customer=bare, service="shop", external_id="C-1")
    full = make_customer(
        organization=cast.northlight, email="bo@example.org", phone_number=PHONE, last_name=""
    )
    told = {"phone_number": "+4587654321", "first_name": "Cy", "last_name": "Krog"}
    take(
        cast.edition,
        of("A-1", external_id="C-1", email="Cy@example.org", language="da", **told),
        of("A-2", email="bo@example.org", language="da", **told),
    )
    bare.refresh_from_db()
    full.refresh_from_db()
    assert (bare.email, bare.phone_number, bare.full_name, bare.language) == (
        "cy@example.org",
        "+4587654321",
        "Cy Krog",
        "en",
    )
    assert (full.email, full.phone_number, full.full_name, full.language) == (
        "bo@example.org",
        PHONE,
        "Ada",
        "en",
    )


def test_a_name_is_filled_without_touching_the_phone_and_the_other_way_round(cast: Cast) -> None:
    nameless = make_customer(
        organization=cast.northlight, phone_number=PHONE, first_name="", last_name=""
    )
    named = make_customer(organization=cast.northlight, first_name="Ada", last_name="")
    told = {"phone_number": "+4587654321", "first_name": "Cy", "last_name": "Krog"}
    take(
        cast.edition,
        of("A-1", email=nameless.email, **told),
        of("A-2", email=named.email, **told),
    )
    nameless.refresh_from_db()
    named.refresh_from_db()
    assert (nameless.full_name, nameless.phone_number) == ("Cy Krog", PHONE)
    assert (named.full_name, named.phone_number) == ("Ada", "+4587654321")


def test_one_email_fills_one_of_two_customers(cast: Cast) -> None:
    pair = [make_customer(organization=cast.northlight, email=None) for _ in range(2)]
    for number, customer in enumerate(pair):
        make_external_id(customer=customer, service="shop", external_id=f"C-{number}")
    done = take(
        cast.edition,
        of("A-1", external_id="C-0", email="ada@example.org"),
        of("A-2", external_id="C-1", email="ada@example.org"),
    )
    assert [codes(one.warnings) for one in done.orders] == [
        [],
        [("/customer/email", "email_of_another")],
    ]
    emails = [Customer.objects.get(id=customer.id).email for customer in pair]
    assert emails == ["ada@example.org", None]


def test_a_new_customer_is_made_of_what_the_orders_say(cast: Cast) -> None:
    order = take_well(
        cast.edition,
        of(
            external_id="C-1",
            email="Ada@Example.org",
            phone_number="+45 12 34 56 78",
            first_name="Ada",
            last_name="Holm",
            language="da",
        ),
    )
    customer = order.customer
    assert (customer.email, customer.phone_number, customer.full_name, customer.language) == (
        "ada@example.org",
        PHONE,
        "Ada Holm",
        "da",
    )
    assert customer.date_joined == ORDERED
    assert (order.customer_email, order.customer_phone, order.customer_name) == (
        "Ada@Example.org",
        "+45 12 34 56 78",
        "Ada Holm",
    )
    known = ExternalId.objects.get(customer=customer)
    assert (known.service, known.external_id) == ("shop", "C-1")


PAIRS = [
    ({"email": "a@b.example"}, {"email": "A@B.example"}),
    ({"external_id": "C-1"}, {"external_id": "C-1", "email": "a@b.example"}),
    ({"external_id": "C-1", "email": "a@b.example"}, {"email": "a@b.example"}),
    (
        {"external_id": "C-1", "email": "a@b.example"},
        {"external_id": "C-2", "email": "a@b.example"},
    ),
    (
        {"phone_number": PHONE, "first_name": "Ada"},
        {"phone_number": "004512345678", "first_name": "ada"},
    ),
    (
        {"external_id": "C-1", "phone_number": PHONE, "first_name": "Ada"},
        {"phone_number": PHONE, "first_name": "Ada"},
    ),
]


@pytest.mark.parametrize("in_one_call", [True, False])
@pytest.mark.parametrize(("first", "second"), [*PAIRS, *[(b, a) for a, b in PAIRS]])
def test_two_orders_of_one_new_person_make_one_customer_in_one_call_as_in_two(
    cast: Cast, first: dict[str, str], second: dict[str, str], in_one_call: bool
) -> None:
    orders = [of("A-1", **first), of("A-2", **second)]
    if in_one_call:
        take(cast.edition, *orders)
    else:
        for order in orders:
            take(cast.edition, order)
    assert Order.objects.count() == 2
    assert Customer.objects.count() == 1


STRANGERS = [
    ({"external_id": "C-1"}, {"external_id": "C-2"}),
    ({"email": "a@b.example"}, {"email": "b@b.example"}),
    (
        {"external_id": "C-1", "phone_number": PHONE, "first_name": "Ada"},
        {"external_id": "C-2", "phone_number": PHONE, "first_name": "Ada"},
    ),
    ({"phone_number": PHONE, "first_name": "Ada"}, {"phone_number": PHONE, "first_name": "Bo"}),
    ({"email": "a@b.example", "phone_number": PHONE}, {"phone_number": PHONE}),
]


@pytest.mark.parametrize("in_one_call", [True, False])
@pytest.mark.parametrize(("first", "second"), STRANGERS)
def test_two_people_stay_two_in_one_call_as_in_two(
    cast: Cast, first: dict[str, str], second: dict[str, str], in_one_call: bool
) -> None:
    orders = [of("A-1", **first), of("A-2", **second)]
    if in_one_call:
        take(cast.edition, *orders)
    else:
        for order in orders:
            take(cast.edition, order)
    assert Customer.objects.count() == 2


def test_two_new_ids_with_the_phone_of_one_customer_are_not_both_his(cast: Cast) -> None:
    customer = make_customer(organization=cast.northlight, email=None, phone_number=PHONE)
    told = {"phone_number": PHONE, "first_name": "Ada", "last_name": "Holm"}
    take(cast.edition, of("A-1", external_id="C-1", **told), of("A-2", external_id="C-2", **told))
    buyers = list(Order.objects.order_by("external_id").values_list("customer_id", flat=True))
    assert buyers[0] == customer.id
    assert buyers[1] != customer.id


def test_an_email_goes_to_the_known_person_before_a_new_one_is_made_for_it(cast: Cast) -> None:
    known = make_customer(organization=cast.northlight, email=None)
    make_external_id(customer=known, service="shop", external_id="C-1")
    take(
        cast.edition,
        of("A-1", external_id="C-1", email="ada@example.org"),
        of("A-2", email="ada@example.org"),
        of("A-3", external_id="C-9", email="ada@example.org"),
    )
    assert set(Order.objects.values_list("customer_id", flat=True)) == {known.id}


def test_a_phone_without_its_country_stays_with_the_order_and_warns(cast: Cast) -> None:
    one = take_one(cast.edition, of(email="ada@example.org", phone_number="12 34 56 78"))
    assert codes(one.warnings) == [("/customer/phone_number", "phone_not_international")]
    order = Order.objects.get()
    assert order.customer_phone == "12 34 56 78"
    assert order.customer.phone_number is None


def test_new_customers_speak_the_language_of_the_edition_unless_told(cast: Cast) -> None:
    cast.edition.default_language = "pl"
    assert take_well(cast.edition, of(external_id="C-1")).customer.language == "pl"


def test_the_first_order_says_when_a_new_customer_joined(cast: Cast) -> None:
    undated = outside_order("A-1", line(), created=None)
    dated = outside_order("A-2", line())
    take(cast.edition, undated, dated)
    assert Customer.objects.get().date_joined == ORDERED
    assert Order.objects.get(external_id="A-1").created == NOW
    assert Product.objects.count() == 1
