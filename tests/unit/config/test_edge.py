"""What a stack says of its edge and of remote planes: every combination that cannot work is told where it stands."""

import json
import shlex
from typing import Any

import pulumi
import pytest

from config.load import read_file
from tests.unit.config.documents import FILE, Document, good, read

GIVEN = {"domain": "watch.example.com", "controllerNamespace": "traefik"}
TOKEN = "0123456789abcdef" * 4


def edge(**said: Any) -> Document:
    """Return a stack on Kubernetes with an edge of these settings (None: leave it out)."""
    settings = {key: value for key, value in {**GIVEN, **said}.items() if value is not None}
    return {**good(), "platform": "kubernetes", "kubernetes": {"ingress": settings}}


def remote(*names: str, platform: str = "docker") -> Document:
    """Return a stack with a local plane ``prod`` and these remote ones."""
    planes = {
        name: {"apiPort": 9100 + number, "otlpHttpPort": 9200 + number, "access": "remote"}
        for number, name in enumerate(names)
    }
    document = {**good(), "platform": platform}
    document["dataPlanes"] = {**document["dataPlanes"], **planes}
    return document


def lines(document: Document, **options: Any) -> list[str]:
    """Return the faults of a document without the file that each names."""
    with pytest.raises(pulumi.RunError) as caught:
        read(document, **options)
    return [line.strip().removeprefix("- ").removeprefix(f"{FILE}: ") for line in str(caught.value).splitlines()[1:]]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "gateway", "className": "traefik"},
        {"certificate": "cert-manager", "issuer": "letsencrypt"},
        {"certificate": "secret", "secretName": "wildcard", "secretNamespace": "shared"},
        {"className": "nginx", "annotations": {"example.com/a": "b"}},
    ],
)
def test_an_edge_that_can_work_is_taken(said: Document) -> None:
    ingress = read(edge(**said)).kubernetes.ingress
    assert ingress is not None
    assert ingress.domain == "watch.example.com"
    assert ingress.certificate == said.get("certificate", "self-signed")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"domain": None}, [".domain is required; add it"]),
        (
            {"domain": "localhost"},
            ['.domain must be a lower-case domain of two labels or more, e.g. watch.example.com (got "localhost")'],
        ),
        (
            {"domain": "a..b"},
            ['.domain must be a lower-case domain of two labels or more, e.g. watch.example.com (got "a..b")'],
        ),
        ({"controllerNamespace": None}, [".controllerNamespace is required; add it"]),
        ({"kind": "gateway"}, [".className must be the name of a GatewayClass with kind: gateway (got null)"]),
        (
            {"certificate": "cert-manager"},
            [".issuer must be the name of a ClusterIssuer with certificate: cert-manager (got null)"],
        ),
        (
            {"certificate": "secret"},
            [
                (
                    ".secretName must be the name of a Secret of type kubernetes.io/tls with certificate:"
                    " secret (got null)"
                ),
                ".secretNamespace must be the namespace of that Secret with certificate: secret (got null)",
            ],
        ),
        (
            {"issuer": "letsencrypt"},
            ['.issuer must be left out with certificate: self-signed; it belongs to cert-manager (got "letsencrypt")'],
        ),
        (
            {"certificate": "cert-manager", "issuer": "a", "secretName": "b"},
            ['.secretName must be left out with certificate: cert-manager; it belongs to secret (got "b")'],
        ),
        ({"certificate": "acme"}, ['.certificate must be cert-manager, secret or self-signed (got "acme")']),
        ({"kind": "route"}, ['.kind must be ingress or gateway (got "route")']),
        ({"isuer": "a"}, [".isuer is not a known setting; did you mean issuer?"]),
    ],
)
def test_an_edge_that_cannot_work_is_reported(said: Document, says: list[str]) -> None:
    found = lines(edge(**said))
    assert len(found) == len(says)
    for line, words in zip(found, says, strict=True):
        assert line == f"planewatch:kubernetes.ingress{words}"


