"""The pack as the engine sees it: a process that the language host starts, spoken to over gRPC."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

import policies
from policies.docker_views import CONTAINER, NETWORK
from policies.pack import POLICIES
from tests.policies.samples import STACK, UNKNOWN_LIST, UNKNOWN_TEXT, Props, hardened, identity, urn

PACK = Path(policies.__file__).parent


@contextmanager
def running_pack(config: str) -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    env = os.environ | {"PULUMI_CONFIG": config, "PULUMI_STACK": STACK, "PULUMI_PROJECT": "planewatch"}
    env["PULUMI_DRY_RUN"] = "true"
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]
    with subprocess.Popen(command, cwd=PACK, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.kill()


def _struct(props: Props) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(props)
    return struct


def _analyze(pack: analyzer_pb2_grpc.AnalyzerStub, props: Props) -> analyzer_pb2.AnalyzeResponse:
    request = analyzer_pb2.AnalyzeRequest(
        type=CONTAINER, name="api", urn=urn(CONTAINER, "api"), properties=_struct(props)
    )
    response: analyzer_pb2.AnalyzeResponse = pack.Analyze(request)
    return response


def test_every_policy_has_the_level_that_the_stack_says() -> None:
    for level, wire in (("advisory", analyzer_pb2.ADVISORY), ("mandatory", analyzer_pb2.MANDATORY)):
        with running_pack(f'{{"planewatch:policies": "{level}"}}') as pack:
            info = pack.GetAnalyzerInfo(empty_pb2.Empty())
        assert [policy.name for policy in info.policies] == [policy.name for policy in POLICIES]
        levels = {policy.name: policy.enforcementLevel for policy in info.policies}
        # What a stack may well want otherwise is advice at any level, and what is exempt is only told.
        assert levels.pop("services-outlive-a-pod") == analyzer_pb2.ADVISORY
        assert levels.pop("exemptions-in-use") == analyzer_pb2.ADVISORY
        assert set(levels.values()) == {wire}


def test_the_stacks_address_reaches_the_policy() -> None:
    port = hardened(labels=identity("prod", "api"), ports=[{"internal": 8000, "ip": "10.0.0.5"}])
    with running_pack('{"planewatch:docker": "{\\"bindAddress\\": \\"10.0.0.5\\"}"}') as pack:
        assert not _analyze(pack, port).diagnostics
    with running_pack("{}") as pack:
        assert [d.policyName for d in _analyze(pack, port).diagnostics] == ["container-publishes-on-chosen-address"]


def test_the_packs_own_configuration_stands_over_the_stacks() -> None:
    port = hardened(labels=identity("prod", "api"), ports=[{"internal": 8000, "ip": "10.0.0.6"}], user="0:0")
    address = analyzer_pb2.PolicyConfig(
        enforcementLevel=analyzer_pb2.MANDATORY, properties=_struct({"bindAddress": "10.0.0.6"})
    )
    softer = analyzer_pb2.PolicyConfig(enforcementLevel=analyzer_pb2.ADVISORY)
    with running_pack("{}") as pack:
        pack.Configure(
            analyzer_pb2.ConfigureAnalyzerRequest(
                policyConfig={
                    "container-publishes-on-chosen-address": address,
                    "container-runs-as-non-root": softer,
                }
            )
        )
        (diagnostic,) = _analyze(pack, port).diagnostics
    assert diagnostic.policyName == "container-runs-as-non-root"
    assert diagnostic.enforcementLevel == analyzer_pb2.ADVISORY


def test_unknown_values_are_silent_and_the_rest_is_still_checked() -> None:
    props = hardened(
        labels=UNKNOWN_LIST,
        image=UNKNOWN_TEXT,
        envs=UNKNOWN_LIST,
        user="0:0",
        ports=None,
        networksAdvanced=UNKNOWN_LIST,
    )
    with running_pack("{}") as pack:
        response = _analyze(pack, props)
    assert [d.policyName for d in response.diagnostics] == ["container-runs-as-non-root"]


def test_a_stack_policy_points_at_the_resource() -> None:
    api = hardened(name=f"planewatch-{STACK}-dev-api", labels=identity("dev", "api"))
    prod = {"name": f"planewatch-{STACK}-prod", "labels": identity("prod", "network")}
    resources = [
        analyzer_pb2.AnalyzerResource(type=kind, name=name, urn=urn(kind, name), properties=_struct(props))
        for kind, name, props in ((CONTAINER, "api", api), (NETWORK, "prod", prod))
    ]
    with running_pack("{}") as pack:
        response = pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=resources))
    (diagnostic,) = response.diagnostics
    assert (diagnostic.policyName, diagnostic.urn) == ("planes-have-own-zones", urn(CONTAINER, "api"))
    assert "of plane 'dev' is attached to 'planewatch-sample-prod' of plane 'prod'" in diagnostic.message
