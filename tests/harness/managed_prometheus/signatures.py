"""Who signed a request: Signature Version 4, computed again with the signer's secret as AWS does."""

import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningCredentials

from tests.harness.managed_prometheus.identities import Credentials, Identities

SERVICE = "aps"
_CLOCK_SKEW_S = 300
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request,"
    r"\s*SignedHeaders=(?P<headers>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


class RefusedError(Exception):
    """A request that AWS would not let in; ``kind`` is the error type of its answer, ``status`` the HTTP status."""

    def __init__(self, kind: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.kind, self.message, self.status = kind, message, status


@dataclass(frozen=True, kw_only=True)
class SignedRequest:
    """What came over the wire; header names in lower case, ``url`` with path and query as they were sent."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, empty without one."""
        return next((value for key, value in self.headers if key == name), "")


def signer(request: SignedRequest, identities: Identities, region: str) -> Credentials:
    """Return whose credentials signed the request; raises RefusedError as the service would."""
    authorization = request.header("authorization")
    if not authorization:
        raise RefusedError("MissingAuthenticationTokenException", "Missing Authentication Token")
    parts = _AUTHORIZATION.fullmatch(authorization)
    if parts is None:
        raise RefusedError("IncompleteSignatureException", "Authorization header is not of Signature Version 4")
    if (parts["region"], parts["service"]) != (region, SERVICE):
        raise RefusedError("InvalidSignatureException", f"Credential should be scoped to {region}/{SERVICE}")
    credentials = identities.find(parts["key"])
    if credentials is None or request.header("x-amz-security-token") != credentials.session_token:
        raise RefusedError("UnrecognizedClientException", "The security token included in the request is invalid.")
    if credentials.expires < time.time():
        raise RefusedError("ExpiredTokenException", "The security token included in the request is expired")
    _check_time(request.header("x-amz-date"), parts["day"])
    signed = parts["headers"].split(";")
    if "host" not in signed or not hmac.compare_digest(
        _signature(request, signed, credentials, region), parts["signature"]
    ):
        raise RefusedError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided.",
        )
    return credentials


def _check_time(stamp: str, day: str) -> None:
    try:
        when = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise RefusedError("IncompleteSignatureException", "X-Amz-Date is missing or not a date") from error
    if not stamp.startswith(day) or abs(when.timestamp() - time.time()) > _CLOCK_SKEW_S:
        raise RefusedError("InvalidSignatureException", f"Signature expired: {stamp} is not within five minutes")


def _signature(request: SignedRequest, signed: list[str], credentials: Credentials, region: str) -> str:
    claimed = request.header("x-amz-content-sha256")
    if claimed and claimed != hashlib.sha256(request.body).hexdigest():
        raise RefusedError("InvalidSignatureException", "X-Amz-Content-SHA256 is not the body's")
    again = AWSRequest(method=request.method, url=request.url, data=request.body)
    for name, value in request.headers:
        if name in signed:
            again.headers.add_header(name, value)
    again.context["timestamp"] = request.header("x-amz-date")
    key = SigningCredentials(credentials.access_key_id, credentials.secret_access_key, credentials.session_token)
    auth = SigV4Auth(key, SERVICE, region)
    return str(auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again))
