"""The JSON Schema of stack files, for editors: ``stacks/schema.json``."""

import json
from collections.abc import Mapping
from typing import Any

from config import patterns
from config.model import PROJECT
from config.secrets import SECRETS, Secret
from docs.generate.settings import Schema, settings

# The draft that every editor knows.
_DRAFT = "http://json-schema.org/draft-07/schema#"
_ENCRYPTED: Schema = {
    "type": "object",
    "description": "A value that Pulumi has encrypted; `pulumi config set --secret` writes it.",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}


def schema() -> Schema:
    """Return the schema of a stack file, which holds Pulumi's own keys beside ``config``."""
    keys = settings()
    properties = {name: _published(each) for name, each in keys["properties"].items()}
    names = {"plane": properties["dataPlanes"]["propertyNames"], "name": {"pattern": patterns.ENTRY_NAME}}
    properties |= {secret.key: _secret(secret, names) for secret in SECRETS}
    return {
        "$schema": _DRAFT,
        "title": f"A stack of {PROJECT}",
        "description": "Generated from the settings model by `make docs`; see docs/configuration.md.",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "description": "What the deployer of the stack chooses.",
                "properties": {f"{PROJECT}:{name}": each for name, each in properties.items()},
                # Keys of other projects and of providers.
                "patternProperties": {f"^(?!{PROJECT}:)[^:]+:.": {}},
                "required": [f"{PROJECT}:{name}" for name in keys["required"]],
                "additionalProperties": False,
            }
        },
        "required": ["config"],
    }


def render() -> str:
    """Render the file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _published(node: Any) -> Any:  # noqa: ANN401  any JSON
    """Put our own keywords into words that editors show, and leave them out."""
    if isinstance(node, list):
        return [_published(each) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value if key == "default" else _published(value) for key, value in node.items() if key not in _OWN}
    if isinstance(words := node.get("words"), str):
        # Visual Studio Code's: shown in place of the regular expression.
        kept["patternErrorMessage"] = f"must be {words}"
    if isinstance(unit := node.get("unit"), str) and "description" in node:
        kept["description"] = f"{node['description']} In {unit}."
    return kept


_OWN = ("unit", "words", "excluding")


def _secret(secret: Secret, names: Mapping[str, Schema]) -> Schema:
    if secret.by is None:
        return {**_ENCRYPTED, "description": secret.description}
    each = {"type": "object", "propertyNames": names[secret.by], "additionalProperties": _ENCRYPTED}
    return {"description": secret.description, "anyOf": [_ENCRYPTED, each]}
