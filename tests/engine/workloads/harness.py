"""A throw-away program that runs workloads in a zone: on an engine or a cluster, with no control plane beside them."""

import textwrap
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from tests.harness import projects
from tests.harness.projects import ROOT
from tests.harness.serving import serving

IMAGE = "busybox:1.37.0-musl"
ZONE = "eu"
PORT = 8000
_HEADER = '''\
import pulumi
from dataclasses import replace
from components.placement import OnePerNode, OneReplica
from components.platform import ZoneSpec
from components.rights import ApiRight
from components.volume import DataVolume
from components.workload import File, Port, Probe, Resources, Workload
from config.images import UTILITY
{imports}

PUBLISHED = {published}
parent = pulumi.ComponentResource("planewatch:tests:Zone", "{zone}")


def web(said, **more):
    """A service that answers every request with what it is given to say."""
    return Workload(
        role="web",
        image=UTILITY,
        user="65534:65534",
        command=("/bin/busybox", "sh", "-c", "{serving}"),
        ports=(Port(name="http", number={port}, published=PUBLISHED),),
        probe=Probe(path="/", port="http"),
        resources=Resources(memory_mib=16, cpus=0.1),
        files=(File(path="/www/index.html", content=said),),
        **more,
    )


def diary(entry, *volumes):
    """A service that writes a line into its first volume at each start, and answers with all lines."""
    folder = volumes[0].path if volumes else "/tmp"
    return Workload(
        role="diary",
        image=UTILITY,
        user="10001:10001",
        command=("/bin/busybox", "sh", "-c", f"cd {{folder}}; echo {{entry}} >>index.html; {serving_here}"),
        ports=(Port(name="http", number={port}, published=PUBLISHED),),
        probe=Probe(path="/", port="http"),
        resources=Resources(memory_mib=16, cpus=0.1),
        scratch=("/tmp",),
        volumes=volumes,
        placement=OneReplica() if volumes else None,
    )


{platform}
zone = platform.isolate(ZoneSpec(name="{zone}", environment="{zone}"), parent=parent)
'''


@dataclass(frozen=True)
class Project(projects.Project, ABC):
    """A project with one stack named `s`; ``platform`` is what its platform is called."""

    platform: str
    published: int | None = None
    keep_data: bool = field(default=False, kw_only=True)

    @property
    @abstractmethod
    def imports(self) -> str:
        """The platform's import statements."""

    @property
    @abstractmethod
    def made(self) -> str:
        """The expression that makes the platform."""

    @property
    def header(self) -> str:
        return _HEADER.format(
            imports=self.imports,
            platform=self.made,
            published=self.published,
            zone=ZONE,
            port=PORT,
            serving=serving(PORT, "/www"),
            serving_here=serving(PORT, "."),
        )

    @property
    def variables(self) -> dict[str, str]:
        # The program lies elsewhere and takes its components from here.
        return {"PYTHONPATH": str(ROOT)}

    def program(self, body: str) -> None:
        """Write the program: the header makes ``platform``, ``zone`` and ``web``; ``run(w)`` runs a workload."""
        run = "def run(w): return platform.run(w, zone, parent=parent)\n"
        super().program(run + textwrap.dedent(body) if body else "")


@dataclass(frozen=True)
class OnDocker(Project):
    """On this machine's engine."""

    @property
    def imports(self) -> str:
        return "from infra.platforms.docker.platform import DockerPlatform, DockerPlatformArgs"

    @property
    def made(self) -> str:
        args = f"DockerPlatformArgs(keep_data={self.keep_data})"
        return f'platform = DockerPlatform("{self.platform}", {args})'


@dataclass(frozen=True)
class OnKubernetes(Project):
    """On the test cluster, with one pod of everything."""

    kubeconfig: str = ""
    context: str = ""

    @property
    def imports(self) -> str:
        return (
            "from infra.platforms.kubernetes.access import ClusterAccess\n"
            "from infra.platforms.kubernetes.args import KubernetesPlatformArgs, Replicas\n"
            "from infra.platforms.kubernetes.platform import KubernetesPlatform"
        )

    @property
    def made(self) -> str:
        args = (
            "KubernetesPlatformArgs(replicas=Replicas(minimum=1, maximum=1), progress_deadline_s=40,"
            f" claims={{'{ZONE}': 1}}, keep_data={self.keep_data},"
            f" access=ClusterAccess(kubeconfig={self.kubeconfig!r}, context={self.context!r}))"
        )
        return f'platform = KubernetesPlatform("{self.platform}", {args})'

    @property
    def namespace(self) -> str:
        """The zone's namespace."""
        return f"planewatch-{self.platform}-{ZONE}"

    @property
    def variables(self) -> dict[str, str]:
        return {**super().variables, "KUBECONFIG": self.kubeconfig}
