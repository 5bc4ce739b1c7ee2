"""`Idempotency-Key` on a POST: one effect, and the same answer as often as it is asked for."""

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.utils import timezone

from conftest import Cast
from preo.core.access import Grant, Principal, Role
from preo.core.tests.site import Product, client_of, make_product, principal_of
from preo.idempotency.models import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.safety, pytest.mark.urls("preo.core.tests.site")]


@pytest.fixture
def client(cast: Cast) -> Client:
    return client_of(principal_of(Grant(cast.northlight.pk, None, Role.MANAGER)))


@pytest.fixture
def tent(cast: Cast) -> dict[str, Any]:
    return {"edition_id": cast.edition.api_id, "name": "Tent", "price": 12.5}


def post(client: Client, body: Any, key: str | None = "k1", path: str = "/v1/products") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(path, raw, content_type="application/json", headers=headers)


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb", "a\x7fb", "\u0663", " \x00"])
def test_a_key_of_a_wrong_form_is_refused(key: str, client: Client, tent: Any) -> None:
    response = post(client, tent, key)
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "Idempotency-Key"
    assert not Product.objects.exists()


def test_another_body_under_a_used_key_is_422(client: Client, tent: Any) -> None:
    post(client, tent)
    response = post(client, tent | {"name": "Other"})
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert response["Content-Type"] == "application/problem+json"
    assert [product.name for product in Product.objects.all()] == ["Tent"]


def test_the_same_body_written_in_another_way_is_another_request(client: Client, tent: Any) -> None:
    post(client, tent)
    assert post(client, json.dumps(tent, indent=1).encode()).status_code == 422


def test_another_address_under_a_used_key_is_422(cast: Cast, client: Client) -> None:
    first, second = make_product(cast.edition), make_product(cast.edition)
    assert post(client, {}, path=f"/v1/products/{first.api_id}/remove").status_code == 204
    assert post(client, {}, path=f"/v1/products/{second.api_id}/remove").status_code == 422
    assert list(Product.objects.all()) == [second]


def test_another_query_under_a_used_key_is_not_replayed(client: Client, tent: Any) -> None:
    post(client, tent)
    response = post(client, tent, path="/v1/products?x=1")
    assert response.status_code == 400
    assert "Idempotent-Replayed" not in response


def test_the_same_request_has_one_effect_and_one_answer(client: Client, tent: Any) -> None:
    first, second, third = (post(client, tent) for _ in range(3))

    assert first.status_code == 201
    assert "Idempotent-Replayed" not in first
    for again in (second, third):
        assert (again.status_code, again.content) == (201, first.content)
        assert again["Content-Type"] == first["Content-Type"] == "application/json"
        assert again["Idempotent-Replayed"] == "true"
        assert again["X-Request-Id"] != first["X-Request-Id"]
    assert b'"price":12.50,' in first.content
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    "key", ["k", "x" * 255, "8e03978e-40d5-43e8-bc93-6894a57f9324", '"q"', "a b"]
)
def test_a_key_is_any_printable_text(key: str, client: Client, tent: Any) -> None:
    assert [post(client, tent, key).status_code for _ in range(2)] == [201, 201]
    assert Product.objects.count() == 1


def test_keys_differ_by_the_case_of_their_letters(client: Client, tent: Any) -> None:
    post(client, tent, "key")
    post(client, tent, "KEY")
    assert Product.objects.count() == 2


def test_an_answer_without_a_body_is_given_again_without_one(cast: Cast, client: Client) -> None:
    product = make_product(cast.edition)
    path = f"/v1/products/{product.api_id}/remove"
    for _ in range(2):
        response = post(client, {}, path=path)
        assert (response.status_code, response.content) == (204, b"")
    assert post(client, {}, None, path).status_code == 404


