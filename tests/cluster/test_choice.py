"""Which cluster is taken: the user's own choice first, and what is said when it cannot be had."""

import os
from pathlib import Path

import pytest
import yaml

import toolchain.cluster
from toolchain.cluster import chosen, containers, images, layout
from toolchain.cluster.processes import Daemon
from toolchain.obtain.cache import Cache
from toolchain.obtain.errors import ToolchainError, UnavailableError


def write(path: Path, *names: str, server: str = "https://127.0.0.1:1", current: str = "") -> str:
    content = {
        "current-context": current,
        "contexts": [{"name": name, "context": {"cluster": f"{name}-cluster", "user": "me"}} for name in names],
        "clusters": [{"name": f"{name}-cluster", "cluster": {"server": f"{server}/{name}"}} for name in names],
    }
    path.write_text(yaml.safe_dump(content))
    return str(path)


def test_nothing_chosen_without_variables() -> None:
    assert chosen.chosen({}) is None


def test_named_context_is_found_in_any_of_several_files(tmp_path: Path) -> None:
    files = os.pathsep.join((write(tmp_path / "a", "one", current="one"), write(tmp_path / "b", "two", current="two")))
    found = chosen.chosen({"KUBECONFIG": files, "PLANEWATCH_KUBE_CONTEXT": "two"})
    assert found == chosen.Chosen(kubeconfig=files, context="two", server="https://127.0.0.1:1/two")


def test_kubeconfig_alone_means_its_current_context(tmp_path: Path) -> None:
    file = write(tmp_path / "a", "one", "two", current="two")
    found = chosen.chosen({"KUBECONFIG": file})
    assert found is not None
    assert found.context == "two"


def test_kubeconfig_of_our_own_cluster_is_no_choice_of_another(tmp_path: Path) -> None:
    file = write(tmp_path / "a", "one", current="one")
    assert chosen.chosen({"KUBECONFIG": file}, ours=tmp_path) is None


def test_unknown_context_names_those_there_are(tmp_path: Path) -> None:
    file = write(tmp_path / "a", "one", "two")
    with pytest.raises(ToolchainError, match=r"no context 'three' in .*contexts: one, two"):
        toolchain.cluster.up(
            Cache(tmp_path / "cache"), environ={"KUBECONFIG": file, "PLANEWATCH_KUBE_CONTEXT": "three"}
        )


def test_silent_server_of_the_users_context_is_an_error_and_nothing_is_made(tmp_path: Path) -> None:
    file = write(tmp_path / "a", "one", current="one")
    with pytest.raises(ToolchainError, match=r"nothing answers at https://127\.0\.0\.1:1/one"):
        toolchain.cluster.up(Cache(tmp_path / "cache"), environ={"KUBECONFIG": file})
    assert not (tmp_path / "cache").exists()


def test_images_cannot_be_loaded_into_a_users_cluster(tmp_path: Path) -> None:
    users = toolchain.cluster.Cluster(name="", kubeconfig="x", context="theirs", origin="the user's context")
    with pytest.raises(UnavailableError, match=r"theirs .* has to pull"):
        toolchain.cluster.load_images(Cache(tmp_path), users, ["a:1"])


@pytest.mark.parametrize("name", ["", "a", "Abc", "1ab", "ab-", "a_b", "a23456789012x"])
def test_impossible_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the name of a cluster must be"):
        layout.folder_of(Cache(tmp_path), name)


def test_layout_parts_do_not_overlap_and_are_remembered(tmp_path: Path) -> None:
    made = layout.settle(Cache(tmp_path), "one")
    assert layout.recall(Cache(tmp_path), "one") == made
    assert not made.pods.overlaps(made.services)
    for network in (made.pods, made.services):
        assert network.subnet_of(made.network)
        assert made.node_address not in network
        assert made.host_address not in network


def test_process_with_a_recycled_number_is_not_ours(tmp_path: Path) -> None:
    daemon = Daemon("sleeper", tmp_path)
    daemon.start(["sleep", "60"])
    pid = daemon.pid()
    assert pid is not None
    (tmp_path / "pid" / "sleeper").write_text(f"{pid} 1")
    assert daemon.pid() is None
    daemon.kill()
    assert Path(f"/proc/{pid}").exists()  # another one's process is left alone
    os.killpg(pid, 9)


@pytest.mark.parametrize(
    ("reference", "full"),
    [
        ("busybox:1", "docker.io/library/busybox:1"),
        ("prom/prometheus:v3", "docker.io/prom/prometheus:v3"),
        ("registry.example:5000/a/b:1", "registry.example:5000/a/b:1"),
        ("localhost/a:1", "localhost/a:1"),
    ],
)
def test_references_as_containerd_spells_them(reference: str, full: str) -> None:
    assert images.full_name(reference) == full


def test_container_tool_makes_loads_and_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither k3d nor kind can be had in a closed network: a script stands in and shows what it was asked."""
    script = tmp_path / "bin" / "k3d"
    script.parent.mkdir()
    script.write_text(
        "#!/bin/sh\n"
        f'echo "$*" >> {tmp_path}/asked\n'
        f'case "$1 $2" in "kubeconfig get") test -e {tmp_path}/made && echo config;; '
        f'"cluster create") touch {tmp_path}/made;; "cluster delete") rm {tmp_path}/made;; esac\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    cache, (k3d, _) = Cache(tmp_path / "cache"), containers.TOOLS
    assert containers.obstacle(k3d, None) == "there is no Docker engine"

    path = containers.make(cache, k3d, "one", lambda _: None)
    assert path.read_text() == "config\n"
    assert containers.made_by(cache, "one") is k3d
    containers.load(cache, k3d, "one", ["a:1", "b:2"])
    assert toolchain.cluster.down(cache, name="one")
    assert containers.made_by(cache, "one") is None
    assert (tmp_path / "asked").read_text().splitlines() == [
        "kubeconfig get planewatch-one",
        "cluster create planewatch-one --wait --kubeconfig-update-default=false",
        "kubeconfig get planewatch-one",
        "image import --cluster=planewatch-one a:1 b:2",
        "cluster delete planewatch-one",
    ]
