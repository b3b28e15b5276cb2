"""Tokens for clients of remote planes: which are required, and their form. No message repeats one."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from config.settings import StackSettings

OTLP_TOKENS = "otlpTokens"
# 32 hexadecimal digits are 128 bits. A space would end the token within the collector's file.
_LEAST = 32
_FORM = re.compile(r"[!-~]+")


def read(value: object) -> Mapping[str, object]:
    """Return the tokens by plane; a value that is not a mapping has none."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def faults(stack: str, settings: StackSettings, value: object, *, secret: bool, project: str) -> Iterator[str]:
    """Yield the errors in the ``value`` of the tokens' key; ``secret`` is whether it is encrypted."""
    place, tokens = f"{project}:{OTLP_TOKENS}", read(value)
    if value is not None and not isinstance(value, dict):
        yield f"{place} must map planes to tokens: {_remedy(stack, project, '<plane>')}"
    elif tokens and not secret:
        yield f"{place} is not encrypted; remove it and set secrets: {_remedy(stack, project, '<plane>')}"
    for plane in settings.remote_planes:
        if plane not in tokens:
            yield f"plane {plane} has access: remote but no token; set one: {_remedy(stack, project, plane)}"
    seen: dict[object, str] = {}
    for plane, token in tokens.items():
        if plane not in settings.remote_planes:
            removal = f"pulumi config rm --path {place}.{plane} -s {stack}"
            yield f"{place}.{plane} is not for a plane with access: remote; set that, or remove the token: {removal}"
        elif not isinstance(token, str) or len(token) < _LEAST or _FORM.fullmatch(token) is None:
            rule = f"have ≥ {_LEAST} letters, digits and signs, and no spaces"
            yield f"{place}.{plane} must {rule} (got [secret]): {_remedy(stack, project, plane)}"
        elif (other := seen.setdefault(token, plane)) != plane:
            yield f"{place}.{plane} must differ from that of {other}: {_remedy(stack, project, plane)}"


def _remedy(stack: str, project: str, plane: str) -> str:
    return f'pulumi config set --secret --path {project}:{OTLP_TOKENS}.{plane} "$(openssl rand -hex 32)" -s {stack}'
