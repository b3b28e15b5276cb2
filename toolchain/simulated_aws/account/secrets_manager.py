"""Secrets Manager: what moto accepts and the service refuses of secrets scheduled for deletion."""

from typing import Any

from moto.secretsmanager.models import secretsmanager_backends

from toolchain.simulated_aws.account.requests import ACCOUNT, ApiError, Request
from toolchain.simulated_aws.account.store import Record, Store


def before(request: Request, store: Store) -> Record | None:
    """Refuse what a secret scheduled for deletion prevents; moto answers everything else."""
    del store
    if request.service != "secretsmanager":
        return None
    if request.operation == "CreateSecret" and _ends(request, "Name"):
        raise ApiError(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
    if request.operation in ("PutSecretValue", "UpdateSecret") and _ends(request, "SecretId"):
        raise ApiError(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    return None


def _ends(request: Request, member: str) -> bool:
    found: Any = secretsmanager_backends[ACCOUNT][request.region].secrets.get(request.text(member))
    return found is not None and found.is_deleted()
