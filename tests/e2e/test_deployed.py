"""What `up` leaves on the engine: healthy and hardened containers."""

import re
from typing import Any

import pytest

from tests.deployments.docker import PLANES, DockerDeployment
from tests.harness.containers import PROBE

SERVICES = sorted(
    [f"{plane}-{role}" for plane in PLANES for role in ("api", "collector")]
    + [f"control-{role}" for role in ("alertmanager", "console", "prometheus")]
)


def test_all_services_run_and_are_healthy(platform: DockerDeployment) -> None:
    assert platform.engine.health() == dict.fromkeys(SERVICES, "healthy")


@pytest.mark.parametrize("service", SERVICES)
def test_each_container_is_hardened_as_it_really_runs(platform: DockerDeployment, service: str) -> None:
    facts = platform.engine.services()[service]
    host: dict[str, Any] = facts["HostConfig"]
    uid, gid = re.fullmatch(r"(\d+):(\d+)", facts["Config"]["User"]).groups()  # type: ignore[union-attr]  # None fails the test too
    assert int(uid) > 0
    assert int(gid) > 0
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["Privileged"] is False
    assert "no-new-privileges" in host["SecurityOpt"]
    assert 0 < host["Memory"] <= 512 * 2**20
    assert 0 < host["NanoCpus"] <= 10**9
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert host["LogConfig"]["Config"] == {"max-file": "3", "max-size": "10m"}
    assert PROBE in facts["Config"]["Healthcheck"]["Test"]
    assert not [mount for mount in facts["Mounts"] if mount["Type"] == "bind"]
    bound = [entry["HostIp"] for entries in facts["NetworkSettings"]["Ports"].values() for entry in entries or []]
    assert bound == ["127.0.0.1"]


def test_a_process_has_no_privileges_whatever_the_engine_says(platform: DockerDeployment) -> None:
    for service, facts in platform.engine.services().items():
        plane, _, role = service.partition("-")
        _, status = platform.engine.execute(plane, role, PROBE, "cat", "/proc/1/status")
        seen = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert seen["CapEff"].strip() == seen["CapBnd"].strip() == "0" * 16, service
        assert seen["NoNewPrivs"].strip() == "1", service
        assert seen["Uid"].split() == [facts["Config"]["User"].partition(":")[0]] * 4, service
        code, said = platform.engine.execute(plane, role, PROBE, "touch", "/written")
        assert code != 0, f"{service} wrote into its root file system"
        assert "Read-only file system" in said, service
