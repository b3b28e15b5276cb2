"""Manifests validated against a version of Kubernetes, as strictly as kubeconform does with `-strict`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.engine.stacks.rendered.manifests import Manifest

_GROUP_VERSION_KIND = "x-kubernetes-group-version-kind"
_DEPRECATED = "Deprecated: This API is deprecated"
# Written as a number or as a text: 80 or "80", 1 or "500m".
_EITHER = {"type": ["string", "integer", "number"]}
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"


@dataclass(frozen=True)
class Schemas:
    """The definitions of one version, closed: a field that none of them names is refused."""

    definitions: Mapping[str, Any]
    by_kind: Mapping[tuple[str, str], str]

    def faults(self, manifest: Manifest) -> Iterator[str]:
        """Say what this version would not take, each with the place in the manifest."""
        definition = self.by_kind.get((manifest.api_version, manifest.kind))
        if definition is None:
            yield f"{manifest.name}: there is no {manifest.kind} in {manifest.api_version}"
            return
        if _DEPRECATED in self.definitions[definition].get("description", ""):
            yield f"{manifest.name}: {manifest.kind} of {manifest.api_version} is deprecated"
        schema = {"$ref": f"#/definitions/{definition}", "definitions": self.definitions}
        for error in Draft202012Validator(schema).iter_errors(manifest.document):
            yield f"{manifest.name}: {error.json_path}: {error.message}"


@cache
def schemas_of(swagger: Path) -> Schemas:
    """Read a version's OpenAPI description and close its definitions."""
    definitions = json.loads(swagger.read_text())["definitions"]
    by_kind = {}
    for name, definition in definitions.items():
        for kind in definition.get(_GROUP_VERSION_KIND, ()):
            version = f"{kind['group']}/{kind['version']}" if kind["group"] else kind["version"]
            by_kind[version, kind["kind"]] = name
    closed = {name: _EITHER if name == _QUANTITY else _closed(one) for name, one in definitions.items()}
    return Schemas(definitions=closed, by_kind=by_kind)


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Close one schema and those in it; what has no properties (any JSON) stays open."""
    if schema.get("format") == "int-or-string":
        return _EITHER
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {name: _closed(one) for name, one in schema["properties"].items()}
        result.setdefault("additionalProperties", False)
    for inner in ("items", "additionalProperties"):
        if isinstance(schema.get(inner), dict):
            result[inner] = _closed(schema[inner])
    return result
