"""A stack behind a real ingress controller: TLS that verifies, tokens that count, and nothing published beside that.

One stack lives through all of these, deployed with the rights that the documentation asks for: each test leaves it as
it found it, but for the last ones. The very last destroys it.
"""

import base64
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import httpx
import pytest

from infra.platforms.kubernetes.selfsigned import make_authority
from tests.cluster.kube import Kube
from tests.harness.behind_edge import DOMAIN, Behind, put_secret, routed, send, served, somebodys
from tests.harness.controller import LISTENER, EdgeClient, ingress_controller
from tests.harness.deployers import deployer, documented_rules, kubeconfig, objects_of, volumes
from tests.harness.kubernetes import temporary_cluster_stack
from tests.harness.otlp import Point, request
from tests.harness.prometheus import Store
from tests.harness.waiting import wait_until

TOKENS = "otlpTokens.far"
OK, UNAUTHORIZED, NOT_FOUND = httpx.codes.OK, httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND
# A private key, plain and in base64.
BEGINS = ("PRIVATE KEY", "LS0tLS1CRUdJTiBQUklWQVRF")


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    folder = tmp_path_factory.mktemp("stack")
    with (
        temporary_cluster_stack(folder, ("near", "far")) as (on, settings),
        deployer(on.cluster, documented_rules()) as (_, bearer, _),
        ingress_controller(on.cluster) as controller,
    ):
        token = secrets.token_hex(32)
        settings["dataPlanes"]["far"]["access"] = "remote"
        settings["controlPlane"] |= {"scrapeIntervalSeconds": 3, "console": {"authentication": "a proxy of the tests"}}
        settings["kubernetes"] |= {
            "kubeconfig": str(kubeconfig(on.cluster, folder / "deployer", token=bearer)),
            "minimumReplicas": 1,
            "maximumReplicas": 1,
            "storeReplicas": 1,
            "ingress": {
                "domain": DOMAIN,
                "className": controller.name,
                "controllerNamespace": controller.name,
                "listenerPort": LISTENER,
            },
        }
        on.stack.write(settings)
        on.stack.set_secret(TOKENS, token)
        try:
            on.stack.up().succeeded()
            yield Behind(on=on, settings=settings, controller=controller, token=token)
        finally:
            # While the controller is there, which may have finalizers to take away, and the deployer has its rights.
            on.stack.destroy(delete_data=True).succeeded()


@pytest.fixture
def client(behind: Behind) -> Iterator[EdgeClient]:
    with behind.controller.client(behind.authority()) as opened:
        routed(opened)
        yield opened


def test_outputs_say_the_edge_for_what_is_published_and_the_way_to_the_rest(behind: Behind) -> None:
    outputs = behind.on.stack.outputs()
    assert outputs.console_url == f"https://console.{DOMAIN}"
    assert outputs.query_url.startswith("http://thanos-query.")
    far, near = outputs.data_planes["far"], outputs.data_planes["near"]
    assert (far.api_url, far.otlp_http_url) == (f"https://far-api.{DOMAIN}", f"https://far-otlp.{DOMAIN}")
    assert near.api_url == f"https://near-api.{DOMAIN}"
    assert near.otlp_http_url.startswith("http://collector.")
    assert {"query", "near-otlp-http"} <= set(outputs.access)
    assert not {"console", "near-http", "far-http", "far-otlp-http", "far-otlp-remote"} & set(outputs.access)


def test_the_console_and_the_apis_answer_over_tls_that_verifies(client: EdgeClient) -> None:
    page = client.get(f"https://console.{DOMAIN}/")
    assert (page.status_code, "<html" in page.text) == (OK, True)
    planes = client.get(f"https://console.{DOMAIN}/api/v1/planes").json()["planes"]
    for plane in ("near", "far"):
        assert client.get(f"https://{plane}-api.{DOMAIN}/api/products").status_code == OK
    assert isinstance(planes, list)


def test_the_console_says_what_authenticates_people_and_so_do_the_table_and_the_outputs(
    behind: Behind, client: EdgeClient
) -> None:
    note = f"console at https://console.{DOMAIN} has no login of its own: a proxy of the tests must authenticate people"
    access = behind.on.stack.outputs().console_access
    assert access is not None
    assert (access.kind, access.authentication) == ("authenticated", "a proxy of the tests")
    said = next(run.text for run in behind.on.stack.runs if " up " in run.command)
    assert f"the {note}" in said
    assert f"The {note}" in said
    answer = client.get(f"https://console.{DOMAIN}/api/v1/health")
    assert (answer.json()["access"], answer.json()["authentication"]) == ("authenticated", "a proxy of the tests")
    # A browser that trusted the stack's own authority once must get in after that has changed.
    assert "strict-transport-security" not in answer.headers


