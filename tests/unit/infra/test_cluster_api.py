"""Asking an API server over TLS with each kind of credentials, and what comes of refusals."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.platforms.kubernetes.cluster_api.client import ClusterApi
from infra.platforms.kubernetes.cluster_api.errors import ClusterError, KubeconfigError, RefusedError, UnreachableError
from tests.unit.infra.https_server import NAME, TOKEN, Asked, Server, https_server

Entry = dict[str, Any]
Connect = Callable[..., ClusterApi]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with https_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    running.asked.clear()
    running.answer = lambda asked: (200, {"path": asked.path})
    return running


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.fixture
def api(server: Server) -> Iterator[Connect]:
    """Make clients of the server for a user of its kubeconfig; ``cluster`` changes the cluster's entry."""
    with ExitStack() as made:

        def connect(user: Entry, cluster: Entry | None = None) -> ClusterApi:
            trust = {"certificate-authority-data": encoded(server.authority.certificate), "tls-server-name": NAME}
            content = {
                "current-context": "c",
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
                "clusters": [{"name": "k", "cluster": {"server": server.url, **trust, **(cluster or {})}}],
                "users": [{"name": "u", "user": user}],
            }
            return made.enter_context(closing(ClusterApi(kubeconfig=yaml.safe_dump(content))))

        yield connect


def program(folder: Path, script: str, **more: Any) -> Entry:
    path = folder / "get-token"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(path), "env": None, **more}}


def status(**said: str) -> str:
    return json.dumps({"kind": "ExecCredential", "status": said})


def test_a_token_is_shown(api: Connect) -> None:
    assert api({"token": TOKEN}).get("/version") == {"path": "/version"}


def test_a_token_is_read_from_a_file(api: Connect, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    assert api({"tokenFile": str(tmp_path / "token")}).get("/version")


def test_a_certificate_is_shown(api: Connect, server: Server, tmp_path: Path) -> None:
    pair = server.client
    data = {"client-certificate-data": encoded(pair.certificate), "client-key-data": encoded(pair.key)}
    assert api(data).get("/version")
    (tmp_path / "crt").write_text(pair.certificate)
    (tmp_path / "key").write_text(pair.key)
    assert api({"client-certificate": str(tmp_path / "crt"), "client-key": str(tmp_path / "key")}).get("/version")


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_program_gives_a_token_once(api: Connect, server: Server, tmp_path: Path, version: str) -> None:
    (tmp_path / "answer").write_text(status(token=TOKEN))
    script = f"""
        cd {tmp_path} && echo run >> runs
        test "$WHO $1" = "jane argument" && echo "$KUBERNETES_EXEC_INFO" > info && cat answer"""
    user = program(
        tmp_path,
        script,
        apiVersion=f"client.authentication.k8s.io/{version}",
        args=["argument"],
        env=[{"name": "WHO", "value": "jane"}],
        provideClusterInfo=True,
    )
    asked = api(user)
    assert asked.get("/a")
    assert asked.get("/b")
    assert (tmp_path / "runs").read_text() == "run\n"
    info = json.loads((tmp_path / "info").read_text())
    assert info["apiVersion"] == f"client.authentication.k8s.io/{version}"
    assert info["spec"]["interactive"] is False
    assert info["spec"]["cluster"]["server"] == server.url


def test_a_program_gives_a_certificate(api: Connect, server: Server, tmp_path: Path) -> None:
    pair = server.client
    (tmp_path / "answer").write_text(status(clientCertificateData=pair.certificate, clientKeyData=pair.key))
    assert api(program(tmp_path, f"cat {tmp_path}/answer")).get("/version")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo first >&2; echo 'log in first' >&2; exit 3", "failed for https://.*: log in first$"),
        ("exit 3", "failed for https://.*: exit code 3$"),
        ("echo hello", "failed for https://.*: Expecting value"),
        ("echo '{}'", "returned neither a token nor a certificate for https://"),
    ],
)
def test_a_program_that_fails_is_reported_with_its_last_words(
    api: Connect, tmp_path: Path, script: str, words: str
) -> None:
    with pytest.raises(KubeconfigError, match=f"{tmp_path}/get-token {words}"):
        api(program(tmp_path, script)).get("/version")


