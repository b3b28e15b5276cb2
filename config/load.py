"""The only reader of ``pulumi.Config``: from a stack's configuration to frozen settings, or one clear error."""

import json
import os
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from config import faults as words
from config import model, tokens, yamltext
from config.secrets import ALERT_WEBHOOK, SECRETS
from config.settings import StackSettings, is_stack_name

PROJECT = model.PROJECT
# Secrets are not part of the frozen model: they stay Outputs, so that no rendered text or log can contain one.
_SECRETS = tuple(secret.key for secret in SECRETS)
_KEYS = tuple(to_camel(name) for name in StackSettings.model_fields)
_STRINGS = ("platform", "release", "policies", "data")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack as the program sees it: its name, its settings, and the secrets beside them."""

    name: str
    settings: StackSettings
    alert_webhook_url: pulumi.Output[str] | None
    otlp_tokens: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)


def load() -> Stack:
    """Read the stack that Pulumi runs; raises ``pulumi.RunError`` that lists every error with its fix."""
    name = pulumi.get_stack()
    file = f"{os.environ.get('PLANEWATCH_STACKS', 'stacks')}/Pulumi.{name}.yaml"
    values = _own_keys(pulumi.runtime.config.CONFIG.get())
    secret = {key for key in values if pulumi.runtime.is_config_secret(f"{PROJECT}:{key}")}
    settings = parse(name, file, values, secret=secret)
    given = tokens.read(_structure(values.get(tokens.OTLP_TOKENS, "null")))
    return Stack(
        name=name,
        settings=settings,
        alert_webhook_url=pulumi.Config(PROJECT).get_secret(ALERT_WEBHOOK),
        otlp_tokens={plane: pulumi.Output.secret(str(token)) for plane, token in given.items()},
    )


def parse(
    name: str, file: str, values: Mapping[str, str], *, secret: Container[str] = (), tokens_known: bool = True
) -> StackSettings:
    """Turn configuration ``values`` (key without the project → text, objects as JSON) into settings.

    ``file`` is how errors name the place; values of ``secret`` keys are not repeated in them. Without ``tokens_known``
    tokens are not checked, since a file alone does not have them. Raises ``pulumi.RunError`` with one line per error.
    """
    faults: list[str] = []
    if not is_stack_name(name):
        faults.append(
            "the stack's name must have ≤ 20 lower-case letters, digits and hyphens, start with a letter and not end"
            f" with a hyphen (got {name!r})"
        )
    document: dict[str, Any] = {}
    for key, text in sorted(values.items()):
        if key in _SECRETS:
            continue
        if key not in _KEYS:
            faults.append(f"{file}: {PROJECT}:{key} is not a known setting; {words.nearest(key, (*_KEYS, *_SECRETS))}")
        else:
            document[key] = text if key in _STRINGS else _structure(text)
    try:
        settings = StackSettings.model_validate(document)
    except ValidationError as error:
        faults.extend(f"{file}: {fault}" for fault in _told(error, document, secret))
    else:
        faults.extend(f"{file}: {fault}" for fault in words.too_long(name, settings))
        if tokens_known:
            hidden = tokens.OTLP_TOKENS in secret
            given = _structure(values.get(tokens.OTLP_TOKENS, "null"))
            faults.extend(tokens.faults(name, settings, given, secret=hidden, project=PROJECT))
        if not faults:
            return settings
    raise pulumi.RunError("the stack's configuration has errors:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _told(error: ValidationError, document: dict[str, Any], secret: Container[str]) -> Iterator[str]:
    for detail in error.errors():
        hidden = bool(detail["loc"]) and detail["loc"][0] in secret
        yield words.describe(detail, project=PROJECT, secret=hidden)
    # Pydantic compares ports only when nothing else is wrong.
    if all(detail["loc"] for detail in error.errors()):
        yield from words.clashes(document)


def read_file(text: str) -> dict[str, str]:
    """Return the project's keys of a stack file's text as Pulumi hands them to the program (objects as JSON).

    Raises ``ValueError`` for a duplicate key.
    """
    document = yamltext.load(text) or {}
    entries = {key: value for key, value in (document.get("config") or {}).items() if not yamltext.is_secret(value)}
    return _own_keys({key: value if isinstance(value, str) else json.dumps(value) for key, value in entries.items()})


def _own_keys(values: Mapping[str, Any]) -> dict[str, str]:
    prefix = f"{PROJECT}:"
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _structure(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
