"""A stack says the same of itself everywhere, and what it says answers."""

import httpx

from tests.deployments import Deployment


def test_outputs_have_the_keys_of_every_platform(deployed: Deployment) -> None:
    said = deployed.outputs.model_dump()
    assert set(said) == {
        "platform",
        "release",
        "console_url",
        "console_access",
        "query_url",
        "query_health_url",
        "data_planes",
        "access",
        "kubectl",
    }
    assert (said["platform"], said["release"]) == (deployed.platform, "e2e")
    assert sorted(said["data_planes"]) == sorted(deployed.planes)
    keys = frozenset({"api_url", "api_health_url", "otlp_http_url"})
    assert {frozenset(plane) for plane in said["data_planes"].values()} == {keys}
    assert all(plane["api_health_url"] == f"{plane['api_url']}/health" for plane in said["data_planes"].values())
    assert said["query_health_url"]
    assert all(way.startswith(f"{said['kubectl']} -n ") for way in said["access"].values())
    assert said["console_access"] == {"kind": "local", "authentication": None, "note": None}


def test_access_is_given_for_every_url_that_answers_inside_only(deployed: Deployment) -> None:
    outputs = deployed.outputs
    urls = {"console": outputs.console_url, "query": outputs.query_url}
    for name, plane in outputs.data_planes.items():
        urls |= {f"{name}-http": plane.api_url, f"{name}-otlp-http": plane.otlp_http_url}
    assert set(outputs.access) == {name for name, url in urls.items() if httpx.URL(url).host.endswith(".svc")}


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
