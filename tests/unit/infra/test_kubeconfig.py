"""Which API server and user a kubeconfig names, and what is wrong with one that names none."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.platforms.kubernetes.cluster_api import kubeconfig
from infra.platforms.kubernetes.cluster_api.errors import KubeconfigError
from infra.platforms.kubernetes.cluster_api.kubeconfig import target

CONTENT: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Config",
    "preferences": {},
    "current-context": "one",
    "contexts": [
        {"name": "one", "context": {"cluster": "a", "user": "u", "namespace": "n"}},
        {"name": "two", "context": {"cluster": "b"}},
        {"name": "no-cluster", "context": {"cluster": "nowhere", "user": "u"}},
        {"name": "no-user", "context": {"cluster": "a", "user": "nobody"}},
    ],
    "clusters": [
        {"name": "a", "cluster": {"server": "https://a:1", "certificate-authority": "ca.crt"}},
        {"name": "b", "cluster": {"server": "https://b:2", "insecure-skip-tls-verify": True, "proxy-url": None}},
    ],
    "users": [{"name": "u", "user": {"token": "the-token", "exec": None}}],
}


@pytest.fixture(autouse=True)
def _no_usual_kubeconfig(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "given" / "config", CONTENT)


def written(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content))
    return path


def test_the_current_context_counts_and_files_lie_beside_the_kubeconfig(file: Path) -> None:
    found = target(str(file))
    assert (found.cluster.server, found.user.token) == ("https://a:1", "the-token")
    assert found.cluster.certificate_authority == file.parent / "ca.crt"
    assert str(found) == "https://a:1 (context one)"


def test_another_context_may_be_named_and_need_no_user(file: Path) -> None:
    found = target(str(file), "two")
    assert (found.cluster.server, found.cluster.insecure_skip_tls_verify, found.user.token) == (
        "https://b:2",
        True,
        None,
    )


@pytest.mark.parametrize("text", [yaml.safe_dump(CONTENT), json.dumps(CONTENT)], ids=["yaml", "json"])
def test_a_text_is_read_as_a_file_is(text: str) -> None:
    assert target(text).cluster.server == "https://a:1"


def test_of_several_files_the_first_that_names_something_counts(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = written(
        tmp_path / "first",
        {
            "current-context": "mine",
            "contexts": [{"name": "mine", "context": {"cluster": "a", "user": "u"}}],
            "clusters": None,
            "users": [{"name": "u", "user": {"client-key": "mine.key"}}],
        },
    )
    monkeypatch.setenv("KUBECONFIG", f"{first}:{tmp_path / 'missing'}:{file}")
    found = target()
    assert (found.cluster.server, found.user.token) == ("https://a:1", None)
    # Each file's relative paths start from its own folder.
    assert found.user.client_key == tmp_path / "mine.key"
    assert found.cluster.certificate_authority == file.parent / "ca.crt"


def test_the_usual_file_is_in_the_home_folder(tmp_path: Path) -> None:
    written(tmp_path / "home" / ".kube" / "config", CONTENT)
    assert target().context == "one"


def test_a_pod_has_its_service_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("t")
    monkeypatch.setattr(kubeconfig, "SERVICE_ACCOUNT", tmp_path)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    found = target()
    assert (str(found), found.user.token_file) == ("https://[fd00::1]:443", tmp_path / "token")


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("three", "has no context three; it has no-cluster, no-user, one, two"),
        ("no-cluster", "has no cluster nowhere, which context no-cluster names"),
        ("no-user", "has no user nobody, which context no-user names"),
    ],
)
def test_what_a_context_lacks_is_named(file: Path, context: str, words: str) -> None:
    with pytest.raises(KubeconfigError) as refusal:
        target(str(file), context)
    assert str(refusal.value) == f"kubeconfig {file} {words}"


def test_without_a_current_context_those_there_are_named(file: Path) -> None:
    written(file, {**CONTENT, "current-context": ""})
    with pytest.raises(KubeconfigError, match="sets no current context; name one of no-cluster, no-user, one, two"):
        target(str(file))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [\n", "is not valid YAML"),
        ("- just\n- a list\n", "is not a valid kubeconfig: the document"),
        (
            "clusters:\n- name: a\n  cluster: {}\n",
            "is not a valid kubeconfig: clusters.0.cluster.server: Field required",
        ),
    ],
)
def test_what_is_no_kubeconfig_is_reported_in_one_line(text: str, words: str) -> None:
    with pytest.raises(KubeconfigError, match=words) as refusal:
        target(text)
    assert "\n" not in str(refusal.value)


def test_credentials_of_a_broken_kubeconfig_are_not_shown() -> None:
    with pytest.raises(KubeconfigError) as refusal:
        target(yaml.safe_dump({**CONTENT, "users": [{"name": "u", "user": {"token": ["sesame"]}}]}))
    assert "users.0.user.token" in str(refusal.value)
    assert "sesame" not in str(refusal.value)


def test_a_missing_kubeconfig_is_reported_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=r"^kubeconfig /no/such/file does not exist$"):
        target("/no/such/file")
    with pytest.raises(KubeconfigError) as refusal:
        target()
    usual = tmp_path / "home" / ".kube" / "config"
    assert str(refusal.value) == (
        f"kubeconfig {usual} does not exist; set KUBECONFIG or planewatch:kubernetes.kubeconfig"
    )
