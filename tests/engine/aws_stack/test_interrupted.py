"""An `up` that was stopped while AWS makes the cluster is completed by the next one: nothing twice, nothing by hand."""

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from delivery import updating
from delivery.engine import Engine
from delivery.workspace import PROJECT, Workspace
from tests.engine.aws_stack.harness import AwsHalf, aws_settings
from tests.harness.aws import SimulatedAws
from tests.harness.projects import Machine
from tests.harness.pulumi import ROOT
from tests.harness.waiting import wait_until

_TIMEOUT_S = 120
# Long enough to be stopped in, and to be waited for afterwards.
_CLUSTER_SECONDS = 8


class Stopped(AwsHalf):
    """A half that `planewatch up` can work on as on a checkout."""

    @property
    def workspace(self) -> Workspace:
        return Workspace(
            root=self.folder, stack=self.stack, stacks=self.folder / "stacks", state=self.folder / "working"
        )

    @property
    def cluster(self) -> str:
        return f"planewatch-{self.name}"

    def create(self) -> Self:
        super().create()
        (self.folder / "Pulumi.yaml").write_text(f"name: {PROJECT}\nruntime: python\nmain: infra\n")
        (self.folder / "policies").symlink_to(ROOT / "policies")
        self.run("stack", "init", self.stack)
        return self

    def write(self, settings: dict[str, Any]) -> None:
        super().write(settings)
        self.workspace.stacks.mkdir(exist_ok=True)
        said = {f"{PROJECT}:{key}": settings[key] for key in ("platform", "aws")}
        self.workspace.stack_file.write_text(yaml.safe_dump({"config": said}))
        self.workspace.prepare()

    def stop(self, kind: signal.Signals, region: str) -> None:
        """Begin an update and, while the cluster is being made, send a signal as a terminal or a crash does."""
        eks = self.aws.client("eks", region)
        with self.start("up", "--yes", "--skip-preview", apart=True) as process:
            wait_until(
                lambda: self.cluster in eks.list_clusters()["clusters"] or process.poll() is not None,
                within_s=_TIMEOUT_S,
                what="a cluster that is made",
            )
            if process.poll() is None:
                os.killpg(process.pid, kind)
            output = process.communicate(timeout=_TIMEOUT_S)[0]
        assert process.returncode != 0, output
        assert self.cluster in eks.list_clusters()["clusters"], output
        assert "Traceback" not in output


def twice(aws: SimulatedAws, region: str, name: str) -> dict[str, int]:
    """Count what a stack has more than once, of all that could be made again under the same name."""
    ec2, amp, kms = (aws.client(service, region) for service in ("ec2", "amp", "kms"))
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["Description"] for key in kms.list_keys()["Keys"]]
    tagged = [
        f"{kind} {tag['Value']}"
        for kind in ("vpc", "subnet", "internet-gateway", "route-table", "vpc-endpoint", "security-group")
        for tag in ec2.describe_tags(
            Filters=[{"Name": "resource-type", "Values": [kind]}, {"Name": "key", "Values": ["Name"]}]
        )["Tags"]
    ]
    workspaces = [f"workspace {one['alias']}" for one in amp.list_workspaces()["workspaces"]]
    made = Counter([*tagged, *workspaces, *(text for text in keys if text.startswith(f"planewatch-{name}:"))])
    assert len(made) > 10
    return {what: count for what, count in made.items() if count > 1}


# A region of its own for each: whatever is left there is its own.
_REGIONS = {signal.SIGINT: "ca-central-1", signal.SIGKILL: "ap-southeast-2"}


@pytest.fixture
def half(
    machine: Machine, aws: SimulatedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: signal.Signals
) -> Stopped:
    name = kind.name.lower()
    made = Stopped(machine, tmp_path / "project", aws, name, stack=name).create()
    network = {"cidr": "10.80.0.0/20", "zones": 2, "nat": "none"}
    made.write(aws_settings(registry=False, region=_REGIONS[kind], protection="deletable", network=network))
    for variable, value in made.environment.items():
        monkeypatch.setenv(variable, value)
    return made


@pytest.mark.parametrize("kind", _REGIONS)
def test_the_next_up_completes_it(kind: signal.Signals, half: Stopped, capfd: pytest.CaptureFixture[str]) -> None:
    aws, region, name = half.aws, _REGIONS[kind], half.name
    with aws.with_faults({"eks:CreateCluster": {"seconds": _CLUSTER_SECONDS}}):
        half.stop(kind, region)
        code = updating.deploy(Engine(workspace=half.workspace))
    output = capfd.readouterr()
    assert code == 0, output.out + output.err
    cluster = f"aws:eks/cluster:Cluster {half.cluster}"
    assert f"waiting until AWS has created {cluster}" in output.err
    assert (f"adopted {cluster}, which was being created when a command was killed" in output.err) == (
        kind is signal.SIGKILL
    )
    half.unchanged()
    deployment = json.loads(half.state_text())["deployment"]
    assert not deployment.get("pending_operations")
    assert aws.client("eks", region).list_nodegroups(clusterName=half.cluster)["nodegroups"] == ["default"]
    assert twice(aws, region, name) == {}