def test_the_console_answers_by_its_own_names_and_by_address_only(behind: Behind) -> None:
    service = f"console.{behind.on.namespace('control')}"
    known = (f"console.{DOMAIN}", f"{service}.svc:8080", f"{service}.svc.cluster.local", "10.1.2.3:8080", "localhost")
    foreign = ("attacker.example", f"near-api.{DOMAIN}", f"{service}.svc.attacker.example")
    with behind.on.forwarded("control", "console", 8080) as console, httpx.Client(trust_env=False) as http:
        found = {
            host: http.get(f"{console}/api/v1/health", headers={"Host": host}).status_code for host in known + foreign
        }
    assert found == dict.fromkeys(known, OK) | dict.fromkeys(foreign, 421)


def test_a_page_of_another_origin_may_not_read_metrics_through_a_forward(behind: Behind) -> None:
    with behind.on.forwarded("control", "thanos-query", 9090) as query:
        for origin in ("https://attacker.example", "null"):
            answer = httpx.get(f"{query}/api/v1/query?query=up", headers={"Origin": origin}, trust_env=False)
            assert (answer.status_code, answer.headers.get("access-control-allow-origin")) == (OK, None), origin


def test_another_authority_is_not_taken_for_ours(behind: Behind, client: EdgeClient) -> None:
    assert client.get(f"https://console.{DOMAIN}/healthz").status_code == OK
    assert not served(behind.controller, make_authority("somebody else", datetime.now(UTC)).certificate)


def test_nothing_is_served_without_tls(behind: Behind, client: EdgeClient) -> None:
    sent = request([Point(name="unencrypted")])
    authorization = {"Authorization": f"Bearer {behind.token}"}
    with behind.controller.unencrypted() as plain:
        for host in ("console", "near-api", "far-otlp"):
            assert plain.get("/healthz", headers={"Host": f"{host}.{DOMAIN}"}).status_code == NOT_FOUND
        headers = {"Host": f"far-otlp.{DOMAIN}", **authorization}
        assert plain.post("/v1/metrics", json=sent, headers=headers).status_code == NOT_FOUND
    # The same with TLS is taken: the port without it is what refused.
    assert send(client, "encrypted", behind.token) == OK


def test_only_the_right_token_reaches_the_store_and_as_the_plane_that_it_is(behind: Behind, client: EdgeClient) -> None:
    assert send(client, "edge_none", None) == UNAUTHORIZED
    assert send(client, "edge_wrong", "0" * len(behind.token)) == UNAUTHORIZED
    assert send(client, "edge_right", behind.token) == OK
    with behind.on.forwarded("control", "thanos-query", 9090) as query:
        store = Store(url=query)
        found = wait_until(
            lambda: store.vector('{__name__=~"edge_.*"}'), bool, within_s=30, what="the metric in the store"
        )
    assert [labels["__name__"] for labels, _ in found] == ["edge_right"]
    assert {(labels["data_plane_id"], labels["environment"]) for labels, _ in found} == {("far", "far")}


def test_what_is_not_for_the_network_has_no_address_there(behind: Behind, client: EdgeClient) -> None:
    for host in ("near-otlp", "query", "thanos-query", "control-thanos-query", "alertmanager", "prometheus"):
        assert client.get(f"https://{host}.{DOMAIN}/").status_code == NOT_FOUND
    assert send(client, "edge_near", behind.token, plane="near") == NOT_FOUND


def test_pods_elsewhere_reach_neither_the_proxy_nor_what_is_behind_it(behind: Behind) -> None:
    far, control = (
        f"{role}.{behind.on.namespace(zone)}.svc" for role, zone in (("collector", "far"), ("console", "control"))
    )
    targets = [(far, 4319), (far, 4318), (control, 8080)]
    assert behind.on.reaches("near", "api", targets) == {f"{host}:{port}": False for host, port in targets}
    # The plane's own application has its own port, and no business at the other one.
    own = behind.on.reaches("far", "api", [(far, 4318), (far, 4319)])
    assert own == {f"{far}:4318": True, f"{far}:4319": False}


