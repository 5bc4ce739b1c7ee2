"""How the tests of consents ask, and what they read in the answers."""

from typing import Any

from conftest import ApiClient, Cast


def create(client: ApiClient, cast: Cast, **fields: Any) -> Any:
    """POST a consent of northlight."""
    body = {"organization_id": cast.northlight.api_id, "title": "Newsletter"}
    return client.send("POST", "/v1/consents", body | fields)


def change(client: ApiClient, consent: Any, **fields: Any) -> Any:
    """PATCH a consent, which is a model's or an answer's."""
    key = consent["id"] if isinstance(consent, dict) else consent.api_id
    return client.send("PATCH", f"/v1/consents/{key}", fields)


def mistakes(response: Any) -> list[tuple[str, str]]:
    """Places and codes of what is wrong with a request."""
    assert response.status_code == 400, response.content
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


def conflict(response: Any) -> tuple[str, list[str]]:
    """The code of a conflict, and the places that it names."""
    assert response.status_code == 409, response.content
    body = response.json()
    return body["code"], [error["pointer"] for error in body.get("errors", ())]


def titles(client: ApiClient, **query: str) -> list[str]:
    """The titles in the list of consents."""
    response = client.get("/v1/consents", query)
    assert response.status_code == 200, response.content
    return [row["title"] for row in response.json()["results"]]
