"""The secrets of a stack: keys of the stack file outside the settings model, which never holds a secret."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from config import stack_secrets, tokens

ALERT_WEBHOOK = "alertWebhookUrl"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A key whose value Pulumi encrypts, or one of several below it, each with a name (``plane``, ``name``)."""

    key: str
    description: str
    by: Literal["plane", "name"] | None = None


SECRETS = (
    Secret(
        key=ALERT_WEBHOOK,
        description="URL to which alerts are posted. Without it alerts show on the console and in Alertmanager only; on"
        " EKS it is refused, since alerts go to SNS.",
    ),
    Secret(
        key=tokens.OTLP_TOKENS,
        description="Token of each plane with `access: remote`, which its clients show: 32 characters or more, without"
        " spaces; each plane has its own.",
        by="plane",
    ),
    Secret(
        key=stack_secrets.STACK_SECRETS,
        description="Secrets that workloads get as files, by names of your own; their `secretFiles` say which.",
        by="name",
    ),
)


def places(config: Mapping[str, object], project: str) -> Iterator[str]:
    """Yield where a stack file's configuration has secrets: paths without the project, as `pulumi config` takes."""
    prefix = f"{project}:"
    for key, value in config.items():
        if key.startswith(prefix):
            yield from _leaves(value, key.removeprefix(prefix))


def refusal(place: str, stack: str, project: str) -> str:
    """Return the error for a secret at a ``place`` whose values cannot be kept secret."""
    command = f"pulumi config rm --path {shlex.quote(f'{project}:{place}')} -s {stack}"
    return (
        f"{project}:{place} is a secret, but previews, the state and containers show this setting in plain text;"
        f" remove it ({command}) and, if it is not secret, set it without --secret. Only"
        f" {', '.join(secret.key for secret in SECRETS)} can be secret; services get theirs as files: set"
        f" {project}:{stack_secrets.STACK_SECRETS}.<name> and name it in secretFiles of the workload"
    )


def _leaves(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"secure"} and isinstance(value["secure"], str):
            yield place
            return
        for key, below in value.items():
            yield from _leaves(below, f"{place}.{key}" if _PLAIN.fullmatch(key) else f"{place}[{json.dumps(key)}]")
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _leaves(below, f"{place}[{number}]")


# A key that needs no brackets in a path.
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
