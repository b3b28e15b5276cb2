"""The property tables as a Pulumi package schema."""

from typing import TypeAlias

from toolchain.obtain.stand_ins import DOCKER_VERSION
from toolchain.standins.docker.schema import Kind, Prop, ResourceType

Json: TypeAlias = dict[str, object]


def package_schema(kinds: list[ResourceType]) -> Json:
    """Return the schema of the whole package; nested objects become types named after their place."""
    types: dict[str, Json] = {}
    resources: dict[str, Json] = {}
    for kind in kinds:
        name = kind.urn_type.rpartition(":")[2]
        settable = [prop for prop in kind.props if not prop.output_only]
        resources[kind.urn_type] = {
            "properties": {prop.name: _type(prop, name, types) for prop in kind.props},
            "inputProperties": {prop.name: _type(prop, name, types) for prop in settable},
            "requiredInputs": [p.name for p in settable if p.required and not (kind.autoname and p.name == "name")],
        }
    return {
        "name": "docker",
        "version": DOCKER_VERSION,
        "types": types,
        "resources": resources,
        "language": {"python": {"packageName": "pulumi_docker"}},
    }


def _type(prop: Prop, owner: str, types: dict[str, Json]) -> Json:
    if not prop.fields:
        element: Json = {"type": "string"}
    else:
        name = owner + prop.name[0].upper() + prop.name[1:]
        token = f"docker:index/{name}:{name}"
        types[token] = {
            "type": "object",
            "properties": {entry.name: _type(entry, name, types) for entry in prop.fields},
            "required": [entry.name for entry in prop.fields if entry.required],
        }
        element = {"$ref": f"#/types/{token}"}
    if prop.kind in (Kind.LIST, Kind.SET):
        return {"type": "array", "items": element}
    if prop.kind is Kind.OBJECT:
        return element
    if prop.kind is Kind.MAP:
        return {"type": "object", "additionalProperties": element}
    return {"type": prop.kind.value}