def test_a_program_that_is_not_installed_is_reported_with_its_hint(api: Connect) -> None:
    user = {"exec": {"apiVersion": "v1", "command": "no-such-program", "installHint": "see\nits page"}}
    with pytest.raises(KubeconfigError, match=r"^credential program no-such-program is not installed: see its page$"):
        api(user).get("/version")


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ({"tokenFile": "/no/token"}, "cannot read /no/token, which https://.* needs: No such file or directory"),
        ({"client-certificate-data": "x"}, "client certificate for https://.* is not base64"),
        (
            {"client-certificate-data": encoded("x"), "client-key-data": encoded("y")},
            "cannot use the kubeconfig's cert",
        ),
        ({"auth-provider": {"name": "gcp"}}, "has an auth-provider, which Kubernetes 1.26 removed; use exec"),
    ],
)
def test_credentials_that_cannot_be_used_are_reported(api: Connect, user: Entry, words: str) -> None:
    with pytest.raises(KubeconfigError, match=words):
        api(user).get("/version")


def test_a_server_that_the_kubeconfig_does_not_trust_is_not_asked(api: Connect, server: Server) -> None:
    user = {"token": TOKEN}
    with pytest.raises(UnreachableError, match="certificate verify failed"):
        api(user, {"certificate-authority-data": encoded(server.client.certificate)}).get("/version")
    with pytest.raises(UnreachableError, match="certificate verify failed"):
        api(user, {"tls-server-name": "api.other.test"}).get("/version")
    assert server.asked == []
    trusting = {"certificate-authority-data": None, "insecure-skip-tls-verify": True}
    assert api(user, trusting).get("/version")


def test_wrong_credentials_are_reported_without_repeating_them(api: Connect, server: Server) -> None:
    with pytest.raises(RefusedError) as refusal:
        api({"token": "sesame"}).get("/version")
    assert refusal.value.code == 401
    assert str(refusal.value) == (
        f"cannot GET /version at {server.url} (context c): the API server rejected the kubeconfig's credentials; the"
        " token or certificate may have expired"
    )


def test_a_missing_permission_is_reported_with_user_verb_and_place(api: Connect, server: Server) -> None:
    user, resource = 'User "jane" cannot list', 'resource "quotas" in API group "x.io"'
    message = f'quotas.x.io is forbidden: {user} {resource} in the namespace "dev"'
    server.answer = lambda _: (403, {"reason": "Forbidden", "message": message})
    with pytest.raises(RefusedError, match=r": user jane may not list quotas \(x\.io\) in namespace dev \(RBAC\)$"):
        api({"token": TOKEN}).find("/quotas")


def test_what_does_not_exist_is_none(api: Connect, server: Server) -> None:
    server.answer = lambda _: (404, {"reason": "NotFound", "message": "not found"})
    assert api({"token": TOKEN}).find("/nothing") is None
    with pytest.raises(RefusedError, match="not found"):
        api({"token": TOKEN}).get("/nothing")


def test_a_busy_server_is_asked_once_more(api: Connect, server: Server) -> None:
    server.answer = lambda _: (429, {"message": "too many"}) if len(server.asked) == 1 else (200, {"now": "well"})
    assert api({"token": TOKEN}).get("/version") == {"now": "well"}
    server.answer = lambda _: (503, {"message": "starting"})
    server.asked.clear()
    with pytest.raises(ClusterError, match="starting"):
        api({"token": TOKEN}).get("/version")
    assert len(server.asked) == 2


def test_a_review_returns_what_the_server_decides(api: Connect, server: Server) -> None:
    server.answer = lambda asked: (201, {"status": {"allowed": asked.body["spec"]["verb"] == "get"}})
    asked = api({"token": TOKEN})
    assert asked.review("authorization.k8s.io/v1", "SelfSubjectAccessReview", {"verb": "get"}) == {"allowed": True}
    assert server.asked == [
        Asked(
            method="POST",
            path="/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            body={
                "apiVersion": "authorization.k8s.io/v1",
                "kind": "SelfSubjectAccessReview",
                "spec": {"verb": "get"},
            },
        )
    ]
