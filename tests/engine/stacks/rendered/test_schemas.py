"""Every object fits the oldest and the newest Kubernetes, field by field."""

import copy
import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.stacks.rendered.manifests import Manifest
from tests.engine.stacks.rendered.schemas import Schemas, schemas_of
from tests.servers.schemas import SCHEMAS
from toolchain.obtain.cache import Cache


@pytest.fixture(scope="module", params=SCHEMAS, ids=lambda schema: schema.version)
def schemas(request: pytest.FixtureRequest) -> Schemas:
    return schemas_of(request.param.find(Cache.of(os.environ)))


def test_every_object_fits(objects: tuple[Manifest, ...], schemas: Schemas) -> None:
    assert objects
    assert [fault for one in objects for fault in schemas.faults(one)] == []


def _unknown_field(document: dict[str, Any]) -> None:
    document["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}


def _wrong_type(document: dict[str, Any]) -> None:
    document["spec"]["revisionHistoryLimit"] = "three"


def _missing_field(document: dict[str, Any]) -> None:
    del document["spec"]["selector"]


def _removed_version(document: dict[str, Any]) -> None:
    document["apiVersion"] = "apps/v1beta2"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_unknown_field, "'readynessProbe' was unexpected"),
        (_wrong_type, "$.spec.revisionHistoryLimit: 'three' is not of type 'integer'"),
        (_missing_field, "'selector' is a required property"),
        (_removed_version, "there is no Deployment in apps/v1beta2"),
    ],
)
def test_a_spoilt_object_is_refused(
    spoil: Callable[[dict[str, Any]], None], said: str, objects: tuple[Manifest, ...], schemas: Schemas
) -> None:
    document = copy.deepcopy(next(one for one in objects if one.kind == "Deployment").document)
    spoil(document)
    (fault,) = schemas.faults(Manifest(document))
    assert said in fault


def test_a_deprecated_kind_is_refused_by_the_newest() -> None:
    endpoints = Manifest({"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "a"}})
    newest = schemas_of(SCHEMAS[-1].find(Cache.of(os.environ)))
    assert list(newest.faults(endpoints)) == ["Endpoints..a: Endpoints of v1 is deprecated"]
