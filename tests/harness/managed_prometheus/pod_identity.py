"""Where a pod's SDK gets its role's credentials: the endpoint that EKS Pod Identity's agent has on each node.

An SDK finds it by AWS_CONTAINER_CREDENTIALS_FULL_URI and shows the token in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.harness.managed_prometheus.identities import ACCOUNT, LIFETIME_S, Identities

PATH = "/v1/credentials"


@dataclass(frozen=True, kw_only=True)
class ServiceAccount:
    """A service account of the cluster."""

    namespace: str
    name: str


@dataclass(kw_only=True)
class PodIdentity:
    """The ASGI application ``app``.

    ``account_of`` returns whose token it is (None for a false one), ``role_of`` the role associated with an account
    (None without an association). Credentials live ``lifetime_s`` seconds;
    ``given`` counts how often some were given out.
    """

    identities: Identities
    account_of: Callable[[str], ServiceAccount | None]
    role_of: Callable[[ServiceAccount], str | None]
    lifetime_s: float = LIFETIME_S
    given: int = 0

    @property
    def app(self) -> Starlette:
        """The endpoint."""
        return Starlette(routes=[Route(PATH, self._give)])

    async def _give(self, request: Request) -> Response:
        # Both ask other servers; as the real agent does, others are answered meanwhile.
        account = await asyncio.to_thread(self.account_of, request.headers.get("authorization", ""))
        if account is None:
            return _refuse("InvalidTokenException", "The service account token is not valid", 400)
        role = await asyncio.to_thread(self.role_of, account)
        if role is None:
            return _refuse(
                "ResourceNotFoundException",
                f"no association for {account.namespace}/{account.name} in the cluster",
                404,
            )
        self.given += 1
        given = self.identities.issue(role, lifetime_s=self.lifetime_s)
        return JSONResponse(
            {
                "AccessKeyId": given.access_key_id,
                "SecretAccessKey": given.secret_access_key,
                "Token": given.session_token,
                "Expiration": given.expiration,
                "AccountId": ACCOUNT,
            }
        )


def container_environment(base_url: str, token_file: Path) -> dict[str, str]:
    """Return what EKS puts into the environment of a pod whose service account has an association."""
    return {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{base_url}{PATH}",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token_file),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _refuse(code: str, message: str, status: int) -> Response:
    return JSONResponse({"code": code, "message": message}, status)
