"""The only reader of ``pulumi.Config``: from a stack's configuration to frozen settings, or one clear error."""

import json
import os
import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from config import faults as words
from config import model, secrets, stack_secrets, tokens, webhook, yamltext
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
    secrets: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)


def load() -> Stack:
    """Read the stack that Pulumi runs; raises ``pulumi.RunError`` that lists every error with its fix."""
    name = pulumi.get_stack()
    file = f"{os.environ.get('PLANEWATCH_STACKS', 'stacks')}/Pulumi.{name}.yaml"
    values = _own_keys(pulumi.runtime.config.CONFIG.get())
    secret = {key for key in values if pulumi.runtime.is_config_secret(f"{PROJECT}:{key}")}
    settings = parse(name, file, values, secret=_located(secret))
    given = tokens.read(_structure(values.get(tokens.OTLP_TOKENS, "null")))
    kept = stack_secrets.read(_structure(values.get(stack_secrets.STACK_SECRETS, "null")))
    return Stack(
        name=name,
        settings=settings,
        alert_webhook_url=pulumi.Config(PROJECT).get_secret(ALERT_WEBHOOK),
        otlp_tokens={plane: pulumi.Output.secret(str(token)) for plane, token in given.items()},
        secrets={name: pulumi.Output.secret(str(value)) for name, value in kept.items()},
    )


def _located(keys: set[str]) -> list[str]:
    """Return where within these keys the secrets are, if the stack file that Pulumi reads is known; else the keys."""
    path = Path(os.environ.get("PULUMI_OPTION_CONFIG_FILE", ""))
    there = list(secrets.places(yamltext.config_of(path), PROJECT)) if path.is_file() else []
    return [*there, *keys.difference(map(_key_of, there))]


def _key_of(place: str) -> str:
    """Return the key that a place begins with."""
    return re.split(r"[.\[]", place)[0]


def parse(
    name: str, file: str, values: Mapping[str, str], *, secret: Collection[str] = (), tokens_known: bool = True
) -> StackSettings:
    """Turn configuration ``values`` (key without the project → text, objects as JSON) into settings.

    ``file`` is how errors name the place; ``secret`` are keys, or paths in them, whose values are encrypted: none is
    repeated. Without ``tokens_known`` secrets are not checked, since a file alone does not have them. Raises
    ``pulumi.RunError`` with one line per error.
    """
    hidden = {_key_of(place) for place in secret}
    misplaced = sorted(place for place in secret if _key_of(place) in _KEYS)
    faults = [f"{file}: {secrets.refusal(place, name, PROJECT)}" for place in misplaced]
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
        faults.extend(f"{file}: {fault}" for fault in _told(error, document, hidden))
    else:
        faults.extend(f"{file}: {fault}" for fault in words.too_long(name, settings))
        if tokens_known:
            faults.extend(webhook.faults(name, values.get(ALERT_WEBHOOK), project=PROJECT))
            given = _structure(values.get(tokens.OTLP_TOKENS, "null"))
            encrypted = tokens.OTLP_TOKENS in hidden
            faults.extend(tokens.faults(name, settings, given, secret=encrypted, project=PROJECT))
            given = _structure(values.get(stack_secrets.STACK_SECRETS, "null"))
            encrypted = stack_secrets.STACK_SECRETS in hidden
            faults.extend(stack_secrets.faults(name, settings, given, secret=encrypted, project=PROJECT))
        if not faults:
            return settings
    raise pulumi.RunError("the stack's configuration has errors:\n" + "\n".join(f"  - {fault}" for fault in faults))


def _told(error: ValidationError, document: dict[str, Any], hidden: Container[object]) -> Iterator[str]:
    for detail in error.errors():
        # A key with a secret in it is refused as a whole already: its values may be the secret.
        if not detail["loc"] or detail["loc"][0] not in hidden:
            yield words.describe(detail, project=PROJECT)
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


def secrets_in(text: str) -> list[str]:
    """Return where a stack file's text has secrets, as ``parse`` takes them."""
    return list(secrets.places((yamltext.load(text) or {}).get("config") or {}, PROJECT))


def _own_keys(values: Mapping[str, Any]) -> dict[str, str]:
    prefix = f"{PROJECT}:"
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _structure(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
