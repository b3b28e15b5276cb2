"""Secrets that services of a stack are given as files: their form, and who names them. No message repeats one."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from config import patterns, secret_files
from config.settings import StackSettings

STACK_SECRETS = "secrets"
# Secrets Manager takes 65,536 bytes.
_MOST_BYTES = 65_536


def read(value: object) -> Mapping[str, object]:
    """Return the secrets by name; a value that is not a mapping has none."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def faults(stack: str, settings: StackSettings, value: object, *, secret: bool, project: str) -> Iterator[str]:
    """Yield the errors in the ``value`` of the secrets' key and of its users; ``secret``: whether it is encrypted."""
    place, secrets = f"{project}:{STACK_SECRETS}", read(value)
    if value is not None and not isinstance(value, dict):
        yield f"{place} must map names to secrets: {_remedy(stack, project, '<name>')}"
    elif secrets and not secret:
        yield f"{place} is not encrypted; remove it and set secrets: {_remedy(stack, project, '<name>')}"
    for name, each in secrets.items():
        if re.fullmatch(patterns.ENTRY_NAME, name) is None:
            yield f"{place}.{name}: this name must be {patterns.WORDS[patterns.ENTRY_NAME]}"
        elif not isinstance(each, str) or not 0 < len(each.encode()) <= _MOST_BYTES:
            rule = f"be text of 1 to {_MOST_BYTES:,} bytes"
            yield f"{place}.{name} must {rule} (got [secret]): {_remedy(stack, project, name)}"
    there = f"there are {', '.join(secrets)}" if secrets else "there are none"
    for where, name in _named(settings):
        if name not in secrets:
            remedy = _remedy(stack, project, name)
            yield f'{project}:{where} must name one of {place}; {there} (got "{name}"); set it: {remedy}'


def _named(settings: StackSettings) -> Iterator[tuple[str, str]]:
    """Yield (place in the stack file, name of a secret) of each file with a secret."""
    for plane, said in settings.data_planes.items():
        for role, workload in said.workloads.items():
            for variable, name in secret_files.of_stack(workload.secret_files).items():
                yield f"dataPlanes.{plane}.workloads.{role}.secretFiles.{variable}", name


def _remedy(stack: str, project: str, name: str) -> str:
    return f'pulumi config set --secret --path {project}:{STACK_SECRETS}.{name} "…" -s {stack}'
