"""A stack on the loopback of IPv6, on a machine whose proxies do not answer: what it says of itself still does."""

import dataclasses
import json
from collections.abc import Iterator

import httpx
import pytest

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