def test_the_key_of_another_caller_is_another_key(cast: Cast, client: Client, tent: Any) -> None:
    other = client_of(principal_of(Grant(cast.northlight.pk, None, Role.MANAGER)))
    first, second = post(client, tent), post(other, tent | {"name": "Other"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content != second.content
    assert Product.objects.count() == 2


def test_a_person_and_a_key_of_the_same_id_are_two_callers(cast: Cast, tent: Any) -> None:
    person = principal_of(Grant(cast.northlight.pk, None, Role.MANAGER))
    scopes = frozenset({"products:write"})
    key = Principal("api_key", person.id, person.grants, scopes)
    made = post(client_of(person), tent)
    assert made.status_code == 201
    assert "Idempotent-Replayed" not in post(client_of(key), tent)
    assert Product.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"price": 0.001}, {"colour": 1}, {"edition_id": "nonsense"}]
)
def test_a_refused_request_may_be_mended_under_its_key(
    wrong: dict[str, Any], client: Client, tent: Any
) -> None:
    assert post(client, tent | wrong).status_code == 400
    assert not Answer.objects.exists()
    response = post(client, tent)
    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response


def test_one_whose_role_is_too_low_leaves_nothing_under_the_key(cast: Cast, tent: Any) -> None:
    guest = client_of(principal_of(Grant(cast.northlight.pk, None, Role.GUEST)))
    assert post(guest, tent).status_code == 403
    assert not Answer.objects.exists()


def test_an_answer_is_not_given_again_to_one_who_lost_the_role(cast: Cast, tent: Any) -> None:
    before = principal_of(Grant(cast.northlight.pk, None, Role.STAFF))
    assert post(client_of(before), tent).status_code == 201
    now = Principal("staff", before.id, (Grant(cast.northlight.pk, None, Role.GUEST),))
    assert post(client_of(now), tent).status_code == 403


def test_an_effect_is_undone_when_its_answer_cannot_be_given(
    client: Client, tent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(data: Any) -> bytes:
        raise RuntimeError("no answer")

    with monkeypatch.context() as patch:
        patch.setattr("preo.core.viewsets.dump", fail)
        assert post(client, tent).status_code == 500
    assert not Product.objects.exists()
    assert not Answer.objects.exists()

    assert post(client, tent).status_code == 201
    assert Product.objects.count() == 1


def test_answers_with_secrets_are_not_kept(client: Client) -> None:
    first, second = (post(client, {}, path="/v1/products/secret") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["secret"] != second.json()["secret"]
    assert "Idempotent-Replayed" not in second
    assert not Answer.objects.exists()


def test_strangers_are_not_answered_with_each_others_answers() -> None:
    first, second = (post(client_of(None), {"a": 1}, path="/v1/open") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["made"] != second.json()["made"]
    assert not Answer.objects.exists()


def test_other_methods_take_no_notice_of_a_key(cast: Cast, client: Client) -> None:
    product = make_product(cast.edition)
    path = f"/v1/products/{product.api_id}"
    headers = {"Idempotency-Key": "k1"}
    names = []
    for name in ("One", "Two"):
        body = json.dumps({"name": name})
        client.patch(path, body, content_type="application/json", headers=headers)
        names.append(client.get(path, headers=headers).json()["name"])
    assert names == ["One", "Two"]
    assert client.get("/v1/products", headers={"Idempotency-Key": "é" * 300}).status_code == 200
    assert not Answer.objects.exists()


def test_without_a_key_every_request_has_its_effect(client: Client, tent: Any) -> None:
    assert [post(client, tent, None).status_code for _ in range(2)] == [201, 201]
    assert Product.objects.count() == 2
    assert not Answer.objects.exists()


def test_a_key_runs_again_after_its_time(client: Client, tent: Any) -> None:
    post(client, tent)
    past = timezone.now() - project.KEEP_ANSWERS - dt.timedelta(seconds=1)
    Answer.objects.update(created=past)
    assert post(client, tent | {"name": "Other"}).status_code == 201
    again = post(client, tent | {"name": "Other"})
    assert again["Idempotent-Replayed"] == "true"
    assert sorted(Product.objects.values_list("name", flat=True)) == ["Other", "Tent"]


def test_no_name_or_address_of_a_person_is_in_a_kept_answers_key(client: Client, tent: Any) -> None:
    post(client, tent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT caller, fingerprint FROM idempotency_answer")
        ((caller, fingerprint),) = cursor.fetchall()
    assert caller.startswith("staff:")
    assert len(fingerprint) == 64
