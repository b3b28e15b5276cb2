"""Asking a workspace as a role would: signed, through the service's frontend."""

from collections.abc import Generator

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningCredentials

from tests.harness.managed_prometheus.identities import Credentials
from tests.harness.managed_prometheus.signatures import SERVICE


class Signed(httpx.Auth):
    """Signs each request with a role's credentials."""

    requires_request_body = True

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._key = SigningCredentials(
            credentials.access_key_id, credentials.secret_access_key, credentials.session_token
        )
        self._region = region

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign and send it."""
        plain = AWSRequest(method=request.method, url=str(request.url), data=request.content)
        SigV4Auth(self._key, SERVICE, self._region).add_auth(plain)
        request.headers.update(dict(plain.headers.items()))
        yield request
