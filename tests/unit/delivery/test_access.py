"""kubectl is led to the cluster that the stack file names."""

from pathlib import Path

import pytest
import yaml

from delivery.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "stacks").mkdir()
    return Workspace(root=tmp_path, stack="shop", stacks=tmp_path / "stacks", state=tmp_path / "state")


@pytest.mark.parametrize(
    ("kubernetes", "wanted"),
    [
        ({"kubeconfig": "/etc/kube/shop"}, "/etc/kube/shop"),
        ({"kubeconfig": "~/shop"}, str(Path.home() / "shop")),
        ({"context": "shop"}, "/of/the/user"),
        (None, "/of/the/user"),
    ],
)
def test_the_kubeconfig_is_the_stacks_or_the_users(
    workspace: Workspace, kubernetes: dict[str, str] | None, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/of/the/user")
    config = {"planewatch:kubernetes": kubernetes} if kubernetes else {}
    workspace.stack_file.write_text(yaml.safe_dump({"config": config}))
    workspace.prepare()
    assert workspace.kubectl_environment()["KUBECONFIG"] == wanted
