"""Questions to Amazon Managed Service for Prometheus carry a signature (AWS Signature Version 4) by the pod's role."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from http import HTTPStatus

import botocore.session
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError

from apps.console.cache import SingleFlightCache
from apps.console.problems import ProblemError

_LOG = logging.getLogger(__name__)
_SERVICE = "aps"
_SIGNED = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")


class CredentialsError(ProblemError):
    """There are no AWS credentials to sign with (502)."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.BAD_GATEWAY, f"the console has no AWS credentials for its metrics store: {detail}")


class SigV4(httpx.Auth):
    """Signs each request in `region` with what AWS's own chain finds: EKS Pod Identity, a web identity, variables.

    Credentials that end soon are fetched again by the chain, once for all questions that wait for them: a page asks a
    dozen at the same time, and who gives credentials out bounds how many it answers. Raises CredentialsError.
    """

    requires_request_body = True

    def __init__(self, region: str) -> None:
        self._region = region
        self._session = botocore.session.Session()
        # Where a web identity is exchanged, too.
        self._session.set_config_variable("region", region)
        # Nothing is kept here: the chain knows how long its credentials live.
        self._fetches: SingleFlightCache[ReadOnlyCredentials] = SingleFlightCache(ttl=0)

    async def prepare(self) -> None:
        """Fetch credentials before the first question; without any, each question says so by itself."""
        with suppress(CredentialsError):
            await self._fetched()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign `request` and send it once."""
        credentials = await self._fetched()
        body = await request.aread()
        plain = AWSRequest(method=request.method, url=str(request.url), data=body)
        if content_type := request.headers.get("content-type"):
            plain.headers["Content-Type"] = content_type
        SigV4Auth(credentials, _SERVICE, self._region).add_auth(plain)
        request.headers.update({name: plain.headers[name] for name in _SIGNED if name in plain.headers})
        yield request

    async def _fetched(self) -> ReadOnlyCredentials:
        # The chain may read files and ask an endpoint of the node.
        return await self._fetches.get("credentials", lambda: asyncio.to_thread(self._credentials))

    def _credentials(self) -> ReadOnlyCredentials:
        try:
            found = self._session.get_credentials()
            if found is None:
                raise CredentialsError("none in the environment, and no role is associated with its service account")
            return found.get_frozen_credentials()
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("cannot load AWS credentials: %s", error)
            raise CredentialsError(f"{type(error).__name__}; see its log") from error
