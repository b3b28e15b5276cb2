"""The console in front of a store that wants signatures, by the same way as on AWS."""

import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from apps.console.settings import Settings
from apps.console.tests.conftest import console
from tests.harness.managed_prometheus.local import REGION
from tests.harness.managed_prometheus.pod_identity import ServiceAccount
from tests.harness.managed_prometheus.service import Outcome
from tests.harness.managed_prometheus.stack import AGENT, CONSOLE, OWN, SHARED, STRANGER, Aws
from tests.managed_prometheus.conftest import BePod

EVERYTHING = (
    "/api/v1/health",
    "/api/v1/planes",
    "/api/v1/alerts",
    "/api/v1/summary",
    "/api/v1/series?metric=request_rate",
)


async def ask(aws: Aws, folder: Path, *paths: str, workspace: str = SHARED) -> list[tuple[int, Any]]:
    """Return status and body of each path, asked of one console in turn."""
    settings = Settings(
        prometheus_url=aws.amp.endpoint(workspace), prometheus_auth="sigv4", aws_region=REGION, web_root=folder
    )
    async with console(settings) as client:
        answers = [await client.get(path) for path in paths]
    return [(answer.status_code, answer.json()) for answer in answers]


@pytest.mark.parametrize("workspace", [SHARED, OWN])
async def test_every_page_has_its_answers(aws: Aws, tmp_path: Path, be_pod: BePod, workspace: str) -> None:
    be_pod(CONSOLE)
    refused = aws.amp.service.workspaces[workspace].outcomes[Outcome.REFUSED]
    answers = await ask(aws, tmp_path, *EVERYTHING, workspace=workspace)
    assert [status for status, _ in answers] == [HTTPStatus.OK] * len(EVERYTHING), answers
    assert answers[0][1]["prometheus"] == {"reachable": True, "detail": None}
    # So it asks for nothing that the service does not serve.
    assert aws.amp.service.workspaces[workspace].outcomes[Outcome.REFUSED] == refused


async def test_credentials_that_end_soon_are_fetched_again(
    aws: Aws, tmp_path: Path, be_pod: BePod, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_pod(CONSOLE)
    # botocore fetches new ones within the last ten minutes.
    monkeypatch.setattr(aws.amp.pod_identity, "lifetime_s", 300.0)
    aws.amp.service.keys_seen.clear()
    answers = await ask(aws, tmp_path, "/api/v1/planes", "/api/v1/series?metric=request_rate")
    assert [status for status, _ in answers] == [HTTPStatus.OK] * 2
    assert len(aws.amp.service.keys_seen) > 1


async def test_a_busy_agent_is_asked_once_and_before_the_console_is_ready(
    aws: Aws, tmp_path: Path, be_pod: BePod, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_pod(CONSOLE)
    agent, account_of, one_at_a_time = aws.amp.pod_identity, aws.amp.pod_identity.account_of, threading.Lock()

    def busy(token: str) -> ServiceAccount | None:
        # SDKs wait two seconds for it, and try three times: a dozen questions at once would be too many.
        with one_at_a_time:
            time.sleep(0.7)
            return account_of(token)

    monkeypatch.setattr(agent, "account_of", busy)
    settings = Settings(
        prometheus_url=aws.amp.endpoint(SHARED), prometheus_auth="sigv4", aws_region=REGION, web_root=tmp_path
    )
    before = agent.given
    async with console(settings) as client:
        # Its server takes no connection, and so no probe passes, before it got here.
        assert agent.given == before + 1
        answer = await client.get("/api/v1/planes")
    assert answer.status_code == HTTPStatus.OK, answer.text
    assert agent.given == before + 1


async def test_questions_at_the_same_time_share_what_they_sign_with(
    aws: Aws, tmp_path: Path, be_pod: BePod, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_pod(CONSOLE)
    # With what ends so soon botocore fetches new ones for each signature.
    monkeypatch.setattr(aws.amp.pod_identity, "lifetime_s", 300.0)
    before = aws.amp.pod_identity.given
    ((status, _),) = await ask(aws, tmp_path, "/api/v1/planes")
    assert status == HTTPStatus.OK
    # Two before it is ready, one for the dozen questions of the page; those that begin late share another.
    assert aws.amp.pod_identity.given - before <= 6


@pytest.mark.parametrize(
    ("account", "said", "logged"),
    [
        (AGENT, "the metrics store refused the console's credentials (403)", "aps:QueryMetrics"),
        (STRANGER, "the console has no AWS credentials for its metrics store", STRANGER.namespace),
    ],
)
async def test_a_console_without_permission_reports_it(
    aws: Aws,
    tmp_path: Path,
    be_pod: BePod,
    caplog: pytest.LogCaptureFixture,
    *,
    account: ServiceAccount,
    said: str,
    logged: str,
) -> None:
    be_pod(account)
    (status, problem), (_, health) = await ask(aws, tmp_path, "/api/v1/planes", "/api/v1/health")
    assert (status, problem["status"]) == (HTTPStatus.BAD_GATEWAY, HTTPStatus.BAD_GATEWAY)
    assert said in problem["detail"]
    assert health["prometheus"]["reachable"] is False
    assert said in health["prometheus"]["detail"]
    # The log says which role may not do what, or which account has no role; the answer does not.
    assert logged in caplog.text
    assert logged not in problem["detail"]
