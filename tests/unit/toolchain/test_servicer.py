"""What the engine hears from every plugin alike, over a real connection."""

import subprocess
import sys
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2

from tests.harness.provider import Stub, asked
from toolchain.obtain.stand_ins import STAND_INS
from toolchain.simulated_aws.plugin.server import AwsProvider
from toolchain.standins.docker.server import DockerProvider
from toolchain.standins.kubernetes.server import KubernetesProvider
from toolchain.standins.servicer import serve
from toolchain.standins.servicer.changes import Change, ignoring, response
from toolchain.standins.servicer.provider import Provider
from toolchain.standins.servicer.values import Props


@pytest.fixture(params=[DockerProvider, KubernetesProvider, AwsProvider], ids=lambda made: str(made.name))
def provider(request: pytest.FixtureRequest) -> Provider:
    made: Provider = request.param()
    return made


@pytest.fixture
def stub(provider: Provider) -> Iterator[Stub]:
    with asked(provider) as made:
        yield made.stub


def test_a_plugin_says_which_version_it_behaves_like(provider: Provider, stub: Stub) -> None:
    assert stub.GetPluginInfo(empty_pb2.Empty()).version == STAND_INS[provider.name]
    assert f'"name": "{provider.name}"' in stub.GetSchema(provider_pb2.GetSchemaRequest()).schema


def test_secrets_are_accepted_alike_in_both_places_the_engine_asks(
    provider: Provider, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS", "simulated")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings = struct_pb2.Struct()
    settings.update({"region": "eu-central-1"})
    handshake = stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    configured = stub.Configure(provider_pb2.ConfigureRequest(args=settings))
    assert handshake.accept_secrets == configured.acceptSecrets == provider.accepts_secrets
    assert configured.supportsPreview
    assert configured.supports_autonaming_configuration


def test_an_unknown_setting_is_refused_by_name(stub: Stub) -> None:
    news = struct_pb2.Struct()
    news.update({"colour": "red"})
    answer = stub.CheckConfig(provider_pb2.CheckRequest(urn="urn:pulumi:s::p::pulumi:providers:x::n", news=news))
    assert any("colour" in failure.reason and not failure.property for failure in answer.failures)


def test_an_unknown_type_is_refused_with_the_way_out(stub: Stub) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        stub.Check(provider_pb2.CheckRequest(urn="urn:pulumi:s::p::helm.sh/v3:Chart$x:y:Z::n"))
    code, said = serve.reason(caught.value)
    assert code is grpc.StatusCode.UNKNOWN
    assert "does not support x:y:Z" in said
    assert "the official plugin does" in said


def test_a_fault_of_the_plugin_shows_its_traceback(
    provider: Provider, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "package_schema", {}.popitem)
    with pytest.raises(grpc.RpcError) as caught:
        stub.GetSchema(provider_pb2.GetSchemaRequest())
    code, said = serve.reason(caught.value)
    assert code is grpc.StatusCode.INTERNAL
    assert f"internal error in the {provider.name} plugin" in said
    assert "KeyError" in said


def test_cancelling_reaches_what_waits(provider: Provider, stub: Stub) -> None:
    stub.Cancel(empty_pb2.Empty())
    assert provider.answers.cancelled.is_set()


def test_ignored_changes_keep_the_old_value_of_the_whole_property() -> None:
    olds: Props = {"a": 1, "b": {"c": 1}, "gone": 1}
    news: Props = {"a": 2, "b": {"c": 2}, "new": 2}
    assert ignoring(["b.c", "gone", 'new["x.y"]'], olds, news) == {"a": 2, "b": {"c": 1}, "gone": 1}


def test_only_a_replacement_deletes_first() -> None:
    stays = response([Change("a.b[0]", "update", replaces=False)], delete_first=True)
    assert (list(stays.diffs), list(stays.replaces), stays.deleteBeforeReplace) == (["a"], [], False)
    replaced = response([Change("a.b[0]", "update", replaces=True)], delete_first=True)
    assert (list(replaced.replaces), replaced.deleteBeforeReplace) == (["a"], True)


@pytest.mark.parametrize("plugin", ["docker", "kubernetes"])
def test_a_plugin_starts_without_the_rest_of_the_sdk(plugin: str) -> None:
    program = f"""
import sys
from toolchain.standins.servicer import stubs
stubs.without_the_sdk()
import toolchain.standins.{plugin}.server
print(*(name for name in sys.modules if name.startswith(("pulumi.automation", "opentelemetry"))))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_process_that_has_the_sdk_keeps_it() -> None:
    program = """
import pulumi
from toolchain.standins.servicer import stubs
stubs.without_the_sdk()
assert pulumi is __import__("sys").modules["pulumi"]
pulumi.runtime.proto.provider_pb2.CheckRequest()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "load", ["stubs.with_the_sdk(); stubs.with_the_sdk()", "ahead.begin(); ahead.begin(); ahead.finish()"]
)
def test_a_language_host_imports_the_sdk_when_a_program_runs_or_ahead_of_it(load: str) -> None:
    program = f"""
import sys
from toolchain.standins.servicer import stubs
stubs.without_the_sdk()
import toolchain.standins.language.host
from toolchain.standins.language.ahead import Ahead
from pulumi.runtime.proto import provider_pb2
assert "pulumi.automation" not in sys.modules
ahead = Ahead()
{load}
assert "pulumi.automation" in sys.modules
import pulumi
from toolchain.standins.language import program
assert pulumi.runtime.proto.provider_pb2 is provider_pb2
assert pulumi.runtime is sys.modules["pulumi.runtime"]
class Made(pulumi.runtime.Mocks):
    def new_resource(self, args): return args.name, args.inputs
    def call(self, args): return {{}}
pulumi.runtime.set_mocks(Made())
pulumi.ComponentResource("a:b:C", "name")
"""
    subprocess.run([sys.executable, "-c", program], check=True)
