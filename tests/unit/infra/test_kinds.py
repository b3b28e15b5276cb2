"""The table of kinds says what the platform declares, neither more nor less."""

import importlib
import pkgutil

import pulumi
import pulumi_kubernetes
import yaml
from pulumi_kubernetes.apiextensions import CustomResource

from config.kubernetes import KubernetesSettings
from infra.platforms import kubernetes
from infra.platforms.kubernetes import kinds
from tests.harness.pulumi import ROOT

PREFIX = "kubernetes:"


def declared() -> set[str]:
    """Return the types of object that the platform's modules import to declare them."""
    modules = pkgutil.iter_modules(kubernetes.__path__, f"{kubernetes.__name__}.")
    return {
        str(vars(value)["pulumi_type"]).removeprefix(PREFIX)
        for found in modules
        for value in vars(importlib.import_module(found.name)).values()
        if isinstance(value, type)
        and issubclass(value, pulumi.CustomResource)
        and value.__module__.startswith(pulumi_kubernetes.__name__)
        # Objects of any kind have no type of their own; theirs are held against the table where they are declared.
        and value is not CustomResource
    }


def test_every_kind_that_the_platform_declares_is_in_the_table() -> None:
    assert declared() == {kind.type for kind in (*kinds.ALWAYS, kinds.AUTOSCALER, kinds.SECRET, kinds.INGRESS)}


def test_a_recorded_stack_has_the_kinds_that_its_settings_stand_for() -> None:
    found = 0
    for file in (ROOT / "stacks").glob("Pulumi.*.yaml"):
        config = yaml.safe_load(file.read_text())["config"]
        if config["planewatch:platform"] != "kubernetes":
            continue
        golden = (ROOT / "tests" / "golden" / "resources" / f"{file.name.split('.')[1]}.txt").read_text()
        recorded = {line.split()[0] for line in golden.splitlines() if line.startswith(PREFIX)}
        settings = KubernetesSettings.model_validate(config.get("planewatch:kubernetes", {}))
        assert recorded == {f"{PREFIX}{kind.type}" for kind in kinds.made(settings, secrets=False)}
        found += 1
    assert found


def test_an_edge_is_made_of_what_its_settings_say() -> None:
    def made(**said: str) -> set[str]:
        edge = {"domain": "watch.example.com", "controllerNamespace": "c", "className": "c", **said}
        settings = KubernetesSettings.model_validate({"ingress": edge})
        return {kind.resource for kind in kinds.made(settings, secrets=False)}

    without = {kind.resource for kind in kinds.made(KubernetesSettings(), secrets=False)}
    assert made() - without == {"ingresses", "secrets"}
    assert made(kind="gateway") - without == {"gateways", "httproutes", "secrets"}
    assert made(certificate="cert-manager", issuer="i") - without == {"ingresses", "certificates"}
