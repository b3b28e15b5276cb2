"""A remote plane takes telemetry from clients anywhere, with a token; a local one from nobody across the network."""

from pathlib import Path

import pulumi
import pytest
import yaml

from components import roles
from components.workload import Audience
from tests.components.conftest import Registrations
from tests.components.declaring import declare, is_secret, settings, value_of
from tests.components.fake_platform import EDGE, FakePlatform
from tests.unit.services.tools import run_checker

TOKEN = "0123456789abcdef" * 4


def declared(platform: FakePlatform) -> pulumi.Output[str]:
    """Declare a local plane and a remote one; returns where the remote one's telemetry goes."""
    said = settings(near={}, far={"access": "remote"})
    topology = declare(said, platform, tokens={"far": pulumi.Output.secret(TOKEN)})
    return topology.data_planes["far"].otlp_http_url


def test_only_what_wants_a_token_is_for_the_network(platform: FakePlatform) -> None:
    url = declared(platform)
    far, near = (platform.workloads[plane, roles.COLLECTOR] for plane in ("far", "near"))
    assert [(port.name, port.audience, port.published) for port in far.outside] == [
        ("otlp-remote", Audience.NETWORK, 4401)
    ]
    assert [(port.name, port.audience, port.published) for port in near.outside] == [
        ("otlp-http", Audience.OPERATOR, 4400)
    ]
    assert value_of(url) == f"{EDGE}:4401"


def test_the_store_and_alertmanager_are_never_for_the_network(platform: FakePlatform) -> None:
    declared(platform)
    audiences = {key: {port.audience for port in workload.outside} for key, workload in platform.workloads.items()}
    assert audiences["control", roles.ALERTMANAGER] == {Audience.OPERATOR}
    network = {key for key, found in audiences.items() if Audience.NETWORK in found}
    assert network == {("control", roles.CONSOLE), ("far", "api"), ("near", "api"), ("far", roles.COLLECTOR)}


def test_the_token_is_a_secret_in_a_file_that_the_collector_reads(platform: FakePlatform) -> None:
    declared(platform)
    far, near = (platform.workloads[plane, roles.COLLECTOR] for plane in ("far", "near"))
    config, token = far.files
    assert token.sensitive
    assert is_secret(token.content)
    assert value_of(token.content) == TOKEN
    document = yaml.safe_load(value_of(config.content))
    assert document["extensions"]["bearertokenauth"] == {"filename": token.path}
    port = far.port("otlp-remote").number
    assert document["receivers"]["otlp/remote"]["protocols"]["http"]["endpoint"].endswith(f":{port}")
    assert token.folder != config.folder
    assert [file.sensitive for file in near.files] == [False]
    assert "bearertokenauth" not in value_of(near.files[0].content)


def test_the_planes_own_applications_keep_their_port(platform: FakePlatform) -> None:
    declared(platform)
    far = platform.workloads["far", roles.COLLECTOR]
    assert {caller.port for caller in far.callers if caller.role == "api"} == {"otlp-grpc", "otlp-http"}
    assert platform.workloads["far", "api"].environment["OTEL_EXPORTER_OTLP_ENDPOINT"].endswith(":4318")


def test_where_a_remote_plane_writes_it_wants_the_token_signs_and_has_a_log_on_disk(
    registrations: Registrations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del registrations
    writing = FakePlatform(write=True)
    declared(writing)
    far = writing.workloads["far", roles.COLLECTOR]
    (config, token), (log,) = far.files, far.volumes
    text = value_of(config.content)
    document = yaml.safe_load(text)
    assert document["service"]["extensions"] == ["health_check", "bearertokenauth", "sigv4auth"]
    assert document["extensions"]["bearertokenauth"] == {"filename": token.path}
    assert document["receivers"]["otlp/remote"]["protocols"]["http"]["auth"] == {"authenticator": "bearertokenauth"}
    pipelines = document["service"]["pipelines"]
    assert pipelines["metrics"]["receivers"] == ["otlp", "otlp/remote"]
    assert {name for way in pipelines.values() for name in way["exporters"]} == {"prometheusremotewrite"}
    exporter = document["exporters"]["prometheusremotewrite"]
    assert exporter["auth"] == {"authenticator": "sigv4auth"}
    assert exporter["endpoint"] == f"{EDGE}/workspaces/far/api/v1/remote_write"
    assert exporter["wal"]["directory"] == log.path
    # What is mounted read-only must not hold what is written.
    assert len({log.path, *far.folders}) == 3
    # The extension asks for credentials already when it is validated.
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    file = tmp_path / "config.yaml"
    file.write_text(text)
    run_checker("otelcol-contrib", "validate", *(word.replace(config.path, str(file)) for word in far.command))
