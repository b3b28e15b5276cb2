"""Each resource is decoded once for all policies, and they check as before."""

from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk

from policies.decoding import decode_once

KIND = "docker:index/container:Container"
POLICIES, RESOURCES = 5, 3


def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
    for mount in args.props["mounts"]:
        if mount["source"] == "/":
            report(f"{args.name} mounts {mount['source']}", args.urn)


def validate_all(args: StackValidationArgs, report: ReportViolation) -> None:
    report(" ".join(sorted(f"{one.name} {one.props['mounts'][0]['source']}" for one in args.resources)), None)


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was decoded, call by call; the SDK is as it was at the end."""
    seen: list[object] = []

    def counted(message: object) -> dict[str, Any]:
        seen.append(message)
        return json_format.MessageToDict(message)  # type: ignore[arg-type]  # any message

    for name in ("deserialize_properties", "unknown_checking_proxy"):
        monkeypatch.setattr(sdk, name, getattr(sdk, name))
    for name in ("Analyze", "AnalyzeStack"):
        monkeypatch.setattr(sdk._PolicyAnalyzerServicer, name, getattr(sdk._PolicyAnalyzerServicer, name))
    module = type(json_format)("json_format")
    monkeypatch.setattr(module, "MessageToDict", counted, raising=False)
    monkeypatch.setattr(sdk, "json_format", module)
    decode_once()
    decode_once()
    assert isinstance(vars(sdk)["json_format"], SimpleNamespace)
    return seen


@pytest.fixture
def servicer(decoded: list[object]) -> Any:
    del decoded
    policies = [
        *(ResourceValidationPolicy(f"resource-{n}", "d", validate=validate) for n in range(POLICIES)),
        *(StackValidationPolicy(f"stack-{n}", "d", validate=validate_all) for n in range(POLICIES)),
    ]
    return sdk._PolicyAnalyzerServicer("pack", "1.0.0", policies, EnforcementLevel.MANDATORY)


def properties(source: str) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update({"mounts": [{"source": source}]})
    return found


def analyze(servicer: Any, name: str, source: str) -> list[str]:
    request = analyzer_pb2.AnalyzeRequest(type=KIND, name=name, urn=f"urn:{name}", properties=properties(source))
    return [one.message for one in servicer.Analyze(request, None).diagnostics]


def test_a_resource_is_decoded_once_and_checked_by_all(servicer: Any, decoded: list[object]) -> None:
    found = analyze(servicer, "a", "/")
    assert len(found) == POLICIES
    assert all("a mounts /" in message for message in found)
    assert len(decoded) == 1


def test_nothing_is_kept_for_the_next_resource(servicer: Any, decoded: list[object]) -> None:
    assert analyze(servicer, "a", "/") != []
    for number in range(20):
        assert analyze(servicer, f"b{number}", "volume") == []
    assert analyze(servicer, "c", "/") != []
    assert len(decoded) == 22


def test_a_stack_is_decoded_once_for_all_policies_on_it(servicer: Any, decoded: list[object]) -> None:
    request = analyzer_pb2.AnalyzeStackRequest(
        resources=[
            analyzer_pb2.AnalyzerResource(type=KIND, name=f"r{n}", urn=f"urn:r{n}", properties=properties(f"s{n}"))
            for n in range(RESOURCES)
        ]
    )
    found = servicer.AnalyzeStack(request, None).diagnostics
    assert len(found) == POLICIES
    assert all("r0 s0 r1 s1 r2 s2" in one.message for one in found)
    assert len(decoded) == RESOURCES
