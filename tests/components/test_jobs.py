"""Jobs before a workload: what each runs as, and that nothing starts before the last one has ended well."""

from dataclasses import dataclass, field
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockResourceArgs

from components.application import ApplicationArgs, VersionArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.job import Job
from infra.platforms.docker.platform import DockerPlatform
from infra.platforms.kubernetes.platform import KubernetesPlatform
from tests.components.on_kubernetes import Cluster, run
from tests.components.test_on_docker import Engine
from tests.harness.mocked import use_mocks

MIGRATE = Job(name="migrate", command=("migrate", "--to", "$(LATEST)"), timeout_s=90)
SEED = Job(name="seed", command=("seed",))


@dataclass
class Ending(Engine):
    """An engine on which jobs end with a code; ``after`` is what each resource was declared to wait for."""

    code: int = 0
    written: str | None = "applied 0001\napplied 0002\n"
    order: list[str] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.order.append(args.name)
        made, outputs = super().new_resource(args)
        ended = {"exitCode": self.code, "containerLogs": self.written} if args.inputs.get("attach") else {}
        return made, {**outputs, **ended}


def args(*jobs: Job, **said: Any) -> DataPlaneArgs:
    shop = ApplicationArgs(image="example/shop:2.0", environment={"DSN": "db"}, before=jobs, **said)
    return DataPlaneArgs(applications={"shop": shop}, api_port=8081, otlp_http_port=4381)


def on_kubernetes(*jobs: Job, **said: Any) -> tuple[Cluster, dict[str, set[str]]]:
    """Declare a plane; gives its objects, and what each waits for."""
    cluster, waits_for = Cluster(), dict[str, set[str]]()
    use_mocks(cluster)

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        needed = declared.opts.depends_on
        assert needed is None or isinstance(needed, list)
        waits_for[declared.name] = {str(each._name) for each in needed or () if isinstance(each, pulumi.Resource)}

    opts = pulumi.ResourceOptions(transformations=[note])
    run(lambda: DataPlane("eu", args(*jobs, **said), platform=KubernetesPlatform("theirs"), opts=opts))
    return cluster, waits_for


def test_a_job_is_the_workload_with_another_command_that_ends() -> None:
    cluster, _ = on_kubernetes(MIGRATE)
    job, deployment = cluster.one("Job", "eu-shop-migrate-job"), cluster.one("Deployment", "eu-shop")
    assert job["metadata"]["name"] == "shop-migrate"
    assert job["metadata"]["annotations"]["pulumi.com/replaceUnready"] == "true"
    assert (job["spec"]["backoffLimit"], job["spec"]["activeDeadlineSeconds"]) == (0, 90)
    pod, served = (each["spec"]["template"]["spec"] for each in (job, deployment))
    (container,), (serving,) = pod["containers"], served["containers"]
    # Kubernetes would put a variable in place of $(LATEST).
    assert container["args"] == ["migrate", "--to", "$$(LATEST)"]
    for key in ("image", "env", "resources", "securityContext", "volumeMounts"):
        assert container[key] == serving[key], key
    for key in ("serviceAccountName", "securityContext", "volumes", "automountServiceAccountToken"):
        assert pod[key] == served[key], key
    assert pod["restartPolicy"] == "Never"
    assert not {"readinessProbe", "livenessProbe", "startupProbe", "lifecycle", "ports"} & container.keys()


def test_a_jobs_pods_have_the_roles_flows_and_no_traffic() -> None:
    cluster, _ = on_kubernetes(MIGRATE)
    labels = cluster.one("Job", "eu-shop-migrate-job")["spec"]["template"]["metadata"]["labels"]
    sends = cluster.one("NetworkPolicy", "eu-collector-from-eu-shop")["spec"]["podSelector"]["matchLabels"]
    assert sends.items() <= labels.items()
    for kind, name in (
        ("Deployment", "eu-shop"),
        ("Service", "eu-shop-service"),
        ("PodDisruptionBudget", "eu-shop-budget"),
    ):
        selector = cluster.one(kind, name)["spec"]["selector"]
        assert not selector.get("matchLabels", selector).items() <= labels.items(), name


