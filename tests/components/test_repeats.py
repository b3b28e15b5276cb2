"""Names that a user chooses never meet in a program: a stack with repeats and near-repeats works, or is refused."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs
from pydantic import ValidationError

from components.aws.account import Account
from components.aws.notifications import NotificationsArgs, Subscription
from components.platform import Platform
from config.load import Stack
from config.settings import StackSettings
from infra.platforms.docker.of_stack import docker_platform
from infra.platforms.kubernetes.of_stack import kubernetes_platform
from infra.topology import build
from tests.harness.mocked import use_mocks
from tests.unit.config.aws.documents import stack as on_aws

Document = dict[str, Any]
_TOKEN = "0123456789abcdef0123456789abcdef"
_INGRESS = {"domain": "watch.example.com", "controllerNamespace": "traefik"}
_OPEN = {"console": {"unauthenticated": True}}
_MORE: dict[str, Document] = {
    "docker": {},
    "kubernetes": {"kubernetes": {"ingress": _INGRESS}, "controlPlane": _OPEN},
    "eks": {
        "controlPlane": _OPEN,
        "kubernetes": {"ingress": _INGRESS},
        "aws": {**on_aws(metrics={"isolation": "workspace"})["aws"]},
    },
}


def _on_eks(stack: Stack) -> Platform[Any]:
    # Importing the SDK warns, which a test may ignore and a module may not.
    from infra.platforms.eks.platform import make_platform  # noqa: PLC0415

    return make_platform(stack)


_MAKE: dict[str, Callable[[Stack], Platform[Any]]] = {
    "docker": docker_platform,
    "kubernetes": kubernetes_platform,
    "eks": _on_eks,
}
_ANSWERS: dict[str, Document] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {
        "accountId": "123456789012",
        "arn": "arn:aws:iam::123456789012:role/platform",
        "userId": "me",
        "id": "me",
    },
    "aws:index/getPartition:getPartition": {
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
        "id": "aws",
    },
    "aws:eks/getClusters:getClusters": {"names": [], "region": "eu-central-1", "id": "eu-central-1"},
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
        "names": [f"eu-central-1{letter}" for letter in "abc"],
        "zoneIds": [f"euc1-az{number}" for number in (1, 2, 3)],
        "groupNames": [],
        "region": "eu-central-1",
        "id": "eu-central-1",
    },
}
# Kinds whose own names, too, may exist once: per engine, per namespace, per account.
_NAMED = (":Container", ":Network", ":Volume", "kubernetes:", "iam/role:Role", "kms/alias:Alias", ":LogGroup")


@dataclass
class Everything(pulumi.runtime.Mocks):
    """Takes every resource and gives back its inputs, with what AWS would add."""

    made: list[MockResourceArgs] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.made.append(args)
        more = {
            "arn": f"arn:aws:service:eu-central-1:123456789012:{args.name}",
            "imageId": f"sha256:{args.name}",
            "endpoint": "https://cluster.example",
            "identities": [{"oidcs": [{"issuer": "https://issuer.example"}]}],
            "certificateAuthority": {"data": ""},
            "prometheusEndpoint": "https://metrics.example/",
            "keyId": args.name,
        }
        return f"{args.name}-id", {**more, **args.inputs}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]]]:
        return _ANSWERS[args.token], []


def _document(platform: str, planes: dict[str, Document]) -> Document:
    return {
        "platform": platform,
        **_MORE[platform],
        "dataPlanes": {
            name: {"apiPort": 8100 + number, "otlpHttpPort": 4400 + number, "access": "remote", **plane}
            for number, (name, plane) in enumerate(planes.items())
        },
    }


def declared(platform: str, planes: dict[str, Document]) -> list[MockResourceArgs]:
    """Return everything that a stack with these planes declares; raises ValidationError where it is refused."""
    settings = StackSettings.model_validate(_document(platform, planes))
    mocks = Everything()
    use_mocks(mocks)

    def program() -> None:
        tokens = {name: pulumi.Output.secret(f"{_TOKEN}{name}") for name in settings.data_planes}
        stack = Stack(name="sample", settings=settings, alert_webhook_url=None, otlp_tokens=tokens)
        build(stack, _MAKE[platform](stack))

    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped
    return mocks.made


def _own_name(made: MockResourceArgs) -> str | None:
    metadata = made.inputs.get("metadata") or {}
    name = metadata.get("name") or made.inputs.get("name")
    return f"{metadata.get('namespace', '')}/{name}" if isinstance(name, str) else None


def repeats(made: list[MockResourceArgs]) -> list[tuple[str, str]]:
    """Return what would end in "Duplicate resource URN", and what the engine, cluster or account has once only."""
    names = Counter((each.typ, each.name) for each in made)
    own = Counter(
        (each.typ, name)
        for each in made
        if any(kind in each.typ for kind in _NAMED) and (name := _own_name(each)) is not None
    )
    return [key for counted in (names, own) for key, number in counted.items() if number > 1]


def _near(made: list[MockResourceArgs]) -> set[tuple[str, str]]:
    """Return (plane, role) whose names would be some that plane ``a`` with the workload ``x`` already has.

    A name of plane ``a-b`` with a workload ``c`` is one of plane ``a`` with whatever is called ``b-c`` there.
    """
    endings: dict[str, set[str]] = defaultdict(set)
    after_role: dict[str, set[str]] = defaultdict(set)
    for each in made:
        if each.name.startswith("a-"):
            endings[each.typ].add(rest := each.name.removeprefix("a-"))
            if rest == "x" or rest.startswith("x-"):
                after_role[each.typ].add(rest.removeprefix("x"))
    found: set[tuple[str, str]] = set()
    for kind, rests in endings.items():
        for rest in rests:
            for ending in after_role[kind]:
                if rest.endswith(ending):
                    found.update(_split(rest.removesuffix(ending)))
    return found


def _split(name: str) -> Iterator[tuple[str, str]]:
    words = name.split("-")
    for position in range(1, len(words)):
        yield f"a-{'-'.join(words[:position])}", "-".join(words[position:])


@pytest.mark.parametrize("platform", _MAKE)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
def test_planes_whose_names_nearly_meet_work_or_are_refused(platform: str) -> None:
    usual: dict[str, Document] = {"a": {"workloads": {"x": {}}}}
    made = declared(platform, usual)
    assert len(made) > 20
    assert repeats(made) == []
    near = _near(made)
    refused = []
    for plane, role in sorted(near):
        try:
            more = declared(platform, {**usual, plane: {"workloads": {role: {}}}})
        except ValidationError as error:
            refused.append((plane, role))
            told = str(error)
            assert "String should" in told or "rename one" in told or "must" in told or "not be" in told, told
        else:
            assert repeats(more) == [], (plane, role)
    if platform == "docker":
        assert ("a-collector", "etc-otelcol-carrier") in refused


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_aws")
def test_arguments_of_components_name_nothing_twice() -> None:
    from components.aws.cluster import ClusterArgs  # noqa: PLC0415  as above
    from components.aws.network import NetworkArgs  # noqa: PLC0415

    account = Account(stack="sample", region="eu-central-1", id="123456789012")
    oncall = Subscription(protocol="email", endpoint="oncall@example.com")
    with pytest.raises(ValueError, match=r"critical subscriptions must be listed once each \(got 'email-oncall@"):
        NotificationsArgs(account=account, critical=[oncall, oncall])
    assert NotificationsArgs(account=account, critical=[oncall], warning=[oncall])
    with pytest.raises(ValueError, match=r"zones must be listed once each \(got 'eu-central-1a' twice\)"):
        NetworkArgs(account=account, zones=["eu-central-1a", "eu-central-1a"])
    usual = ClusterArgs(account=account, version="1.36", subnet_ids=(), service_cidr="172.20.0.0/16", protected=True)
    with pytest.raises(ValueError, match="names of administrators must be listed once each"):
        replace(usual, administrators=[f"arn:aws:iam::111122223333:{kind}/ops" for kind in ("role", "user")])
    with pytest.raises(ValueError, match="private_access_cidrs must be listed once each"):
        replace(usual, private_access_cidrs=["10.9.0.0/16"] * 2)


# Repositories and references that differ in little.
_IMAGES = (
    "example/service:1",
    "example/service:2",
    "example/service",
    "example/service:latest-1",
    f"example/service@sha256:{64 * 'a'}",
    f"example/service@sha256:{64 * 'b'}",
    f"example/service:1@sha256:{64 * 'a'}",
    "example-service:1",
    "registry.example:5000/example/service:1",
    "registry.example/example/service:1",
    "api:1",
    "planewatch/api:1",
    "busybox:1",
    "prom/prometheus:v1",
)


def test_images_that_differ_in_little_stand_beside_one_another() -> None:
    workloads = {f"w{number}": {"image": image} for number, image in enumerate(_IMAGES)}
    made = declared("docker", {"a": {"workloads": {"sample": {}, **workloads}}, "b": {"workloads": workloads}})
    assert repeats(made) == []
    names = [each.inputs["name"] for each in made if each.typ.endswith(":RemoteImage")]
    assert set(_IMAGES) <= set(names)
    assert len(names) == len(set(names)), "each is made once for all who run it"


def test_an_image_with_the_engines_usual_tag_is_the_one_without_any() -> None:
    workloads = {"x": {"image": "example/service"}, "y": {"image": "example/service:latest"}}
    assert repeats(declared("docker", {"a": {"workloads": workloads}})) == []


@pytest.mark.parametrize("reverse", [False, True])
def test_the_name_of_an_image_does_not_depend_on_what_else_there_is(reverse: bool) -> None:
    images = _IMAGES[::-1] if reverse else _IMAGES
    found: dict[str, str] = {}
    for some in (*([one] for one in images), images):
        workloads = {f"w{number}": {"image": image} for number, image in enumerate(some)}
        made = declared("docker", {"a": {"workloads": workloads}})
        for each in made:
            if each.typ.endswith(":RemoteImage"):
                assert found.setdefault(each.inputs["name"], each.name) == each.name
    assert all(one != other for one, other in pairwise(sorted(found.values())))
