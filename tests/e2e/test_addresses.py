"""A stack on the loopback of IPv6, on a machine whose proxies do not answer: what it says of itself still does."""

import dataclasses
import json
from collections.abc import Iterator

import httpx
import pytest

from config import yamltext
from config.model import PROJECT
from tests.harness.containers import PROBE, StackOnEngine
from tests.harness.lifetime import temporary_stack
from tests.harness.ports import free_port
from tests.harness.product import ProductStack
from tests.harness.settings import local_settings

DEAD = f"http://127.0.0.1:{free_port()}"
PROXIED = {name: DEAD for each in ("http_proxy", "https_proxy", "all_proxy") for name in (each, each.upper())} | {
    "NO_PROXY": "",
    "no_proxy": "",
}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ProductStack, StackOnEngine]]:
    settings = local_settings(["solo"])
    settings["docker"] = {"bindAddress": "::1"}
    # A path of the sample API that is not its usual one.
    settings["dataPlanes"]["solo"]["workloads"] = {"api": {"healthPath": "/api/products?page=1"}}
    with temporary_stack(tmp_path_factory.mktemp("addresses"), settings) as (stack, engine):
        own = dataclasses.replace(stack, variables={**stack.variables, **PROXIED})
        own.up().succeeded()
        yield own, engine


def test_every_address_is_said_as_it_is_and_answers(proxied: tuple[ProductStack, StackOnEngine]) -> None:
    stack, _ = proxied
    said = stack.outputs()
    plane = said.data_planes["solo"]
    urls = (said.console_url, said.query_url, plane.api_url, plane.otlp_http_url)
    assert all(url.startswith("http://[::1]:") for url in urls)
    assert plane.api_health_url == f"{plane.api_url}/api/products?page=1"
    for url in (f"{said.console_url}/readyz", said.query_health_url, plane.api_health_url):
        assert url is not None
        assert httpx.get(url, trust_env=False).status_code == 200
    table = next(run.text for run in stack.runs if " up " in run.command)
    assert "does not answer" not in table
    states = [line.split("│")[3].strip() for line in table.splitlines() if line.count("│") == 4]
    assert sorted(states) == ["listening", "up", "up", "up"], table


def test_every_command_works_beside_proxies_that_do_not_answer(proxied: tuple[ProductStack, StackOnEngine]) -> None:
    stack, _ = proxied
    assert "Nothing has changed" in stack.planewatch("up").succeeded().text
    assert "unchanged" in stack.planewatch("preview").succeeded().text
    sent = stack.planewatch("traffic", "--json", "--rate", "5", "--duration", "2", merge=False).succeeded()
    (target,) = json.loads(sent.text)["targets"]
    assert target["answered"] == target["total"]["requests"] > 0


def test_a_console_that_other_machines_reach_is_refused_until_the_stack_says_so_and_then_says_it_everywhere(
    proxied: tuple[ProductStack, StackOnEngine], network_address: str
) -> None:
    stack, _ = proxied
    said_before = yamltext.config_of(stack.workspace.stack_file)
    settings = {key.removeprefix(f"{PROJECT}:"): value for key, value in said_before.items()}
    settings["docker"] = {"bindAddress": network_address}
    refused = stack.up(settings).failed()
    assert f"docker.bindAddress is {network_address}, so other machines reach the console" in refused.text
    settings["controlPlane"]["console"] = {"unauthenticated": True, "hostNames": ["console.example.com"]}
    said = stack.up(settings).succeeded().text
    note = f"the console at {network_address} has no login: anyone who reaches it can read everything there"
    # In the preview, and below the table.
    assert note in said
    assert f"T{note[1:]}; the same goes for Prometheus and Alertmanager." in said
    console = stack.outputs().console_url
    assert console.startswith(f"http://{network_address}:")
    health = httpx.get(f"{console}/api/v1/health", trust_env=False).json()
    assert (health["access"], health["authentication"]) == ("open", None)
    statuses = {host: answered(console, host) for host in ("console.example.com", "localhost", "attacker.example")}
    assert statuses == {"console.example.com": 200, "localhost": 200, "attacker.example": 421}


@pytest.fixture
def network_address(proxied: tuple[ProductStack, StackOnEngine]) -> str:
    """An address of this machine that is not its loopback, and that only containers reach: the engine's own bridge."""
    _, engine = proxied
    bridge = engine.client.networks.get("bridge")
    return str(bridge.attrs["IPAM"]["Config"][0]["Gateway"])


def answered(console: str, host: str) -> int:
    """Return how the console answers a request with this host name."""
    return httpx.get(f"{console}/api/v1/health", headers={"Host": host}, trust_env=False).status_code


def test_a_container_s_own_proxy_is_not_asked_whether_it_is_healthy(
    proxied: tuple[ProductStack, StackOnEngine],
) -> None:
    _, engine = proxied
    container = engine.container("solo", "api")
    probe = container.attrs["Config"]["Healthcheck"]["Test"][1:]
    # As after a miss: no check stays.
    container.exec_run([PROBE, "sh", "-c", "echo 0 >/dev/shm/planewatch-health"])
    assert container.exec_run(probe, environment={"http_proxy": DEAD}).exit_code == 0
    # The same question as it was asked before.
    asked = [word.replace(" -Y off", "") for word in probe]
    assert asked != probe
    assert container.exec_run(asked, environment={"http_proxy": DEAD}).exit_code != 0
