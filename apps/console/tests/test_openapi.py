"""The OpenAPI document: what is committed for the web app is current, and the API keeps what it says."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings

from apps.console.app import create_app
from apps.console.openapi import document
from apps.console.tests.conftest import console_settings
from apps.console.tests.store import Store
from tests.harness.examples import examples

COMMITTED = Path(__file__).parents[1] / "web" / "openapi.json"
OPERATIONS = ["planes", "health", "alerts", "summary", "series"]
TAKE_PARAMETERS = ["summary", "series"]


def test_the_committed_document_is_current() -> None:
    assert COMMITTED.read_text() == document(), "run `npm run api` in apps/console/web"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((name, schemathesis.GenerationMode.POSITIVE) for name in OPERATIONS),
        *((name, schemathesis.GenerationMode.NEGATIVE) for name in TAKE_PARAMETERS),
    ],
)
def test_the_api_keeps_its_word(store: Store, tmp_path: Path, name: str, mode: schemathesis.GenerationMode) -> None:
    # schemathesis's own parametrize reads an attribute that the pytest of today no longer has.
    # The host that its client names.
    app = create_app(console_settings(store.url, tmp_path).model_copy(update={"host_names": ("testserver",)}))
    operation = schemathesis.openapi.from_asgi("/api/openapi.json", app)[f"/api/v1/{name}"]["GET"]

    @settings(max_examples=examples(10))
    @given(case=operation.as_strategy(generation_mode=mode))
    def every_answer_conforms(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate()

    every_answer_conforms()


def test_the_document_covers_exactly_these_operations() -> None:
    paths = create_app(console_settings("http://127.0.0.1:9", Path("none"))).openapi()["paths"]
    assert set(paths) == {*(f"/api/v1/{name}" for name in OPERATIONS), "/healthz", "/readyz"}
