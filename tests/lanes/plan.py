"""Every test belongs to one lane; a lane is one pytest process.

`make test` runs the quick part of each lane, `make test-all` all of it. Lanes of one stream run one after another,
because they share something costly: a deployed stack, the cluster, the processor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What of a lane is run: what `make test` proves, what it leaves out, or both."""

    QUICK = "quick"
    REST = "rest"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Tests that run in one process.

    ``paths`` are files and folders; ``thorough`` those of them, down to single tests, that only `make test-all` runs.
    ``platform`` selects the stack of the conformance suite. ``proves`` are the sources that the lane's thorough part is
    about; ``minutes`` is what that part takes on two cores.
    """

    name: str
    stream: str
    paths: tuple[str, ...]
    thorough: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    platform: str | None = None
    on_cluster: bool = False
    workers: int = 0
    proves: tuple[str, ...] = ()
    minutes: int = 0

    @property
    def is_thorough(self) -> bool:
        """Whether `make test` leaves out the whole lane."""
        return self.paths == self.thorough

    def has(self, part: Part) -> bool:
        """Tell whether the lane has tests of that part."""
        match part:
            case Part.QUICK:
                return not self.is_thorough
            case Part.REST:
                return bool(self.thorough)
            case Part.ALL:
                return True

    def selection(self, part: Part) -> Sequence[str]:
        """Return the arguments for pytest that select the part."""
        chosen = self.thorough if part is Part.REST else self.paths
        without = (*self.elsewhere, *(self.thorough if part is Part.QUICK else ()))
        selected = [*chosen, *(f"--deselect={path}" for path in without)]
        selected += ["-m", "cluster" if self.on_cluster else "not cluster"]
        if self.platform:
            selected.append(f"--platform={self.platform}")
        if self.workers:
            # A file stays together: its fixtures start servers.
            selected += [f"--numprocesses={self.workers}", "--dist=loadfile"]
        return selected


_SHARED_SOURCES = ("config/", "components/", "apps/")
_ENGINE_OF_POLICIES = ("tests/policies/test_engine.py", "tests/policies/test_engine_aws.py")
# Tests on the node with a stack of their own each, deployed one after the other. The largest comes first, while what
# runs beside them has not grown yet.
_STACKS_APART = (
    "tests/e2e_kubernetes/test_operator.py",
    "tests/e2e_kubernetes/test_bad_input.py",
    "tests/e2e_kubernetes/test_destroy.py",
    "tests/e2e_kubernetes/test_edge.py",
    "tests/e2e_kubernetes/test_kept.py",
    "tests/e2e_kubernetes/test_own_service.py",
)
_WORKLOADS = "tests/engine/workloads/on_kubernetes"
LANES = (
    Lane(
        name="units",
        stream="processor",
        paths=(
            "apps/api/tests",
            "apps/console/tests",
            "apps/traffic/tests",
            "tests/unit",
            "tests/components",
            "tests/policies",
        ),
        # The agents of all languages; two processes of one service are counted in the lane `managed`, without them.
        thorough=("tests/unit/zero_code",),
        elsewhere=(*_ENGINE_OF_POLICIES, "tests/policies/test_engine_cluster.py", "apps/console/tests/browser"),
        workers=2,
        proves=("components/", "config/services/"),
        minutes=3,
    ),
    Lane(
        name="engine",
        stream="engine",
        paths=("tests/engine/stacks", "tests/engine/aws_stack", *_ENGINE_OF_POLICIES),
        thorough=(
            "tests/engine/stacks/test_aws_kept_secrets.py",
            "tests/engine/stacks/test_aws_remote_workspaces.py",
            "tests/engine/stacks/test_aws_secrets.py",
            "tests/engine/stacks/test_aws_variants.py",
            "tests/engine/stacks/test_interrupted.py",
            "tests/engine/stacks/test_scale.py",
            "tests/engine/aws_stack/test_choices.py",
            "tests/engine/aws_stack/test_existing_cluster.py",
            "tests/engine/aws_stack/test_kept.py",
            "tests/engine/aws_stack/test_kept_secrets.py",
            "tests/engine/aws_stack/test_pending_creates.py",
            "tests/engine/aws_stack/test_interrupted.py",
            "tests/engine/aws_stack/test_remote_workspaces.py",
            "tests/engine/aws_stack/test_secrets.py",
            "tests/engine/aws_stack/test_workspaces.py",
        ),
        proves=(*_SHARED_SOURCES, "infra/platforms/eks/", "delivery/", "toolchain/simulated_aws/"),
        minutes=16,
    ),
    Lane(name="managed", stream="processor", paths=("tests/managed_prometheus",)),
    # Apart from the units: Playwright keeps an event loop running, in which other asynchronous tests cannot begin.
    Lane(name="browser", stream="engine", paths=("apps/console/tests/browser",)),
    Lane(
        name="docker",
        stream="docker",
        platform="docker",
        paths=("tests/conformance", "tests/e2e"),
        thorough=(
            "tests/e2e/test_alerts.py",
            "tests/e2e/test_broken.py",
            "tests/e2e/test_memory.py",
            "tests/e2e/test_recovery.py::test_a_restart_of_everything_keeps_history",
        ),
        elsewhere=("tests/e2e/test_addresses.py", "tests/e2e/test_disk_full.py", "tests/e2e/test_own_service.py"),
        proves=(*_SHARED_SOURCES, "infra/platforms/docker/", "delivery/", "toolchain/standins/docker/"),
        minutes=13,
    ),
    # Stacks of a test's own on the engine, which need not wait for one another.
    Lane(
        name="docker-apart",
        stream="processor",
        paths=(
            apart := (
                "tests/examples",
                "tests/e2e/test_addresses.py",
                "tests/e2e/test_disk_full.py",
                "tests/e2e/test_own_service.py",
            )
        ),
        thorough=apart,
        proves=(*_SHARED_SOURCES, "infra/platforms/docker/", "delivery/", "examples/", "toolchain/standins/docker/"),
        minutes=9,
    ),
    Lane(
        name="plugins",
        stream="docker",
        paths=(
            plugins := (
                "tests/engine/docker_plugin",
                "tests/engine/aws_plugin",
                "tests/engine/language_host",
                "tests/engine/workloads",
            )
        ),
        thorough=plugins,
        proves=("components/", "infra/platforms/docker/", "toolchain/standins/", "toolchain/simulated_aws/"),
        minutes=20,
    ),
    Lane(
        name="cluster",
        stream="cluster",
        on_cluster=True,
        paths=(on_cluster := ("tests/cluster", "tests/engine", "tests/policies/test_engine_cluster.py")),
        thorough=on_cluster,
        elsewhere=(_WORKLOADS,),
        proves=("toolchain/cluster/", "toolchain/standins/kubernetes/", "infra/platforms/kubernetes/"),
        minutes=18,
    ),
    # Small things on the node, beside which the cluster's own tests and a stack have room.
    Lane(
        name="workloads",
        stream="processor",
        on_cluster=True,
        paths=(_WORKLOADS,),
        thorough=(_WORKLOADS,),
        proves=("components/", "infra/platforms/kubernetes/"),
        minutes=10,
    ),
    # Beside the shared stacks of the stream `kubernetes`, which wait more than they work: the node has room for both.
    # After the lane `cluster`: a third stream would only take processor time from the others.
    Lane(
        name="apart",
        stream="cluster",
        on_cluster=True,
        paths=_STACKS_APART,
        thorough=_STACKS_APART,
        proves=(*_SHARED_SOURCES, "infra/platforms/kubernetes/", "delivery/"),
        minutes=18,
    ),
    Lane(
        name="kubernetes",
        stream="kubernetes",
        on_cluster=True,
        platform="kubernetes",
        paths=(on_kubernetes := ("tests/conformance", "tests/e2e_kubernetes")),
        thorough=on_kubernetes,
        elsewhere=_STACKS_APART,
        proves=(*_SHARED_SOURCES, "infra/platforms/kubernetes/", "delivery/"),
        minutes=26,
    ),
    Lane(
        name="eks",
        stream="kubernetes",
        on_cluster=True,
        platform="eks",
        paths=(on_eks := ("tests/conformance", "tests/e2e_eks")),
        thorough=on_eks,
        proves=(*_SHARED_SOURCES, "infra/platforms/eks/", "toolchain/simulated_aws/"),
        minutes=10,
    ),
)
