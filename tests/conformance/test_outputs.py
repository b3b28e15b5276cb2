"""A stack says the same of itself everywhere, and what it says answers."""

import httpx

from tests.deployments import Deployment


def test_outputs_have_the_keys_of_every_platform(deployed: Deployment) -> None:
    said = deployed.outputs.model_dump()
    assert set(said) == {"platform", "release", "console_url", "query_url", "data_planes", "access"}
    assert (said["platform"], said["release"]) == (deployed.platform, "e2e")
    assert sorted(said["data_planes"]) == sorted(deployed.planes)
    assert {frozenset(plane) for plane in said["data_planes"].values()} == {frozenset({"api_url", "otlp_http_url"})}


def test_access_is_said_for_every_url_or_for_none(deployed: Deployment) -> None:
    planes = {f"{plane}-{port}" for plane in deployed.planes for port in ("http", "otlp-http")}
    assert set(deployed.outputs.access) in (set(), {"console", "query", *planes})


def test_every_url_answers(deployed: Deployment) -> None:
    console = deployed.url("console")
    assert httpx.get(f"{console}/readyz").json()["status"] == "ready"
    assert "<div id" in httpx.get(console).text
    assert deployed.store.value("vector(1)") == 1
    for name in deployed.planes:
        said = httpx.get(f"{deployed.url(f'{name}-http')}/health").json()["data"]
        assert (said["data_plane_id"], said["environment"]) == (name, name)
        otlp = deployed.url(f"{name}-otlp-http")
        assert httpx.post(f"{otlp}/v1/metrics", json={"resourceMetrics": []}).status_code == 200
