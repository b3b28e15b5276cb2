"""Reading a resource, and waiting until it is ready."""

import re
import time
from collections.abc import Callable
from typing import Any

import jmespath

from toolchain.simulated_aws.plugin import tagging
from toolchain.simulated_aws.plugin.connection_errors import RefusedByServiceError
from toolchain.simulated_aws.plugin.hooks import READS
from toolchain.simulated_aws.plugin.rows import Read
from toolchain.simulated_aws.plugin.schema import resource_schema
from toolchain.simulated_aws.plugin.scope import Resource
from toolchain.simulated_aws.plugin.shapes import from_api, properties
from toolchain.standins.servicer.answering import CancelledError, RefusedError
from toolchain.standins.servicer.values import Props, child

WAIT_SECONDS = 1200.0
POLL_SECONDS = 0.5


def read_live(resource: Resource) -> Props | None:
    """Read a resource; None when it is gone."""
    found = _find(resource)
    if found is None:
        return None
    row, declared = resource.row, resource_schema(resource.row.urn_type).outputs
    resource.extra |= {f"live_{key}": value for key, value in found.items() if isinstance(value, str | int)}
    made = _picked(resource, row.read, found)
    for extra in row.more:
        made |= _more(resource, extra)
    for hook in row.hooks:
        if hook in READS:
            made |= READS[hook](found, resource)
    scope = resource.scope()
    made |= {key: value for key, entry in row.made.items() if isinstance(value := scope.render(entry), str)}
    resource.extra |= {key: value for key, value in made.items() if key not in resource.props}
    if "region" in declared:
        made["region"] = resource.region
    if "tagsAll" in declared:
        tags = tagging.read(resource, found)
        made["tagsAll"] = dict(tags)
        defaults = resource.connection.settings.default_tags
        own = child(resource.props, "tags")
        made["tags"] = {key: value for key, value in tags.items() if key in own or defaults.get(key) != value}
    for part in (*row.parts, *row.import_parts):
        if part in scope.values:
            made.setdefault(part, str(scope.values[part]))
    return {key: value for key, value in made.items() if key in declared}


def _more(resource: Resource, extra: Read) -> Props:
    try:
        answer = resource.call(extra.call.operation, resource.scope().params(extra.call.params), "read")
    except RefusedByServiceError as error:
        if error.code not in extra.call.fine:
            raise
        return {}
    return _picked(resource, extra, answer)


def _find(resource: Resource) -> dict[str, Any] | None:
    row = resource.row
    scope = resource.scope()
    try:
        answer = resource.call(row.read.call.operation, scope.params(row.read.call.params), "read")
    except RefusedByServiceError as error:
        if error.code in row.missing:
            return None
        raise
    path = re.sub(r"\{(\w+)\}", lambda match: str(scope.values.get(match[1], "")), row.read.path)
    found = jmespath.search(path, answer)
    return found if isinstance(found, dict) and found else None


def _picked(resource: Resource, one: Read, found: dict[str, Any]) -> Props:
    declared, names = resource_schema(resource.row.urn_type).outputs, resource.row.shape_names
    made = properties(found, declared, names, "") if one.matches else {}
    scope = resource.scope()
    for key, path in one.picks.items():
        filled = re.sub(r"\{(id)\}", lambda match: str(scope.values.get(match[1], "")), path)
        value = from_api(jmespath.search(filled, found), declared[key], names, key)
        if value is not None:
            made[key] = value
    return made


def wait(resource: Resource) -> None:
    """Wait until the service reports a resource as ready."""
    if resource.row.wait is not None:
        poll(resource, lambda: _ready(resource), "to be ready")


def _ready(resource: Resource) -> bool:
    waits = resource.row.wait
    found = _find(resource)
    if waits is None or found is None:
        return False
    status = jmespath.search(waits.status, found)
    if status in waits.failed:
        reason = jmespath.search(waits.reason, found) if waits.reason else None
        raise RefusedError(f"{resource.row.urn_type} {resource.id} is {status}{f': {reason}' if reason else ''}")
    return status is None or status in waits.ready


def poll(resource: Resource, done: Callable[[], bool], what: str) -> None:
    """Poll until a condition is met; raises RefusedError when it takes too long, CancelledError when interrupted."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not done():
        if resource.connection.cancelled.wait(POLL_SECONDS):
            raise CancelledError(f"{resource.row.urn_type} {resource.id}: interrupted while waiting for it {what}")
        if time.monotonic() > deadline:
            raise RefusedError(f"{resource.row.urn_type} {resource.id}: waited {WAIT_SECONDS:g} s for it {what}")