def test_unknown_settings_of_list_entries_are_reported() -> None:
    document = {**good(), "kubernetes": {"tolerations": [{"key": "a", "efect": "NoSchedule"}]}}
    (line,) = lines(document)
    assert line == "planewatch:kubernetes.tolerations.0.efect is not a known setting; did you mean effect?"


@pytest.mark.parametrize("platform", ["kubernetes", "eks"])
def test_a_remote_plane_on_a_cluster_needs_an_edge(platform: str) -> None:
    document = {**remote("far", platform=platform), "otlpTokens": {"far": TOKEN}}
    (line,) = lines(document, secret={"otlpTokens"})
    assert line.startswith("planewatch:kubernetes.ingress is required for planes with access: remote (far); add it")
    document["kubernetes"] = {"ingress": GIVEN}
    assert read(document, secret={"otlpTokens"}).remote_planes == ("far",)


@pytest.mark.parametrize(
    ("workloads", "says"),
    [
        ({"a": {"b-otlp": {}}, "a-b": {"api": {}}}, "the first workload of plane a and OTLP of plane a-b"),
        ({"a": {"otlp": {}}}, "the first workload of plane a and OTLP of plane a"),
    ],
)
def test_names_that_meet_at_the_edge_are_refused(workloads: dict[str, Document], says: str) -> None:
    document = remote(*workloads)
    for name, own in workloads.items():
        document["dataPlanes"][name]["workloads"] = own
    document["otlpTokens"] = {name: TOKEN[number:] for number, name in enumerate(workloads)}
    (line,) = lines(document, secret={"otlpTokens"})
    assert line.startswith(f"{says} would both be published as")


def test_a_remote_plane_without_a_token_is_reported_with_the_command() -> None:
    (line,) = lines(remote("far"))
    assert line.startswith("plane far has access: remote but no token; set one: ")
    command = shlex.split(line.partition("set one: ")[2])
    assert command[:5] == ["pulumi", "config", "set", "--secret", "--path"]
    assert command[5] == "planewatch:otlpTokens.far"
    assert command[-2:] == ["-s", "sample"]


@pytest.mark.parametrize("token", [TOKEN[:31], f"{TOKEN} {TOKEN}", f"{TOKEN}\n", "é" * 40, 7, None])
def test_a_bad_token_is_reported_and_not_shown(token: object) -> None:
    (line,) = lines({**remote("far"), "otlpTokens": {"far": token}}, secret={"otlpTokens"})
    assert line.startswith(
        "planewatch:otlpTokens.far must have ≥ 32 letters, digits and signs, and no spaces (got [secret]): "
    )
    assert str(token) not in line


def test_tokens_are_for_remote_planes_only_and_one_for_each() -> None:
    tokens = {"far": TOKEN, "further": TOKEN, "prod": TOKEN, "gone": TOKEN}
    found = lines({**remote("far", "further"), "otlpTokens": tokens}, secret={"otlpTokens"})
    assert [line.split(" ")[0] for line in found] == [
        f"planewatch:otlpTokens.{name}" for name in ("further", "prod", "gone")
    ]
    assert "must differ from that of far" in found[0]
    assert all("is not for a plane with access: remote" in line for line in found[1:])
    assert TOKEN not in "".join(found)


def test_a_token_that_is_no_secret_is_refused() -> None:
    (line,) = lines({**remote("far"), "otlpTokens": {"far": TOKEN}})
    assert line.startswith("planewatch:otlpTokens is not encrypted; remove it and set secrets: pulumi config set")
    assert TOKEN not in line


def test_a_file_with_tokens_is_read_without_them() -> None:
    text = "config:\n  planewatch:otlpTokens:\n    far:\n      secure: v1:abc\n  planewatch:dataPlanes:\n    far: {}\n"
    assert read_file(text) == {"dataPlanes": json.dumps({"far": {}})}
