"""The components in a program that is not ours, on Docker: names, options, and values that other resources give."""

import dataclasses
import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pulumi
import pulumi_docker as docker
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

import components
from components.application import ApplicationArgs
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.data_plane import DataPlane, DataPlaneArgs
from components.platform import Scrape, Service, WatchedPlane, ZoneSpec
from components.probe import Probe
from components.resources import Resources
from components.workload import Port, Workload
from config.images import API
from infra.platforms.docker.platform import DockerPlatform, DockerPlatformArgs
from infra.platforms.docker.zone import DockerZone
from tests.components.fake_platform import FakeZone
from tests.components.latecomers import latecomers
from tests.harness.mocked import use_mocks
from tests.harness.pulumi import ROOT

_PROVIDER = "pulumi:providers:docker"
WORKLOAD = Workload(
    role="collector",
    image="example/collector:1.0",
    user="1:1",
    ports=(Port(name="metrics", number=8889), Port(name="telemetry", number=8888)),
    probe=Probe(path="/", port="metrics"),
    resources=Resources(memory_mib=64, cpus=0.1),
)


@dataclass
class Engine(pulumi.runtime.Mocks):
    """Takes every resource and gives back its inputs."""

    made: list[MockResourceArgs] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.made.append(args)
        return f"{args.name}-id", {"imageId": f"sha256:{args.name}", **args.inputs}

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")

    def below(self, prefix: str) -> list[MockResourceArgs]:
        """Return the resources of a provider, but images, whose names begin with ``prefix``."""
        return [
            each
            for each in self.made
            if each.typ.startswith("docker:") and "RemoteImage" not in each.typ and each.name.startswith(prefix)
        ]

    def container(self, name: str) -> dict[str, Any]:
        """Return the inputs of a container."""
        (found,) = [each.inputs for each in self.made if each.typ.endswith(":Container") and each.name == name]
        return dict(found)


@pytest.fixture
def engine() -> Engine:
    found = Engine()
    use_mocks(found)
    return found


def plane(
    name: str, platform: DockerPlatform, *, opts: pulumi.ResourceOptions | None = None, **more: Any
) -> DataPlane[DockerZone]:
    """Declare a data plane with one application."""
    applications = {"shop": ApplicationArgs(image="example/shop:1.0")}
    args = {"applications": applications, "api_port": 8081, "otlp_http_port": 4381, **more}
    return DataPlane(name, DataPlaneArgs(**args), platform=platform, opts=opts)


