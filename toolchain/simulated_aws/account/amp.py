"""Managed Prometheus: what moto lacks of the service."""

import base64
import binascii
import time
from collections.abc import Callable
from typing import Any

from toolchain.simulated_aws.account import documents
from toolchain.simulated_aws.account.requests import ACCOUNT, ApiError, Request, missing
from toolchain.simulated_aws.account.store import Record, ResourceKind, Store

_ACTIVE = {"statusCode": "ACTIVE"}
# The service keeps samples this long unless told otherwise, and at most three years.
DEFAULT_RETENTION_DAYS, MOST_RETENTION_DAYS = 150, 1095


def workspace_of(request: Request) -> Any:  # noqa: ANN401 - moto has no types
    """Return moto's workspace that a request names; raises ApiError if it does not exist."""
    from moto.amp.models import amp_backends  # noqa: PLC0415 - moto is imported by whoever serves

    found = amp_backends[ACCOUNT][request.region].workspaces.get(request.text("workspaceId"))
    if found is None:
        raise missing(f"Workspace not found: {request.text('workspaceId')}")
    return found


def _validating(faults: Callable[[str], list[str]]) -> Callable[[Request], None]:
    def validate(request: Request) -> None:
        workspace_of(request)
        validate_document(request.text("data"), faults)

    return validate


def validate_document(data: str, faults: Callable[[str], list[str]]) -> None:
    """Refuse a document that the service would not accept; `data` is base64."""
    try:
        found = faults(base64.b64decode(data, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ApiError("ValidationException", "data is not base64-encoded text") from error
    if found:
        raise ApiError("ValidationException", "; ".join(found))


def _active(_request: Request, record: Record) -> None:
    record["status"] = dict(_ACTIVE)


def _query_logging(request: Request, record: Record) -> None:
    record |= {"status": dict(_ACTIVE), "workspace": request.text("workspaceId")}


def _scraper(request: Request, record: Record) -> None:
    record["scraperId"] = f"s-{record['scraperId']}"
    record["arn"] = request.arn(f"scraper/{record['scraperId']}")
    role = "aws-service-role/scraper.aps.amazonaws.com/AWSServiceRoleForAmazonPrometheusScraper"
    record |= {"status": dict(_ACTIVE), "lastModifiedAt": time.time(), "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{role}"}


def _validate_scraper(request: Request) -> None:
    given = request.params.get("scrapeConfiguration")
    if isinstance(given, dict):
        validate_document(str(given.get("configurationBlob", "")), documents.scrape_faults)


ALERT_MANAGER = ResourceKind(
    "amp", "CreateAlertManagerDefinition", "DescribeAlertManagerDefinition", "DeleteAlertManagerDefinition",
    "PutAlertManagerDefinition", keys=("workspaceId",), wrap="alertManagerDefinition", answers_status=True,
    noun="alert manager definition", fill=_active, validate=_validating(documents.alert_manager_faults),
)  # fmt: skip
QUERY_LOGGING = ResourceKind(
    "amp", "CreateQueryLoggingConfiguration", "DescribeQueryLoggingConfiguration",
    "DeleteQueryLoggingConfiguration", "UpdateQueryLoggingConfiguration", keys=("workspaceId",),
    wrap="queryLoggingConfiguration", answers_status=True, noun="query logging configuration", fill=_query_logging,
    validate=workspace_of,
)  # fmt: skip
SCRAPER = ResourceKind(
    "amp", "CreateScraper", "DescribeScraper", "DeleteScraper", "UpdateScraper", list_all=("ListScrapers", "scrapers"),
    keys=("scraperId",), wrap="scraper", answers_status=True, made_key="scraperId", noun="scraper", fill=_scraper,
    validate=_validate_scraper,
)  # fmt: skip
KINDS = (ALERT_MANAGER, QUERY_LOGGING, SCRAPER)


def before(request: Request, store: Store) -> Record | None:
    """Answer what moto cannot, and refuse what moto would let pass; None hands the request on to moto."""
    del store
    if request.service != "amp":
        return None
    if request.operation in ("CreateRuleGroupsNamespace", "PutRuleGroupsNamespace"):
        validate_document(request.text("data"), documents.rule_faults)
        workspace = workspace_of(request)
        if request.operation.startswith("Create") and request.text("name") in workspace.rule_group_namespaces:
            raise ApiError("ConflictException", f"The namespace {request.text('name')} exists already", 409)
    elif request.operation == "UpdateWorkspaceConfiguration":
        return _configure(request)
    elif request.operation == "DescribeWorkspaceConfiguration":
        return {"workspaceConfiguration": _configuration(workspace_of(request))}
    elif request.operation == "DescribeLoggingConfiguration" and workspace_of(request).logging_config is None:
        raise missing("Logging configuration not found")
    return None


def after(request: Request, store: Store) -> None:
    """Complete moto's state once it has answered."""
    if request.operation == "DeleteWorkspace" and request.service == "amp":
        store.drop(request.region, "amp", request.text("workspaceId"), KINDS)


def augment(request: Request, answer: Record) -> None:
    """Complete moto's answer: it forgets a workspace's key."""
    if request.service != "amp":
        return
    if request.operation == "CreateWorkspace" and request.text("kmsKeyArn"):
        workspace = workspace_of(Request("amp", "", request.region, {"workspaceId": answer["workspaceId"]}))
        workspace.kms_key_arn = answer["kmsKeyArn"] = request.text("kmsKeyArn")
    elif request.operation == "DescribeWorkspace":
        key = getattr(workspace_of(request), "kms_key_arn", None)
        if key:
            answer["workspace"]["kmsKeyArn"] = key


def _configuration(workspace: Any) -> Record:  # noqa: ANN401 - moto has no types
    made: Record = {"status": dict(_ACTIVE), "retentionPeriodInDays": DEFAULT_RETENTION_DAYS, "limitsPerLabelSet": []}
    return made | getattr(workspace, "configuration", {})


def _configure(request: Request) -> Record:
    workspace = workspace_of(request)
    days = request.params.get("retentionPeriodInDays")
    if isinstance(days, int) and not 1 <= days <= MOST_RETENTION_DAYS:
        raise ApiError("ValidationException", f"retentionPeriodInDays must be between 1 and {MOST_RETENTION_DAYS}")
    given = {name: value for name, value in request.params.items() if name not in ("workspaceId", "clientToken")}
    workspace.configuration = getattr(workspace, "configuration", {}) | given
    return {"status": dict(_ACTIVE)}
