"""Schemathesis drives every operation by the committed document, with valid and invalid data.

Two people of two organizations ask: a row of the other one must stay unseen (it learns ids from
answers and sends them on). Nothing may be a 500 or off the document.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from conftest import Cast, ClientFor
from preo.orders.tests.factories import make_order

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db(transaction=True)]

EXAMPLES = int(os.environ.get("PREO_FUZZ_EXAMPLES", "40"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
]

schema = schemathesis.openapi.from_path(Path(__file__).resolve().parents[1] / "openapi.yaml")


@pytest.fixture
def token(cast: Cast, client_for: ClientFor) -> str:
    for edition in (cast.edition, cast.other_edition, cast.rival_edition):
        make_order(edition=edition)
    return client_for("admin").authorization["Authorization"]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_in_the_document(case: Any, token: str, live_server: Any) -> None:
    response = case.call(base_url=live_server.url, headers={"Authorization": token})
    case.validate_response(response, checks=CHECKS)
    assert "Rival" not in response.text
