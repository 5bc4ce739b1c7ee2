"""How the tests of the catalogue ask, and what they read in the answers."""

from typing import Any

from conftest import ApiClient, Cast, sign_in
from preo.accounts.models import RoleWord
from preo.accounts.tests.factories import make_membership, make_staff
from preo.editions.models import Edition


def editions_manager(edition: Edition) -> ApiClient:
    """Somebody who is manager in that edition and nothing else."""
    person = make_staff()
    make_membership(staff=person, edition=edition, role=RoleWord.MANAGER)
    return sign_in(person)


def create_product(client: ApiClient, cast: Cast, **fields: Any) -> Any:
    body = {"edition_id": cast.edition.api_id, "name": "Day ticket"}
    return client.send("POST", "/v1/products", body | fields)


def change(client: ApiClient, route: str, row: Any, **fields: Any) -> Any:
    """PATCH a row, which is a model's or an answer's."""
    row_id = row["id"] if isinstance(row, dict) else row.api_id
    return client.send("PATCH", f"/v1/{route}/{row_id}", fields)


def delete(client: ApiClient, route: str, row: Any) -> Any:
    return client.send("DELETE", f"/v1/{route}/{row.api_id}")


def codes(response: Any) -> list[tuple[str, str]]:
    """Places and codes of the mistakes in a request."""
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def conflict(response: Any) -> str:
    """The code of a conflict."""
    assert response.status_code == 409, response.content
    return str(response.json()["code"])


def names(client: ApiClient, route: str, **query: Any) -> list[Any]:
    """The names in a list."""
    response = client.get(f"/v1/{route}", query)
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["count"] == len(body["results"])
    return [row["name"] for row in body["results"]]
