"""Which API server a kubeconfig means, and refusals in one line."""

import json
from pathlib import Path

import pytest
import yaml

from toolchain.standins.kubernetes import settings
from toolchain.standins.kubernetes.configuring import config_changes
from toolchain.standins.kubernetes.kubeconfig import target
from toolchain.standins.kubernetes.settings import Settings
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import UNKNOWN, Props, Secret

CONTENT: dict[str, object] = {
    "current-context": "one",
    "contexts": [
        {"name": "one", "context": {"cluster": "a", "user": "u", "namespace": "n"}},
        {"name": "two", "context": {"cluster": "b", "user": "u"}},
        {"name": "bad", "context": {"cluster": "nowhere", "user": "u"}},
    ],
    "clusters": [
        {"name": "a", "cluster": {"server": "https://127.0.0.1:1/"}},
        {"name": "b", "cluster": {"server": "https://127.0.0.1:2", "insecure-skip-tls-verify": True}},
    ],
    "users": [{"name": "u", "user": {"token": "t"}}],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(CONTENT))
    return path


def test_the_current_context(file: Path) -> None:
    found = target(Settings(kubeconfig=str(file)))
    assert (found.server, found.context, found.namespace) == ("https://127.0.0.1:1", "one", "n")
    assert found.folder == file.parent


def test_context_cluster_and_namespace_of_the_provider(file: Path) -> None:
    assert target(Settings(kubeconfig=str(file), context="two")).namespace == "default"
    assert target(Settings(kubeconfig=str(file), cluster="b")).server == "https://127.0.0.1:2"
    assert target(Settings(kubeconfig=str(file), namespace="mine")).namespace == "mine"


def test_content_as_yaml_and_json() -> None:
    for content in (yaml.safe_dump(CONTENT), json.dumps(CONTENT)):
        assert target(Settings(kubeconfig=content)).context == "one"


def test_several_files_of_the_environment(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tmp_path / "first"
    first.write_text(yaml.safe_dump({"current-context": "two"}))
    monkeypatch.setenv("KUBECONFIG", f"{first}:{tmp_path / 'missing'}:{file}")
    assert target(Settings()).context == "two"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Settings(context="three"), "there is no context three in kubeconfig"),
        (Settings(context="bad"), "there is no cluster nowhere"),
        (Settings(cluster="c"), "there is no cluster c"),
    ],
)
def test_refusals_name_what_there_is(file: Path, given: Settings, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(file))
    with pytest.raises(RefusedError, match=words) as refusal:
        target(given)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("given", ["/no/such/file", "a: [", "- just\n- a list\n"])
def test_no_kubeconfig_at_all(given: str) -> None:
    with pytest.raises(RefusedError, match="kubeconfig"):
        target(Settings(kubeconfig=given))


def test_settings_are_read_as_the_engine_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE", "true")
    found = settings.read(
        {"kubeconfig": Secret("x"), "enablePatchForce": "true", "kubeClientSettings": '{"timeout": 5}'}
    )
    assert (found.kubeconfig, found.patch_force, found.config_map_mutable, found.request_seconds) == (
        "x",
        True,
        True,
        5,
    )


@pytest.mark.parametrize(
    ("news", "words"),
    [
        ({"renderYamlToDirectory": "x"}, "renderYamlToDirectory is not supported"),
        ({"enableServerSideApply": "false"}, "enableServerSideApply cannot be false"),
        ({"kubeConfig": "x"}, "unknown setting kubeConfig"),
    ],
)
def test_settings_that_cannot_be_used(news: Props, words: str) -> None:
    assert words in settings.failures(news)[0]


def test_another_cluster_replaces_everything_but_another_token_does_not() -> None:
    first: Props = {"kubeconfig": json.dumps(CONTENT)}
    renewed: Props = {"kubeconfig": json.dumps({**CONTENT, "users": [{"name": "u", "user": {"token": "new"}}]})}
    assert [c.replaces for c in config_changes(first, renewed)] == [False]
    assert [(c.path, c.replaces) for c in config_changes(first, {**first, "context": "two"})] == [("context", True)]
    assert [c.replaces for c in config_changes(first, {"kubeconfig": UNKNOWN})] == [True]


def test_the_program_s_own_identifier_decides() -> None:
    first: Props = {"kubeconfig": json.dumps(CONTENT), "clusterIdentifier": "x"}
    moved: Props = {**first, "context": "two"}
    assert [c.replaces for c in config_changes(first, moved)] == [False]
    assert {c.path: c.replaces for c in config_changes(first, {**moved, "clusterIdentifier": "y"})} == {
        "clusterIdentifier": True,
        "context": False,
    }