def test_jobs_run_one_after_another_and_then_the_pods_start() -> None:
    _, waits_for = on_kubernetes(MIGRATE, SEED)
    assert "eu-shop-account" in waits_for["eu-shop-migrate-job"]
    assert "eu-shop-migrate-job" in waits_for["eu-shop-seed-job"]
    assert "eu-shop-seed-job" in waits_for["eu-shop"]
    assert not any(name.endswith("-job") for name in waits_for["eu-collector"])


def test_each_version_has_its_own_run() -> None:
    cluster, waits_for = on_kubernetes(MIGRATE, revision="v2", beside={"v1": VersionArgs(image="example/shop:1.0")})
    for revision, image in (("v1", "example/shop:1.0"), ("v2", "example/shop:2.0")):
        job = cluster.one("Job", f"eu-shop-{revision}-migrate-job")
        assert job["spec"]["template"]["spec"]["containers"][0]["image"] == image
        assert f"eu-shop-{revision}-migrate-job" in waits_for[f"eu-shop-{revision}"]


def on_docker(engine: Engine, *jobs: Job, **said: Any) -> None:
    use_mocks(engine)
    run(lambda: DataPlane("eu", args(*jobs, **said), platform=DockerPlatform("theirs")))


def test_on_docker_a_job_is_a_container_whose_end_is_waited_for() -> None:
    engine = Ending()
    on_docker(engine, MIGRATE, SEED)
    job, shop = engine.container("eu-shop-migrate"), engine.container("eu-shop")
    assert job["name"] == "planewatch-theirs-eu-shop-migrate"
    assert job["command"] == ["migrate", "--to", "$(LATEST)"]
    assert (job["attach"], job["logs"], job["mustRun"], job["restart"]) == (True, True, False, "no")
    assert not {"ports", "healthcheck", "wait"} & job.keys()
    for key in ("image", "envs", "user", "readOnly", "capabilities", "securityOpts", "memory", "networksAdvanced"):
        assert job[key] == shop[key], key
    assert [name for name in engine.order if name.startswith("eu-shop")] == [
        "eu-shop-migrate",
        "eu-shop-seed",
        "eu-shop",
    ]


def test_on_docker_a_job_that_fails_keeps_what_follows_from_starting() -> None:
    engine = Ending(code=3, written="\n".join(f"line {number}" for number in range(40)))
    with pytest.raises(pulumi.RunError) as caught:
        on_docker(engine, MIGRATE, SEED)
    said = str(caught.value)
    assert said.startswith("job planewatch-theirs-eu-shop-migrate exited with code 3")
    assert "pulumi up --replace 'urn:" in said
    assert (said.count("\nline "), said.endswith("line 39"), "line 19\n" in said) == (20, True, False)
    assert not {"eu-shop", "eu-shop-seed"} & set(engine.order)


def test_on_docker_a_job_without_a_word_is_told_as_such() -> None:
    with pytest.raises(pulumi.RunError, match=r"it has logged nothing$"):
        on_docker(Ending(code=1, written=None), MIGRATE)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"name": "Migrate"}, r"name of a job must be at most 20 .* \(got 'Migrate'\)"),
        ({"name": "migrate", "timeout_s": 0}, r"timeout_s of job migrate must be ≥ 1 \(got 0\)"),
    ],
)
def test_a_job_that_cannot_run_is_refused(said: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Job(command=("true",), **said)


@pytest.mark.parametrize(
    ("jobs", "said"), [((MIGRATE, MIGRATE), {}), ((MIGRATE,), {"beside": {"migrate": VersionArgs(image="x:1")}})]
)
def test_names_that_meet_are_refused(jobs: tuple[Job, ...], said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must be listed once each .* 'shop-migrate' twice"):
        on_docker(Ending(), *jobs, **said)
