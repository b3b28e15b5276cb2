"""Who the frontend admits: signatures, their age, roles' policies, workspaces."""

import time
from dataclasses import replace

import cramjam
import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningCredentials

from tests.harness.managed_prometheus.identities import Credentials, role_arn
from tests.harness.managed_prometheus.local import REGION
from tests.harness.managed_prometheus.service import ACTIONS
from tests.harness.managed_prometheus.stack import OWN, SHARED, STRANGER, Aws

EMPTY_WRITE = bytes(cramjam.snappy.compress_raw(b""))
BODIES = {"remote_write": EMPTY_WRITE}


def ask(aws: Aws, credentials: Credentials | None, call: str, workspace: str, region: str = REGION) -> httpx.Response:
    url, body = f"{aws.amp.endpoint(workspace)}api/v1/{call}", BODIES.get(call, b"query=1")
    kind = "application/x-protobuf" if call in BODIES else "application/x-www-form-urlencoded"
    request = AWSRequest("POST", url, data=body, headers={"Content-Type": kind})
    if credentials is not None:
        key = SigningCredentials(credentials.access_key_id, credentials.secret_access_key, credentials.session_token)
        SigV4Auth(key, "aps", region).add_auth(request)
    return httpx.post(url, content=body, headers=dict(request.headers), timeout=10, trust_env=False)


def test_a_missing_wrong_or_expired_signature_is_refused(aws: Aws) -> None:
    good = aws.amp.credentials(role_arn("console"))
    old = aws.amp.identities.issue(role_arn("console"), lifetime_s=-1)
    cases = [
        (ask(aws, None, "query", SHARED), "MissingAuthenticationTokenException"),
        (ask(aws, replace(good, secret_access_key="guessed"), "query", SHARED), "InvalidSignatureException"),
        (ask(aws, replace(good, session_token="other"), "query", SHARED), "UnrecognizedClientException"),
        (ask(aws, replace(good, access_key_id="ASIAOTHER"), "query", SHARED), "UnrecognizedClientException"),
        (ask(aws, old, "query", SHARED), "ExpiredTokenException"),
        (ask(aws, good, "query", SHARED, region="us-east-1"), "InvalidSignatureException"),
    ]
    assert [(answer.status_code, answer.headers["x-amzn-errortype"]) for answer, _ in cases] == [
        (403, kind) for _, kind in cases
    ]
    assert ask(aws, good, "query", SHARED).status_code == 200


def test_a_signature_holds_for_its_body_and_its_minute_only(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    good = aws.amp.credentials(role_arn("console"))
    url = f"{aws.amp.endpoint(SHARED)}api/v1/query"
    request = AWSRequest("POST", url, data=b"query=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
    SigV4Auth(SigningCredentials(*_key(good)), "aps", REGION).add_auth(request)
    other = httpx.post(url, content=b"query=2", headers=dict(request.headers), trust_env=False)
    same = {"content": b"query=1", "headers": dict(request.headers), "trust_env": False}
    assert (other.status_code, httpx.post(url, **same).status_code) == (403, 200)  # type: ignore[arg-type]  # mixed
    now = time.time()
    monkeypatch.setattr("tests.harness.managed_prometheus.signatures.time.time", lambda: now + 301)
    late = httpx.post(url, **same)  # type: ignore[arg-type]  # as above
    assert (late.status_code, "expired" in late.text) == (403, True)


@pytest.mark.parametrize(
    ("role", "call", "workspace", "status"),
    [
        ("shop", "remote_write", OWN, 204),
        ("shop", "remote_write", SHARED, 403),
        ("shop", "remote_write", "ws-nobody", 403),
        ("shop", "query", OWN, 403),
        ("agent", "remote_write", SHARED, 204),
        ("agent", "remote_write", OWN, 403),
        ("agent", "query", SHARED, 403),
        ("console", "query", SHARED, 200),
        ("console", "query", OWN, 200),
        ("console", "remote_write", SHARED, 403),
        ("nobody", "remote_write", SHARED, 403),
    ],
)
def test_a_role_may_do_what_its_policy_says_where_it_says(
    aws: Aws, role: str, call: str, workspace: str, status: int
) -> None:
    answer = ask(aws, aws.amp.credentials(role_arn(role)), call, workspace)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert f"is not authorized to perform: {ACTIONS[call]} on resource: arn:aws:aps:" in answer.json()["message"]


@pytest.mark.parametrize("call", ["status/config", "targets", "query_exemplars", "admin/tsdb/snapshot"])
def test_what_the_service_does_not_serve_is_not_there(aws: Aws, call: str) -> None:
    assert ask(aws, aws.amp.credentials(role_arn("console")), call, SHARED).status_code == 404


def test_pods_get_credentials_for_their_token_and_their_association_only(aws: Aws) -> None:
    url = aws.pod(STRANGER)["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    answers = {
        token: httpx.get(url, headers={"Authorization": token}, trust_env=False).status_code
        for token in ("forged", aws.tokens[STRANGER].read_text())
    }
    # In a shared workspace a plane's collector has no association, and so nothing to sign with.
    assert list(answers.values()) == [400, 404]


def _key(credentials: Credentials) -> tuple[str, str, str]:
    return credentials.access_key_id, credentials.secret_access_key, credentials.session_token
