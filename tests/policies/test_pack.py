"""The pack is complete: each policy file is in it, has its cases, and can be told apart."""

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi_policy import EnforcementLevel

import policies
from policies.aws import data_outlives_the_stack
from policies.aws_views import WORKSPACE
from policies.cluster_views import GIVEN
from policies.kubernetes import egress_is_declared
from policies.pack import POLICIES
from policies.stack import planes_have_own_zones
from policies.stack_config import enforcement_level, stack_config
from tests.policies.cluster_samples import SERVICE, cluster_platform, flow, pods
from tests.policies.samples import Props, output, resource, stack, validate
from tests.policies.test_policies import CASES

PACK = Path(policies.__file__).parent
SECRET = GIVEN[0]
FILES = sorted(
    f
    for folder in ("anywhere", "aws", "docker", "kubernetes", "stack")
    for f in (PACK / folder).glob("*.py")
    if f.stem != "__init__"
)
EACH_FILE = pytest.mark.parametrize("file", FILES, ids=[f.stem for f in FILES])


@EACH_FILE
def test_the_file_is_in_the_pack_under_its_own_name(file: Path) -> None:
    policy = import_module(f"policies.{file.parent.name}.{file.stem}").POLICY
    assert sum(registered is policy for registered in POLICIES) == 1
    assert policy.name == file.stem.replace("_", "-")


@EACH_FILE
@pytest.mark.parametrize("kind", ["pass", "fail", "not-applicable", "unknown"])
def test_the_file_has_cases_of_every_kind(file: Path, kind: str) -> None:
    policy = import_module(f"policies.{file.parent.name}.{file.stem}").POLICY
    assert any(case.policy is policy and case.kind == kind for case in CASES)


def test_the_pack_holds_nothing_but_its_files() -> None:
    assert len(POLICIES) == len(FILES)


def test_names_are_unique_and_each_policy_says_what_and_what_to_do() -> None:
    assert len({policy.name for policy in POLICIES}) == len(POLICIES)
    for policy in POLICIES:
        assert re.fullmatch(r"[A-Z].*\.", policy.description), policy.name
        assert policy.remediation_steps, policy.name
        assert policy.severity, policy.name


def test_the_readme_lists_each_policy() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", (PACK / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(policy.name for policy in POLICIES)


def test_no_module_hides_one_of_the_standard_library() -> None:
    """The engine runs the pack with its folder first on the path: a `secrets.py` there would break others' imports."""
    ours = {path.stem for path in PACK.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert not ours & sys.stdlib_module_names


def test_the_project_file_says_python() -> None:
    assert yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8"))["runtime"] == "python"


@pytest.mark.parametrize(
    ("config", "level"),
    [
        ("{}", EnforcementLevel.MANDATORY),
        ('{"planewatch:policies": "mandatory"}', EnforcementLevel.MANDATORY),
        ('{"planewatch:policies": "advisory"}', EnforcementLevel.ADVISORY),
    ],
)
def test_the_stack_says_the_level(monkeypatch: pytest.MonkeyPatch, config: str, level: EnforcementLevel) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", config)
    assert enforcement_level() is level


@pytest.mark.parametrize("wanted", ["Advisory", "off", "", "disabled"])
def test_a_mistyped_level_stops_the_pack(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", f'{{"planewatch:policies": "{wanted}"}}')
    with pytest.raises(SystemExit, match=rf"planewatch:policies must be advisory or mandatory \(got {wanted}\)"):
        enforcement_level()


@pytest.mark.parametrize(
    ("config", "address"),
    [
        ("{}", "127.0.0.1"),
        ('{"planewatch:docker": "{\\"bindAddress\\": \\"10.0.0.5\\"}"}', "10.0.0.5"),
        ('{"planewatch:docker": "{\\"consolePort\\": 8080}"}', "127.0.0.1"),
        ('{"planewatch:docker": "{\\"bindAddress\\": 5}"}', "127.0.0.1"),
        ('{"planewatch:docker": "[1]"}', "127.0.0.1"),
        ('{"planewatch:docker": "no object"}', "127.0.0.1"),
    ],
)
def test_the_stack_says_the_address(monkeypatch: pytest.MonkeyPatch, config: str, address: str) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", config)
    assert stack_config().bind_address == address


@pytest.mark.parametrize(
    ("console", "answered"),
    [
        ({"authentication": "oauth2-proxy"}, True),
        ({"unauthenticated": True}, True),
        ({"unauthenticated": False}, False),
        ({"unauthenticated": "true"}, False),
        ({"authentication": ""}, False),
        ([], False),
    ],
)
def test_the_stack_says_whether_anyone_may_read_the_console(
    monkeypatch: pytest.MonkeyPatch, console: object, answered: bool
) -> None:
    assert not stack_config().console_is_answered_for
    control = json.dumps({"consolePort": 8080, "console": console})
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"planewatch:controlPlane": control}))
    assert stack_config().console_is_answered_for is answered


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("{}", ("is not protected",)),
        ('{"planewatch:aws": "{\\"protection\\": \\"protected\\"}"}', ("is not protected",)),
        ('{"planewatch:aws": "{\\"protection\\": true}"}', ("is not protected",)),
        ('{"planewatch:aws": "{\\"protection\\": \\"deletable\\"}"}', ()),
    ],
)
def test_the_stack_says_what_may_be_deleted(
    monkeypatch: pytest.MonkeyPatch, config: str, said: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", config)
    outcome = validate(data_outlives_the_stack.POLICY, resource({}, WORKSPACE))
    assert len(outcome.violations) == len(said)
    assert all(part in message for part, (message, _) in zip(said, outcome.violations, strict=True))
    assert (outcome.not_applicable is None) == bool(said)


_INTERNET = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]


