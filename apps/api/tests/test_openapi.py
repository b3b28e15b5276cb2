from typing import Any

import pytest
import schemathesis
from hypothesis import settings

from apps.api.tests.inprocess import make_app

APP = make_app(error_rate=0.05)
SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


@SCHEMA.parametrize()
@settings(max_examples=40)
def test_answers_are_what_the_document_says(case: schemathesis.Case[Any]) -> None:
    # The pretended provider failure is part of the contract, so a 502 is no server error to this check.
    case.call_and_validate(excluded_checks=[schemathesis.checks.not_a_server_error])


def test_every_operation_is_described_and_none_shows_the_framework_error_shape() -> None:
    document = APP.openapi()
    operations = [(path, operation) for path, item in document["paths"].items() for operation in item.values()]
    assert sorted(path for path, _ in operations) == [
        "/api/orders",
        "/api/payments",
        "/api/products",
        "/api/reports",
        "/api/search",
        "/health",
    ]
    assert all(operation["summary"] and operation["tags"] for _, operation in operations)
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("name", ["OrderRequest", "PaymentRequest", "ErrorEnvelope"])
def test_bodies_come_with_an_example(name: str) -> None:
    assert APP.openapi()["components"]["schemas"][name]["examples"]
