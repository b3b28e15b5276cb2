"""The table of kinds says what the platform declares, neither more nor less."""

import importlib
import pkgutil
from itertools import chain

import pulumi
import pulumi_kubernetes
import yaml
from pulumi_kubernetes.apiextensions import CustomResource

from config.load import parse, read_file
from config.settings import StackSettings
from infra.platforms import kubernetes
from infra.platforms.kubernetes import kinds
from infra.platforms.kubernetes.kinds import Kind
from tests.components.declaring import settings
from tests.harness.planned import planned
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


def created(said: StackSettings) -> set[Kind]:
    """Return the kinds that a stack is said to create."""
    return set(kinds.created(tuple(chain.from_iterable(planned(said).values())), said.kubernetes))


def test_every_kind_that_the_platform_declares_is_in_the_table() -> None:
    # The others are declared as custom resources.
    custom = {*kinds.OPERATED, *kinds.GATEWAY, kinds.CERTIFICATE}
    assert declared() == {kind.type for kind in kinds.ALL if kind not in custom}


def test_a_recorded_stack_has_the_kinds_that_its_settings_stand_for() -> None:
    found = 0
    for file in (ROOT / "stacks").glob("Pulumi.*.yaml"):
        name, text = file.name.split(".")[1], file.read_text()
        if yaml.safe_load(text)["config"]["planewatch:platform"] != "kubernetes":
            continue
        golden = (ROOT / "tests" / "golden" / "resources" / f"{name}.txt").read_text()
        recorded = {line.split()[0] for line in golden.splitlines() if line.startswith(PREFIX)}
        said = parse(name, file.name, read_file(text), tokens_known=False)
        assert recorded == {f"{PREFIX}{kind.type}" for kind in created(said)}
        found += 1
    assert found


def test_an_edge_is_made_of_what_its_settings_say() -> None:
    def made(**said: str) -> set[str]:
        edge = {"domain": "watch.example.com", "controllerNamespace": "c", "className": "c", **said}
        return {kind.resource for kind in created(settings({"kubernetes": {"ingress": edge}}, prod={}))}

    without = {kind.resource for kind in created(settings(prod={}))}
    assert made() - without == {"ingresses", "secrets"}
    assert made(kind="gateway") - without == {"gateways", "httproutes", "secrets"}
    assert made(certificate="cert-manager", issuer="i") - without == {"ingresses", "certificates"}