def run(program: Any) -> None:
    """Run a program's body and wait for everything in it."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped


def test_children_are_called_after_their_component(engine: Engine) -> None:
    def program() -> None:
        platform = DockerPlatform("theirs")
        planes = [plane(name, platform, control_plane="watch") for name in ("eu", "us")]
        ControlPlane(
            "watch",
            ControlPlaneArgs(planes=[each.watched for each in planes], console_image="example/console:1.0"),
            platform=platform,
        )

    run(program)
    parts = [len(engine.below(f"{name}-")) for name in ("eu", "us", "watch")]
    assert parts[0] == parts[1] > 5
    assert parts[2] > 5
    assert sum(parts) == len(engine.below(""))


def test_two_control_planes_stand_beside_one_another(engine: Engine) -> None:
    def program() -> None:
        platform = DockerPlatform("theirs")
        for number, name in enumerate(("watch", "look")):
            own = plane(f"plane-{number}", platform, control_plane=name)
            args = ControlPlaneArgs(
                planes=[own.watched], console_image="example/console:1.0", console_port=8080 + number
            )
            ControlPlane(name, args, platform=platform)

    run(program)
    names = [(each.typ, each.name) for each in engine.made]
    assert len(names) == len(set(names))
    assert len(engine.below("watch-")) == len(engine.below("look-")) > 5
    networks = [str(engine.container(f"{name}-prometheus")["networksAdvanced"]) for name in ("watch", "look")]
    assert [("plane-0" in each, "plane-1" in each) for each in networks] == [(True, False), (False, True)]


def test_two_platforms_stand_beside_one_another(engine: Engine) -> None:
    def program() -> None:
        plane("eu", DockerPlatform("one"))
        plane("us", DockerPlatform("other"))

    run(program)
    names = [(each.typ, each.name) for each in engine.made]
    assert len(names) == len(set(names))
    assert {each.inputs["name"] for each in engine.below("us-") if each.typ.endswith(":Network")} == {
        "planewatch-other-us",
        "planewatch-other-us-scrape",
    }


def test_a_platform_makes_nothing_by_itself(engine: Engine) -> None:
    run(lambda: DockerPlatform("theirs"))
    assert engine.made == []


def test_transformations_reach_every_child(engine: Engine) -> None:
    seen: set[tuple[str, str]] = set()

    def note(declared: pulumi.ResourceTransformationArgs) -> None:
        seen.add((declared.type_, declared.name))

    run(lambda: plane("eu", DockerPlatform("theirs"), opts=pulumi.ResourceOptions(transformations=[note])))
    assert seen == {(each.typ, each.name) for each in engine.below("")} | {("planewatch:components:DataPlane", "eu")}


def test_components_make_nothing_after_their_outputs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    late = latecomers(monkeypatch)

    def program() -> None:
        platform = DockerPlatform("theirs")
        eu = plane("eu", platform, control_plane="watch", opts=pulumi.ResourceOptions(transformations=[late.note]))
        args = ControlPlaneArgs(planes=[eu.watched], console_image="example/console:1.0")
        ControlPlane("watch", args, platform=platform, opts=pulumi.ResourceOptions(transformations=[late.note]))

    run(program)
    assert sorted(late.seen) == sorted(["eu", "watch", *(each.name for each in engine.below(""))])
    assert late.found == []


def test_a_zone_of_another_kind_of_platform_is_no_argument(engine: Engine) -> None:
    del engine
    elsewhere = FakeZone(spec=ZoneSpec(name="eu", environment="eu"))
    args = ControlPlaneArgs(
        planes=[WatchedPlane(zone=elsewhere, collector=Service(workload=WORKLOAD, host="", urls={}), ingest=Scrape())],
        console_image="example/console:1.0",
    )
    # A type checker refuses it: without the error that is expected here, `make check` would fail.
    with pytest.raises(AttributeError, match="scrape_network"):
        run(lambda: ControlPlane("watch", args, platform=DockerPlatform("theirs")))  # type: ignore[misc]


def test_a_platforms_provider_is_that_of_everything_on_it(engine: Engine) -> None:
    run(lambda: plane("eu", DockerPlatform("theirs", provider=docker.Provider("elsewhere", host="ssh://elsewhere"))))
    made = [each for each in engine.made if each.typ.startswith("docker:")]
    assert len(made) > 10
    assert {str(each.provider).rpartition("$")[2] for each in made} == {f"{_PROVIDER}::elsewhere::elsewhere-id"}


def test_values_may_come_from_other_resources(engine: Engine) -> None:
    def program() -> None:
        built = docker.RemoteImage("shop", name="example/shop:1.0")
        token = docker.Volume("token", name="from-a-resource")
        applications = {"shop": ApplicationArgs(image=built.image_id, environment={"DATABASE": token.name})}
        plane("eu", DockerPlatform("theirs"), applications=applications, otlp_token=token.name)

    run(program)
    shop = engine.container("eu-shop")
    assert shop["image"] == "sha256:shop"
    assert "DATABASE=from-a-resource" in shop["envs"]
    # The token is in a file, not in the environment or on a command line.
    assert "from-a-resource" not in str(engine.container("eu-collector"))
    carrier = engine.container("eu-collector-etc-otelcol-secrets-carrier")
    assert "from-a-resource" in str(carrier["uploads"])


def test_a_container_names_an_image_of_ours_by_its_content_and_another_by_its_id(engine: Engine) -> None:
    def program() -> None:
        applications = {"ours": ApplicationArgs(image=API), "theirs": ApplicationArgs(image="example/shop:1.0")}
        plane("eu", DockerPlatform("theirs"), applications=applications)

    run(program)
    # Each builder gives the same content another id, and a container is replaced when its image's name changes.
    assert engine.container("eu-ours")["image"] == API.reference(ROOT)
    assert engine.container("eu-theirs")["image"].startswith("sha256:")


def test_cpu_limits_are_written_as_the_official_plugin_reads_them(engine: Engine) -> None:
    run(lambda: plane("eu", DockerPlatform("theirs"), applications=limited(1)))
    assert engine.container("eu-shop")["cpus"] == "1.0"
    with pytest.raises(ValueError, match=r"cpus must be .*, such as 0\.021 \(got 0\.02"):
        run(lambda: plane("us", DockerPlatform("others"), applications=limited(0.02)))


def limited(cpus: float) -> dict[str, ApplicationArgs]:
    """Return an application with a CPU limit."""
    return {"shop": ApplicationArgs(image="example/shop:1.0", resources=Resources(memory_mib=64, cpus=cpus))}


@pytest.mark.parametrize(
    ("bind_address", "machine", "url"),
    [("::1", None, "http://[::1]:8081"), ("0.0.0.0", "build-box", "http://build-box:8081")],  # noqa: S104  only said
)
def test_urls_name_the_machine_and_the_address(
    engine: Engine, bind_address: str, machine: str | None, url: str
) -> None:
    said: list[str] = []

    def program() -> None:
        platform = DockerPlatform("theirs", DockerPlatformArgs(bind_address=bind_address, machine=machine))
        plane("eu", platform).api_health_url.apply(said.append)

    run(program)
    assert said == [f"{url}/health"]
    assert {port["ip"] for port in engine.container("eu-shop")["ports"]} == {bind_address}


def test_zones_with_the_same_addresses_are_an_error(engine: Engine) -> None:
    del engine

    def program() -> None:
        platform = DockerPlatform("theirs", DockerPlatformArgs(address_pool="10.9.8.0/24"))
        for number in range(9):
            plane(f"plane-{number}", platform)

    with pytest.raises(ValueError, match=r"get the same addresses in 10\.9\.8\.0/24: rename one of them"):
        run(program)


@pytest.mark.parametrize("name", ["EU", "9", "a" * 21, "eu_west", ""])
def test_a_name_that_fits_into_no_host_name_is_refused(engine: Engine, name: str) -> None:
    with pytest.raises(ValueError, match=rf"name of a data plane must be at most 20 .* \(got '{name}'\)"):
        run(lambda: plane(name, DockerPlatform("theirs")))
    assert engine.made == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
def test_arguments_cannot_be_changed_and_have_names() -> None:
    found = [
        each
        for module in pkgutil.walk_packages(components.__path__, "components.")
        for name, each in vars(importlib.import_module(module.name)).items()
        if name.endswith("Args") and dataclasses.is_dataclass(each) and each.__module__ == module.name
    ]
    assert len(found) > 10
    for each in found:
        assert vars(each)["__dataclass_params__"].frozen, each
        assert all(item.kw_only for item in dataclasses.fields(each)), each
