"""Requests of services that speak JSON, most of them with REST, read by botocore's service models."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session
from botocore.model import OperationModel, ServiceModel

_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
# Services by the name in their signatures, with botocore's name.
SERVICES = {
    "eks": "eks",
    "aps": "amp",
    "grafana": "grafana",
    "budgets": "budgets",
    "secretsmanager": "secretsmanager",
}
ACCOUNT = "123456789012"


class ApiError(Exception):
    """A refusal as the service sends it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def missing(message: str) -> ApiError:
    """Build the refusal for something that does not exist."""
    return ApiError("ResourceNotFoundException", message, 404)


@dataclass(frozen=True)
class Request:
    """One call of an operation: who was asked, and the parameters by the names of its input shape."""

    service: str
    operation: str
    region: str
    params: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a parameter as text, or ""."""
        return str(self.params.get(name) or "")

    def arn(self, resource: str, *, service: str = "") -> str:
        """Return the ARN of a resource of the account in the request's region."""
        return f"arn:aws:{service or {'amp': 'aps'}.get(self.service, self.service)}:{self.region}:{ACCOUNT}:{resource}"


def signed_for(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return botocore's name of the service and the region that a request was signed for."""
    found = _SCOPE.search(str(environ.get("HTTP_AUTHORIZATION", "")))
    if found is None or found["service"] not in SERVICES:
        return None
    return SERVICES[found["service"]], found["region"]


def parse(service: str, region: str, environ: Mapping[str, Any], body: bytes) -> Request | None:
    """Find the operation that a request calls; None if the service has no such operation."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:  # without REST the operation is named beside the one path
        return Request(service, str(target).rpartition(".")[2], region, json.loads(body))
    path = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]).split("?", maxsplit=1)[0]
    for method, pattern, operation in _operations(service):
        found = pattern.fullmatch(path) if method == environ["REQUEST_METHOD"] else None
        if found is None:
            continue
        params = json.loads(body) if body else {}
        locations = {str(shape.serialization.get("name", name)): name for name, shape in _members(operation).items()}
        params |= {
            locations.get(name, name): unquote(value)
            for name, value in zip(_names(operation), found.groups(), strict=True)
        }
        for name, values in parse_qs(str(environ.get("QUERY_STRING", ""))).items():
            member = locations.get(name, name)
            many = member in _members(operation) and _members(operation)[member].type_name == "list"
            params[member] = values if many else values[0]
        return Request(service, operation.name, region, params)
    return None


def _members(operation: OperationModel) -> Mapping[str, Any]:
    return operation.input_shape.members if operation.input_shape is not None else {}


def _names(operation: OperationModel) -> list[str]:
    return re.findall(r"\{([^}+]+)\+?\}", operation.http["requestUri"])


@cache
def _operations(service: str) -> list[tuple[str, re.Pattern[str], OperationModel]]:
    model: ServiceModel = botocore.session.get_session().get_service_model(service)
    found = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        uri = str(operation.http["requestUri"]).split("?", maxsplit=1)[0]
        pieces = re.split(r"(\{[^}]+\})", uri)
        pattern = "".join("([^/]+)" if piece.startswith("{") else re.escape(piece) for piece in pieces)
        found.append((str(operation.http["method"]), re.compile(pattern), operation))
    return found
