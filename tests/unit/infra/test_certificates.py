"""Which objects each kind of certificate becomes, recorded without an engine."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks

from config.kubernetes import IngressSettings
from infra.platforms.kubernetes import certificates
from infra.platforms.kubernetes.from_settings import edge
from infra.platforms.kubernetes.naming import Naming
from tests.harness.mocked import use_mocks

NAMING = Naming(stack="sample", release="1")
GIVEN = {"tls.crt": "Y3J0", "tls.key": "a2V5", "extra": "eA=="}


class Recorder(mocks.Mocks):
    """Keeps the inputs of every resource by name; a Secret that is read holds ``given``."""

    def __init__(self, given: dict[str, str]) -> None:
        self.given = given
        self.made: dict[str, dict[str, Any]] = {}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if args.name == "edge-given":
            return args.resource_id, {"data": self.given}
        self.made[args.name] = args.inputs
        return args.name, args.inputs


def provided(settings: dict[str, str], given: dict[str, str] | None = None) -> tuple[list[str], dict[str, Any]]:
    """Ask twice in one zone and once in another; returns the Secrets' names and what was declared."""
    recorder = Recorder(GIVEN if given is None else given)
    use_mocks(recorder)
    names: list[str] = []
    said = edge(IngressSettings.model_validate({"domain": "watch.example.com", "controllerNamespace": "c", **settings}))

    def program() -> None:
        options = pulumi.ResourceOptions()
        found = certificates.choose(said, NAMING, options=options)
        for name, host, zone in (
            ("api", "a-api", "a"),
            ("collector", "a-otlp", "a"),
            ("console", "console", "control"),
        ):
            names.append(found.provide(name, said.host(host), zone, options=options))

    run(program)
    return names, recorder.made


def run(program: Callable[[], None]) -> None:
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]  # the SDK leaves its decorator untyped


def test_cert_manager_is_asked_for_a_certificate_for_each_host() -> None:
    names, made = provided({"certificate": "cert-manager", "issuer": "letsencrypt"})
    assert names == ["api-tls", "collector-tls", "console-tls"]
    assert set(made) == {"a-api-certificate", "a-collector-certificate", "control-console-certificate"}
    one = made["a-collector-certificate"]
    assert (one["apiVersion"], one["kind"]) == ("cert-manager.io/v1", "Certificate")
    assert one["metadata"]["namespace"] == "planewatch-sample-a"
    assert one["spec"]["dnsNames"] == ["a-otlp.watch.example.com"]
    assert one["spec"]["secretName"] == "collector-tls"
    assert one["spec"]["issuerRef"] == {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "letsencrypt"}


def test_a_given_secret_is_copied_once_into_each_zone() -> None:
    names, made = provided({"certificate": "secret", "secretName": "wild", "secretNamespace": "shared"})
    assert names == ["edge-tls"] * 3
    assert set(made) == {"a-edge-tls", "control-edge-tls"}
    copy = made["a-edge-tls"]
    assert (copy["metadata"]["namespace"], copy["type"]) == ("planewatch-sample-a", "kubernetes.io/tls")
    # What travels to the engine is marked as a secret, with the content beside the mark.
    assert copy["data"]["value"] == {"tls.crt": "Y3J0", "tls.key": "a2V5"}
    assert "tls.key" not in copy["data"]


def test_a_given_secret_of_another_form_is_refused() -> None:
    settings = {"certificate": "secret", "secretName": "wild", "secretNamespace": "shared"}
    with pytest.raises(pulumi.RunError, match=r"the Secret has no tls\.key"):
        provided(settings, {"tls.crt": "Y3J0"})
