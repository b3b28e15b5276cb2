"""What every service may use comes from the stack file; what a cluster reserves is a setting of its own."""

from typing import Any

import pulumi
import pytest
import yaml

from components import resources as defaults
from components import roles
from components.application import RESOURCES
from components.resources import Requests, Resources
from config.load import Stack
from config.resources import ControlPlaneResources, DataPlaneResources
from config.workloads import WorkloadSettings
from infra.limits import limited
from infra.platforms.docker.of_stack import docker_platform
from infra.platforms.kubernetes.pod import resources
from infra.platforms.kubernetes.share import Share
from tests.components.declaring import declare, settings, value_of
from tests.components.fake_platform import FakePlatform
from tests.unit.config.documents import changed, faults, read

OWN: dict[str, Any] = {"memoryMib": 1024, "cpus": 2.0, "requests": {"memoryMib": 600, "cpus": 0.75}}
SAID = Resources(memory_mib=1024, cpus=2.0, requests=Requests(memory_mib=600, cpus=0.75))


def test_the_stack_file_says_what_the_stacks_own_services_may_use(platform: FakePlatform) -> None:
    control = {"resources": dict.fromkeys(("prometheus", "alertmanager", "console"), OWN)}
    declare(settings({"controlPlane": control}, prod={"resources": {"collector": OWN}}, dev={}), platform)
    assert platform.workloads["control", roles.ALERTMANAGER].resources == SAID
    assert platform.workloads["control", roles.CONSOLE].resources == SAID
    assert platform.stores[0].resources == SAID
    assert platform.workloads["prod", roles.COLLECTOR].resources == SAID
    assert platform.workloads["dev", roles.COLLECTOR].resources == Resources(memory_mib=256, cpus=0.5)


def test_what_a_program_leaves_out_is_what_a_stack_file_leaves_out() -> None:
    own, plane = ControlPlaneResources(), DataPlaneResources()
    assert limited(own.prometheus) == defaults.PROMETHEUS
    assert limited(own.alertmanager) == defaults.ALERTMANAGER
    assert limited(own.console) == defaults.CONSOLE
    assert limited(own.thanos_query) == defaults.THANOS_QUERY
    assert limited(own.thanos_sidecar) == defaults.THANOS_SIDECAR
    assert limited(plane.collector) == defaults.COLLECTOR
    assert limited(WorkloadSettings()) == RESOURCES


def test_a_collectors_limiter_follows_its_memory(platform: FakePlatform) -> None:
    declare(settings(prod={"resources": {"collector": OWN}}, dev={}), platform)

    def limit(plane: str) -> int:
        (file,) = platform.workloads[plane, roles.COLLECTOR].files
        return int(yaml.safe_load(value_of(file.content))["processors"]["memory_limiter"]["limit_mib"])

    assert (limit("prod"), limit("dev")) == (819, 204)


def test_a_part_of_the_limits_leaves_the_others_as_they_are(platform: FakePlatform) -> None:
    said = {"controlPlane": {"resources": {"alertmanager": {"memoryMib": 300}}}}
    declare(settings(said, prod={"workloads": {"api": {"requests": {"cpus": 0.25}}}}), platform)
    assert platform.workloads["control", roles.ALERTMANAGER].resources == Resources(memory_mib=300, cpus=0.25)
    requests = Requests(cpus=0.25)
    assert platform.workloads["prod", "api"].resources == Resources(memory_mib=160, cpus=0.5, requests=requests)


def test_without_a_word_a_tenth_of_the_cpu_and_half_of_the_memory_are_reserved() -> None:
    assert Share.of(RESOURCES) == Share(request_milli=50, request_mib=80, limit_milli=500, limit_mib=160)
    found = resources(SAID)
    assert found.requests == {"cpu": "750m", "memory": "600Mi"}
    assert found.limits == {"cpu": "2000m", "memory": "1024Mi"}


def test_more_than_a_container_may_use_cannot_be_reserved() -> None:
    with pytest.raises(ValueError, match=r"memory_mib of Requests must be ≤ memory_mib of Resources, 64 \(got 65\)"):
        Resources(memory_mib=64, cpus=1, requests=Requests(memory_mib=65))
    with pytest.raises(ValueError, match=r"cpus of Requests must be ≤ cpus of Resources, 1 \(got 1.5\)"):
        Resources(memory_mib=64, cpus=1, requests=Requests(cpus=1.5))


@pytest.mark.parametrize(
    ("place", "said", "told"),
    [
        (
            "dataPlanes.prod.workloads",
            {"api": {"requests": {"cpus": 0.75}}},
            "dataPlanes.prod.workloads.api: requests.cpus must be ≤ cpus, which is 0.5 (got 0.75)",
        ),
        (
            "dataPlanes.prod.resources",
            {"collector": {"memoryMib": 512, "requests": {"memoryMib": 513}}},
            "dataPlanes.prod.resources.collector: requests.memoryMib must be ≤ memoryMib, which is 512 (got 513)",
        ),
        (
            "controlPlane",
            {"resources": {"prometheus": {"requests": {"memoryMib": 600}}}},
            "controlPlane.resources.prometheus: requests.memoryMib must be ≤ memoryMib, which is 512 (got 600)",
        ),
        (
            "dataPlanes.prod.resources",
            {"collector": {"memoryMib": 64}},
            "dataPlanes.prod.resources.collector.memoryMib must be ≥ 128 (got 64)",
        ),
        (
            "controlPlane",
            {"resources": {"thanos": {}}},
            "controlPlane.resources.thanos is not a known setting; did you mean thanosQuery?",
        ),
        (
            "controlPlane",
            {"resources": {"console": {"requests": {"cpus": 0}}}},
            "controlPlane.resources.console.requests.cpus must be > 0 (got 0)",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(place: str, said: Any, told: str) -> None:
    (fault,) = faults(changed(place, said))
    assert fault == f"stacks/Pulumi.sample.yaml: planewatch:{told}"


def test_docker_refuses_a_limit_of_the_stacks_own_that_it_would_read_as_another() -> None:
    said = read(changed("controlPlane", {"resources": {"prometheus": {"cpus": 0.021, "memoryMib": 2048}}}))
    stack = Stack(name="sample", settings=said, alert_webhook_url=None)
    assert [place for place, limits in stack.settings.limits() if limits.cpus == 0.021] == [
        "controlPlane.resources.prometheus"
    ]
    wrong = read(changed("dataPlanes.prod.resources", {"collector": {"cpus": 0.02}}))
    with pytest.raises(pulumi.RunError, match=r"planewatch:dataPlanes\.prod\.resources\.collector\.cpus must be "):
        docker_platform(Stack(name="sample", settings=wrong, alert_webhook_url=None))
