"""The resource types as a Pulumi package schema: names of properties, which are required, which are outputs."""

from collections.abc import Mapping
from typing import Any

from toolchain.obtain.stand_ins import AWS_VERSION
from toolchain.simulated_aws.plugin.rows import Row
from toolchain.simulated_aws.plugin.schema import Kind, Type, provider_schema, resource_schema

_KINDS = {Kind.TEXT: "string", Kind.NUMBER: "number", Kind.FLAG: "boolean"}


def package_schema(rows: Mapping[str, Row]) -> dict[str, Any]:
    """Describe the package; nested objects are maps of anything."""
    resources = {}
    for token in rows:
        schema = resource_schema(token)
        resources[token] = {
            "properties": {name: _spec(declared) for name, declared in schema.outputs.items()},
            "inputProperties": {name: _spec(declared) for name, declared in schema.inputs.fields.items()},
            "requiredInputs": sorted(schema.inputs.required),
        }
    settings = {name: _spec(declared) for name, declared in provider_schema().fields.items()}
    return {
        "name": "aws",
        "version": AWS_VERSION,
        "config": {"variables": settings},
        "provider": {"inputProperties": settings},
        "resources": resources,
    }


def _spec(declared: Type) -> dict[str, Any]:
    if declared.kind in _KINDS:
        return {"type": _KINDS[declared.kind]}
    if declared.kind is Kind.LIST:
        return {"type": "array", "items": _spec(declared.of or Type(Kind.ANY))}
    if declared.kind is Kind.MAP:
        return {"type": "object", "additionalProperties": _spec(declared.of or Type(Kind.ANY))}
    return {"$ref": "pulumi.json#/Any"}
