"""`planewatch access` opens every address of a stack on the cluster, and `traffic` needs nobody to open any."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from delivery.forwards import Forward
from tests.deployments import Role
from tests.deployments.kubernetes import PLANES, KubernetesDeployment
from tests.harness.product import ProductStack
from tests.harness.waiting import wait_until

_OPEN_S = 60


@pytest.fixture
def stack(on_cluster: KubernetesDeployment) -> ProductStack:
    """The stack, with nobody on the ports of its file."""
    on_cluster.forwards.close()
    assert isinstance(on_cluster.stack, ProductStack)
    return on_cluster.stack


@contextmanager
def accessed(stack: ProductStack, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the command as long as the block does; what it says goes to ``log``."""
    with (
        log.open("wb") as file,
        subprocess.Popen(
            stack.command("access"), env=stack.environment, cwd=stack.root, stdout=file, stderr=file
        ) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def answers(port: int) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5, trust_env=False).status_code > 0
    return False


def test_every_address_answers_until_the_command_is_interrupted(
    on_cluster: KubernetesDeployment, stack: ProductStack, tmp_path: Path
) -> None:
    ports = {name: Forward.of(name, text).port for name, text in on_cluster.outputs.access.items()}
    assert ports.keys() == {"console", "query", *(f"{name}-{way}" for name in PLANES for way in ("http", "otlp-http"))}
    log = tmp_path / "log"

    def open_ports() -> set[str]:
        with ThreadPoolExecutor(len(ports)) as pool:
            return {name for name, well in zip(ports, pool.map(answers, ports.values()), strict=True) if well}

    with accessed(stack, log) as process:
        wait_until(open_ports, lambda seen: seen == set(ports), within_s=_OPEN_S, what="every address answers")
        console = Role(zone="control", name="console")
        on_cluster.cluster.kubectl(
            "-n", on_cluster.cluster.namespace("control"), "delete", "pod", *on_cluster.pods(console)
        )
        wait_until(
            on_cluster.unready, lambda seen: not seen, within_s=120, what="the console's pods are back", every_s=1
        )
        wait_until(open_ports, lambda seen: seen == set(ports), within_s=_OPEN_S, what="every address answers again")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, log.read_text()
    assert open_ports() == set()
    said = log.read_text()
    assert "console: the forward ended (" in said
    assert "console: open again" in said
    for port in ports.values():
        assert f"http://127.0.0.1:{port}" in said


def test_up_names_the_command_that_opens_the_addresses(stack: ProductStack) -> None:
    up = next(run for run in stack.runs if " up " in run.command and run.code == 0)
    assert f"to open them from here: {stack.workspace.command('access')}" in up.text


def test_a_port_that_is_taken_is_reported_before_anything_is_opened(
    on_cluster: KubernetesDeployment, stack: ProductStack
) -> None:
    port = Forward.of("query", on_cluster.outputs.access["query"]).port
    with socket.create_server(("127.0.0.1", port)):
        run = stack.planewatch("access").failed()
    assert f"something on this machine listens on {port} (for query)" in run.text
    assert str(stack.workspace.stack_file) in run.text


def test_load_reaches_planes_that_answer_inside_the_cluster_only(stack: ProductStack) -> None:
    run = stack.planewatch("traffic", "--scenario", "normal-operations", "--duration", "3", "--json", merge=False)
    targets = {target["target"]: target for target in json.loads(run.succeeded().text)["targets"]}
    assert targets.keys() == set(PLANES)
    for target in targets.values():
        assert target["answered"] == target["total"]["requests"] > 0
