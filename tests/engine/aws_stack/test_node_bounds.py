"""The bounds of a managed node group can be changed whatever size an autoscaler has chosen, which stays its choice."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.engine.aws_plugin.harness import AwsProject
from tests.engine.aws_stack.harness import ACCOUNT, AwsHalf, aws_settings
from tests.harness.aws import REGION, SimulatedAws
from tests.harness.aws_existing import ExistingCluster
from tests.harness.projects import Machine

NAME = "planewatch-bounds"
PROGRAM = """
from components.aws.account import Account
from components.aws.nodes import NodeGroupArgs, NodesArgs, make_node_group
from infra.platforms.eks.nodes import find_sizes

machines = NodeGroupArgs(
    minimum={minimum}, maximum={maximum}, running=find_sizes("{name}", pulumi.InvokeOptions())
)
args = NodesArgs(
    account=Account(stack="bounds", region="{region}", id="{account}"),
    prefix="{name}",
    machines=machines,
    cluster="{name}",
    version="1.36",
    subnet_ids={subnets},
)
make_node_group("nodes", args, parent=pulumi.ComponentResource("planewatch:test:Group", "group"))
"""
Sizes = tuple[int, int, int]


@dataclass(frozen=True)
class Group:
    """The node group of a cluster: its bounds in a program, and its sizes (least, wanted, most) on AWS."""

    project: AwsProject
    subnets: tuple[str, ...]

    def up(self, minimum: int, maximum: int) -> Sizes:
        self.project.up(
            PROGRAM.format(
                minimum=minimum, maximum=maximum, name=NAME, region=REGION, account=ACCOUNT, subnets=self.subnets
            )
        )
        return self.sizes

    def chosen(self, wanted: int, **bounds: int) -> None:
        """Let an autoscaler, or somebody, choose."""
        self.project.aws.client("eks").update_nodegroup_config(
            clusterName=NAME, nodegroupName="default", scalingConfig={"desiredSize": wanted, **bounds}
        )

    @property
    def sizes(self) -> Sizes:
        told = self.project.aws.client("eks").describe_nodegroup(clusterName=NAME, nodegroupName="default")
        found = told["nodegroup"]["scalingConfig"]
        return found["minSize"], found["desiredSize"], found["maxSize"]


@pytest.fixture(scope="module")
def group(machine: Machine, aws: SimulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Group]:
    subnets = tuple(ExistingCluster(prefix="10.9").make(aws, NAME))
    project = AwsProject(machine, tmp_path_factory.mktemp("bounds") / "project", aws).create()
    yield Group(project, subnets)
    project.abandon()


def test_bounds_around_another_size_take_it_along(group: Group) -> None:
    assert group.up(2, 4) == (2, 2, 4), "a new one has the fewest"
    assert group.up(4, 8) == (4, 4, 8), "more than there were"
    assert group.up(1, 3) == (1, 3, 3), "fewer than there were"
    assert group.up(2, 4) == (2, 3, 4), "as many as there were"


def test_an_autoscaler_s_choice_is_no_change_and_stays(group: Group) -> None:
    group.up(2, 6)
    group.chosen(5)
    group.project.unchanged()
    assert group.up(4, 8) == (4, 5, 8)


def test_bounds_that_somebody_changed_are_put_back(group: Group) -> None:
    group.up(2, 6)
    group.chosen(12, minSize=1, maxSize=20)
    assert group.up(2, 6) == (2, 6, 6)


def test_a_stack_s_own_node_group_follows_its_settings(half: AwsHalf) -> None:
    cluster = {**aws_settings()["aws"]["cluster"], "nodeGroup": {"minimum": 4, "maximum": 9}}
    half.write(aws_settings(registry=False, cluster=cluster))
    try:
        steps = half.steps()
    finally:
        half.write(aws_settings(registry=False))
    assert steps.keys() == {"cluster-nodes"}
    wanted = steps["cluster-nodes"]["newState"]["inputs"]["scalingConfig"]
    assert {key: wanted[key] for key in ("minSize", "desiredSize", "maxSize")} == {
        "minSize": 4,
        "desiredSize": 4,
        "maxSize": 9,
    }