def test_a_second_update_changes_nothing_and_keeps_the_certificate(behind: Behind) -> None:
    before = behind.authority()
    assert behind.on.stack.planned(behind.settings) == {}
    assert "unchanged" in behind.on.stack.up().succeeded().text
    assert behind.authority() == before


def test_neither_key_nor_token_stands_in_the_state(behind: Behind) -> None:
    files = [path for path in behind.on.stack.workspace.state.rglob("*") if path.is_file()]
    texts = [path.read_text(errors="replace") for path in files]
    assert any("edge-authority" in text for text in texts)
    for said in (*BEGINS, behind.token, base64.b64encode(behind.token.encode()).decode()):
        assert not any(said in text for text in texts), said[:12]
    assert not any(behind.token in run.text or BEGINS[0] in run.text for run in behind.on.stack.runs)


def test_a_new_token_is_the_only_one_once_the_update_ends(behind: Behind, client: EdgeClient) -> None:
    old, behind.token = behind.token, secrets.token_hex(32)
    behind.on.stack.set_secret(TOKENS, behind.token)
    behind.on.stack.up().succeeded()
    # The rollout has ended, but the controller may still know the old pod for a moment, and ask both in turn.
    wait_until(
        lambda: [(send(client, "edge_old", old), send(client, "edge_new", behind.token)) for _ in range(4)],
        lambda codes: codes == [(UNAUTHORIZED, OK)] * 4,
        within_s=30,
        what="the new token alone is taken",
    )


def test_a_given_secret_is_copied_and_followed(behind: Behind) -> None:
    where = behind.controller.name
    settings = behind.edge(certificate="secret", secretName="given", secretNamespace=where)
    for authority, made in (somebodys(), somebodys()):
        put_secret(behind, "given", made)
        behind.on.stack.up(settings).succeeded()
        wait_until(partial(served, behind.controller, authority), within_s=30, what="the given certificate")
        with behind.controller.client(authority) as client:
            insists = client.get(f"https://console.{DOMAIN}/").headers["strict-transport-security"]
        assert insists == "max-age=31536000"
    assert behind.on.stack.planned(settings) == {}


def test_a_secret_that_is_missing_is_named(behind: Behind) -> None:
    settings = behind.edge(certificate="secret", secretName="absent", secretNamespace=behind.controller.name)
    run = behind.on.stack.preview(settings).failed()
    assert "absent" in run.text
    assert "Traceback" not in run.text


def test_what_an_edge_names_and_the_cluster_lacks_is_reported_before_anything_changes(behind: Behind) -> None:
    run = behind.on.stack.preview(behind.edge(className="nobody", controllerNamespace="nowhere")).failed()
    assert "kubernetes.ingress.className is 'nobody', but the cluster has no such ingress class" in run.text
    assert "kubernetes.ingress.controllerNamespace is 'nowhere', but the cluster has no such namespace" in run.text


def test_a_gateway_routes_the_same_hosts(behind: Behind) -> None:
    settings = behind.edge(kind="gateway")
    behind.on.stack.up(settings).succeeded()
    assert behind.on.items("ingresses", "control") == []
    with behind.controller.client(behind.authority()) as client:
        routed(client)
        assert client.get(f"https://far-api.{DOMAIN}/api/products").status_code == OK
        assert send(client, "gateway_none", None) == UNAUTHORIZED
        assert send(client, "gateway_right", behind.token) == OK
        assert send(client, "gateway_near", behind.token, plane="near") == NOT_FOUND
    with behind.controller.unencrypted() as plain:
        assert plain.get("/healthz", headers={"Host": f"console.{DOMAIN}"}).status_code == NOT_FOUND
    assert behind.on.stack.planned(settings) == {}


def test_only_a_volume_to_be_kept_is_left_of_what_a_deployer_with_the_documented_rights_made(behind: Behind) -> None:
    stack, kube = behind.on.stack, Kube(cluster=behind.on.cluster, namespace="default")
    kept, *others = sorted(volumes(kube, f"planewatch-{stack.name}-"))
    assert others
    assert objects_of(kube, stack.name)
    kube.run("patch", f"persistentvolume/{kept}", "-p", '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}')
    try:
        stack.destroy(delete_data=True).succeeded()
        assert objects_of(kube, stack.name) == []
        wait_until(
            lambda: set(volumes(kube, f"planewatch-{stack.name}-")),
            lambda left: left == {kept},
            within_s=60,
            what="the volumes that nobody keeps to go",
        )
    finally:
        kube.run("delete", f"persistentvolume/{kept}", "--ignore-not-found")