def _way_out(cidr: str, without: list[str] | None = None) -> Props:
    """A rule to addresses at one port."""
    return {"to": [{"ipBlock": {"cidr": cidr, "except": without or []}}], "ports": [{"port": 8443.0}]}


@pytest.mark.parametrize(
    ("said", "rule", "fault"),
    [
        ([{"ports": [8443]}], _way_out("0.0.0.0/0", _INTERNET), None),
        ([{}, {"ports": [8443], "cidrs": ["203.0.113.0/24"]}], _way_out("203.0.113.0/24"), None),
        ([], _way_out("203.0.113.0/24"), "203.0.113.0/24, port 8443, which the stack file does not say"),
        ([{"cidrs": ["203.0.113.0/24"]}], _way_out("203.0.113.0/24"), "port 8443, which"),
        ([{"ports": [8443]}], _way_out("0.0.0.0/0", ["169.254.0.0/16"]), "0.0.0.0/0, port 8443, which"),
        ([{"ports": [8443]}], _way_out("0.0.0.0/0", _INTERNET[1:]), "0.0.0.0/0, port 8443, which"),
    ],
)
def test_the_stack_says_what_leaves_a_workload(
    monkeypatch: pytest.MonkeyPatch, said: list[Props], rule: Props, fault: str | None
) -> None:
    planes = {"prod": {"workloads": {"api": {"egress": said}}}}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"planewatch:dataPlanes": json.dumps(planes)}))
    # What the stack file does not name is the stack's own part, which has no line there.
    found = [flow(f"{zone}-api-egress", zone, pods("api"), egress=[rule]) for zone in ("prod", "control")]
    outcome = validate(egress_is_declared.POLICY, stack(*cluster_platform("prod"), *found))
    assert len(outcome.violations) == (fault is not None), outcome.violations
    for message, _ in outcome.violations:
        assert f"lets 'api' of zone 'prod' leave to {rule['to'][0]['ipBlock']['cidr']}, port" in message
        assert str(fault) in message


@pytest.mark.parametrize(
    ("planes", "known"), [({"prod": {}}, ("prod", "api")), ({"prod": {"workloads": {"till": None}}}, ("prod", "till"))]
)
def test_a_workload_without_a_word_declares_nothing(
    monkeypatch: pytest.MonkeyPatch, planes: dict[str, Any], known: tuple[str, str]
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"planewatch:dataPlanes": json.dumps(planes)}))
    assert stack_config().egress == {known: frozenset()}


@pytest.mark.parametrize(
    ("name", "kind", "faults"), [("edge-given", SECRET, 0), ("x", SECRET, 1), ("edge-given", SERVICE, 1)]
)
def test_a_secret_that_the_stack_only_reads_lies_where_it_is(name: str, kind: str, faults: int) -> None:
    """Once all is known, an update checks what a program has read, too, and what it read before."""
    given = output(kind, name, {"metadata": {"name": "given", "namespace": "ingress"}})
    outcome = validate(planes_have_own_zones.POLICY, stack(*cluster_platform("prod"), given))
    assert len(outcome.violations) == faults, outcome.violations


def test_the_program_reads_that_secret_under_the_name_that_the_policy_knows() -> None:
    program = (PACK.parent / "infra" / "platforms" / "kubernetes" / "certificates.py").read_text()
    assert f'Secret.get("{GIVEN[1]}"' in program
