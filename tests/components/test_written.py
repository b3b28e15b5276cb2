"""Where each plane has a store of its own: collectors write, nobody comes for metrics, the console asks all stores."""

import json
from dataclasses import replace

import pytest
import yaml

from components import roles
from components.workload import Workload
from tests.components.conftest import Registrations
from tests.components.declaring import declare, settings, value_of
from tests.components.fake_platform import EDGE, FakePlatform


@pytest.fixture
def writing(registrations: Registrations) -> FakePlatform:
    del registrations
    return FakePlatform(write=True)


def test_a_collector_writes_to_its_planes_store_by_way_of_a_log_that_outlives_it(writing: FakePlatform) -> None:
    declare(settings(prod={"environment": "live"}, dev={}), writing)
    workload = writing.workloads["prod", roles.COLLECTOR]
    (file,) = workload.files
    exporter = yaml.safe_load(value_of(file.content))["exporters"]["prometheusremotewrite"]
    assert exporter["endpoint"] == f"{EDGE}/workspaces/prod/api/v1/remote_write"
    assert exporter["external_labels"] == {"environment": "live", "data_plane_id": "prod"}
    (volume,) = workload.volumes
    assert exporter["wal"]["directory"] == volume.path
    assert any("RetryOn429" in word for word in workload.command)


def test_nobody_comes_to_a_collector_but_its_senders(writing: FakePlatform) -> None:
    declare(settings(prod={}, dev={}), writing)
    for plane in ("prod", "dev"):
        workload = writing.workloads[plane, roles.COLLECTOR]
        assert {port.name for port in workload.ports} == {"otlp-grpc", "otlp-http", "health"}
        assert {(caller.role, caller.zone) for caller in workload.callers} == {("api", None)}


def test_what_is_kept_sample_by_sample_is_reported_as_often_as_it_would_be_fetched(writing: FakePlatform) -> None:
    declare(settings(prod={}), writing)
    assert writing.workloads["prod", "api"].environment["OTEL_METRIC_EXPORT_INTERVAL"] == "10000"


def test_the_console_asks_every_store_and_answers_for_all(writing: FakePlatform) -> None:
    topology = declare(settings(prod={"environment": "live"}, dev={}), writing)
    outputs = writing.workloads["control", roles.CONSOLE].environment_outputs
    assert outputs.keys() == {"PROMETHEUS_URLS"}
    assert json.loads(value_of(outputs["PROMETHEUS_URLS"])) == [
        {"environment": "dev", "data_plane_id": "dev", "url": f"{EDGE}/workspaces/dev/"},
        {"environment": "live", "data_plane_id": "prod", "url": f"{EDGE}/workspaces/prod/"},
    ]
    control = topology.control_plane
    assert value_of(control.query_url) == f"{value_of(control.console_url)}/prometheus"


def test_adding_a_plane_changes_only_where_the_console_asks(registrations: Registrations) -> None:
    del registrations
    one, two = FakePlatform(write=True), FakePlatform(write=True)
    declare(settings(prod={}), one)
    declare(settings(prod={}, shop={}), two)
    for key, workload in one.workloads.items():
        assert _plain(two.workloads[key]) == _plain(workload), key
    console = "control", roles.CONSOLE
    asked = [value_of(each.workloads[console].environment_outputs["PROMETHEUS_URLS"]) for each in (one, two)]
    assert len(json.loads(asked[0])) + 1 == len(json.loads(asked[1]))


def _plain(workload: Workload) -> tuple[Workload, list[str]]:
    """Return what can be compared: outputs by their values, all but where the console asks."""
    texts = [value_of(file.content) for file in workload.files]
    return replace(workload, files=(), environment_outputs={}), texts
