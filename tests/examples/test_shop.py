"""The shop deploys a data plane beside resources of its own, changes nothing the second time, and goes."""

from collections.abc import Iterator
from pathlib import Path

import docker
import httpx
import pytest

from config.images import API
from tests.examples.example import Example
from tests.harness.containers import engine_of
from tests.harness.ports import free_ports
from tests.harness.pulumi import ROOT, stack_name


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Example]:
    api_port, otlp_http_port = free_ports(2)
    config = {"apiImage": API.reference(ROOT), "apiPort": api_port, "otlpHttpPort": otlp_http_port}
    example = Example.make("shop", stack_name("t"), tmp_path, config)
    yield example
    example.destroy()


def test_a_plane_stands_beside_what_is_somebody_elses(shop: Example) -> None:
    outputs = shop.up()
    with engine_of(f"shop-{shop.stack}") as engine:
        engine.wait_healthy()
        assert set(engine.services()) == {"eu-api", "eu-collector"}
        variables = engine.container("eu", "api").attrs["Config"]["Env"]
        assert f"STOCK_NAME={outputs['stock']}" in variables
        # Nothing of planewatch is where the shop's own things are, and the other way round.
        assert not _networks(engine.client, outputs["stock"]) & _networks(engine.client, engine.name("eu", "api"))
    assert httpx.get(f"{outputs['api_url']}/health", trust_env=False).status_code == httpx.codes.OK
    shop.unchanged()
    shop.destroy()
    assert shop.types() == []
    with engine_of(f"shop-{shop.stack}") as engine:
        assert engine.client.api.containers(all=True, filters=engine.filters) == []
        assert engine.client.api.networks(filters=engine.filters) == []
        assert engine.client.api.volumes(filters=engine.filters)["Volumes"] in ([], None)


def _networks(client: docker.DockerClient, container: str) -> set[str]:
    return set(client.containers.get(container).attrs["NetworkSettings"]["Networks"])
