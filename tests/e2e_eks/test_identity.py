"""Who a pod is to AWS: agents may write, the console may ask, planes are nobody; the network says the same."""

import httpx
import pytest

from components import roles
from config.settings import CONTROL_ZONE
from tests.deployments import Role
from tests.deployments.eks import EksDeployment
from tests.deployments.kubernetes import PLANES
from tests.harness.aws import REGION
from tests.harness.eks.admission import AUDIENCE
from tests.harness.eks.asking import Signed
from tests.harness.eks.node import HTTP, MANAGED_PROMETHEUS, POD_IDENTITY
from tests.harness.managed_prometheus.identities import Credentials
from tests.harness.managed_prometheus.pod_identity import PATH
from tests.harness.managed_prometheus.service import Outcome

AWS = frozenset({(MANAGED_PROMETHEUS, HTTP), (POD_IDENTITY, HTTP)})
SPEAKERS = (roles.PROMETHEUS, roles.CONSOLE)


def _credentials(on_eks: EksDeployment, zone: str, account: str) -> httpx.Response:
    """Ask for the credentials of a service account as its pods do."""
    namespace = on_eks.cluster.namespace(zone)
    token = on_eks.cluster.kubectl("-n", namespace, "create", "token", account, f"--audience={AUDIENCE}")
    assert token.returncode == 0, token.stderr
    return _exchange(token.stdout.strip())


def _exchange(token: str) -> httpx.Response:
    return httpx.get(f"http://{POD_IDENTITY}{PATH}", headers={"Authorization": token}, trust_env=False, timeout=30)


def _signed(on_eks: EksDeployment, role: str) -> Signed:
    given = _credentials(on_eks, CONTROL_ZONE, role).raise_for_status().json()
    found: Credentials | None = on_eks.account.identities.find(given["AccessKeyId"])
    assert found is not None
    return Signed(found, REGION)


@pytest.mark.parametrize("zone", PLANES)
@pytest.mark.parametrize("account", [roles.API, roles.COLLECTOR])
def test_no_plane_has_a_role(on_eks: EksDeployment, zone: str, account: str) -> None:
    answer = _credentials(on_eks, zone, account)
    assert (answer.status_code, answer.json()["code"]) == (404, "ResourceNotFoundException")


@pytest.mark.usefixtures("on_eks")
def test_a_token_that_the_cluster_did_not_make_is_nobodys() -> None:
    answer = _exchange("made-up")
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidTokenException")


def test_agents_may_write_and_not_ask_the_console_may_ask_and_not_write(on_eks: EksDeployment) -> None:
    url = on_eks.outputs.query_url
    agent, console = _signed(on_eks, roles.PROMETHEUS), _signed(on_eks, roles.CONSOLE)
    question = {"query": "vector(1)"}
    for auth, status in ((console, 200), (agent, 403)):
        answer = httpx.get(f"{url}api/v1/query", params=question, auth=auth, trust_env=False, timeout=30)
        assert answer.status_code == status, answer.text
    refused = httpx.post(f"{url}api/v1/remote_write", content=b"", auth=console, trust_env=False, timeout=30)
    assert refused.status_code == 403
    assert "aps:RemoteWrite" in refused.json()["message"]


def test_only_agents_and_console_get_out_to_aws(on_eks: EksDeployment) -> None:
    inside = [Role(zone=zone, name=name) for zone in PLANES for name in (roles.API, roles.COLLECTOR)]
    control = [Role(zone=CONTROL_ZONE, name=name) for name in SPEAKERS]
    for role, wanted in (*((each, frozenset()) for each in inside), *((each, AWS) for each in control)):
        with on_eks.inside(role) as view:
            assert view.opened(AWS) == wanted, role


def test_each_moment_is_stored_once_whatever_agent_wrote_it(on_eks: EksDeployment) -> None:
    rows = on_eks.store.vector("up and timestamp(up) > time() - 20")
    assert [labels for labels, _ in rows if "__replica__" in labels] == []
    assert {labels["cluster"] for labels, _ in rows} == {f"planewatch-{on_eks.stack.name}"}
    (frontend,) = on_eks.account.workspaces.frontends.values()
    assert frontend.outcomes[Outcome.DEDUPLICATED] > 0
