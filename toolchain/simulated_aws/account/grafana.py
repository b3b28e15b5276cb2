"""Managed Grafana, of which moto has nothing: workspaces, their versions and their configuration."""

import json
import time
from collections.abc import Callable

from toolchain.simulated_aws.account.requests import ApiError, Request
from toolchain.simulated_aws.account.store import Record, ResourceKind, Store

# Versions of the service in November 2026; a workspace that names none gets the last.
VERSIONS = ("8.4", "9.4", "10.4", "12.4")
_ANSWERED = {
    "workspaceName": "name",
    "workspaceDescription": "description",
    "workspaceDataSources": "dataSources",
    "workspaceNotificationDestinations": "notificationDestinations",
    "workspaceOrganizationalUnits": "organizationalUnits",
}
_REMOVALS = {
    "removeVpcConfiguration": "vpcConfiguration",
    "removeNetworkAccessConfiguration": "networkAccessControl",
}


def _fill(request: Request, record: Record) -> None:
    identity = f"g-{record['id'][:10]}"
    _rename(record)
    record |= {"id": identity, "arn": request.arn(f"/workspaces/{identity}"), "status": "ACTIVE"}
    record["endpoint"] = f"{identity}.grafana-workspace.{request.region}.amazonaws.com"
    providers = record.pop("authenticationProviders", [])
    record["authentication"] = {"providers": providers, "samlConfigurationStatus": "NOT_CONFIGURED"}
    record.setdefault("grafanaVersion", VERSIONS[-1])
    record.setdefault("configuration", "{}")


def _rename(record: Record) -> None:
    for theirs, ours in _ANSWERED.items():
        if theirs in record:
            record[ours] = record.pop(theirs)


def _validate(request: Request) -> None:
    version = request.text("grafanaVersion")
    if version and version not in VERSIONS:
        raise ApiError("ValidationException", f"Grafana version {version} is not supported")
    configuration = request.text("configuration")
    try:
        json.loads(configuration or "{}")
    except ValueError as error:
        raise ApiError("ValidationException", "configuration is not JSON") from error
    if request.text("permissionType") == "CUSTOMER_MANAGED" and not request.text("workspaceRoleArn"):
        raise ApiError("ValidationException", "CUSTOMER_MANAGED workspaces need workspaceRoleArn")


WORKSPACE = ResourceKind(
    "grafana", "CreateWorkspace", "DescribeWorkspace", "DeleteWorkspace", list_all=("ListWorkspaces", "workspaces"),
    keys=("workspaceId",), wrap="workspace", made_key="id", noun="workspace", fill=_fill, validate=_validate,
)  # fmt: skip
KINDS = (WORKSPACE,)


def before(request: Request, store: Store) -> Record | None:
    """Answer what neither creates nor deletes a workspace; None leaves a request to others."""
    if request.service != "grafana":
        return None
    if request.operation == "ListVersions":
        return {"grafanaVersions": list(VERSIONS)}
    answer = _ANSWERS.get(request.operation)
    return answer(request, store.find(WORKSPACE, request.region, (request.text("workspaceId"),))) if answer else None


def _update(request: Request, record: Record) -> Record:
    given = {name: value for name, value in request.params.items() if name not in ("workspaceId", *_REMOVALS)}
    _rename(given)
    record |= {**given, "modified": time.time()}
    for asked, name in _REMOVALS.items():
        if request.params.get(asked):
            record.pop(name, None)
    return {"workspace": record}


def _authenticate(request: Request, record: Record) -> Record:
    record["authentication"]["providers"] = request.params["authenticationProviders"]
    return {"authentication": record["authentication"]}


def _configuration(_request: Request, record: Record) -> Record:
    return {name: record[name] for name in ("configuration", "grafanaVersion")}


def _configure(request: Request, record: Record) -> Record:
    _validate(request)
    version = request.text("grafanaVersion") or record["grafanaVersion"]
    if VERSIONS.index(version) < VERSIONS.index(record["grafanaVersion"]):
        raise ApiError("ValidationException", f"Grafana {record['grafanaVersion']} cannot become {version}")
    record |= {"grafanaVersion": version, "configuration": request.text("configuration")}
    return {}


_ANSWERS: dict[str, Callable[[Request, Record], Record]] = {
    "UpdateWorkspace": _update,
    "UpdateWorkspaceAuthentication": _authenticate,
    "DescribeWorkspaceConfiguration": _configuration,
    "UpdateWorkspaceConfiguration": _configure,
}
