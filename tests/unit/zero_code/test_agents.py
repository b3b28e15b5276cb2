"""Real zero-code agents: what a workload is given is all that they need, and each process is counted by itself."""

import subprocess
from pathlib import Path

import pytest

from tests.harness.ports import free_port
from tests.servers.zero_code import JAVA, NODE, OLDER_PYTHON, PYTHON, Agent
from tests.unit.services.servers import Stack
from tests.unit.zero_code.conftest import Obtain
from tests.unit.zero_code.service import check_counted, service

_HERE = Path(__file__).parent
# `opentelemetry-instrument`, whose script names the folder in which it was installed.
_INSTRUMENT = "from opentelemetry.instrumentation.auto_instrumentation import run; run()"
_NODE_AGENT = "node_modules/@opentelemetry/auto-instrumentations-node/build/src/register.js"


@pytest.mark.parametrize("agent", [PYTHON, OLDER_PYTHON], ids=["newest", "without-instances"])
def test_two_workers_that_a_python_server_forks(agent: Agent, obtain: Obtain, stack: Stack, tmp_path: Path) -> None:
    python, port = str(obtain(agent) / "bin" / "python"), free_port()
    server = ["-m", "gunicorn", "--workers=2", f"--bind=127.0.0.1:{port}", f"--chdir={_HERE / 'python'}", "shop:app"]
    with service([python, "-c", _INSTRUMENT, python, *server], port, stack, tmp_path) as shop:
        check_counted(shop, stack, route="/orders/<int:number>", processes=2)
        assert "Failed to export" not in shop.program.said


def test_two_processes_of_a_node_cluster(obtain: Obtain, stack: Stack, tmp_path: Path) -> None:
    folder, port = obtain(NODE), free_port()
    command = ["node", "--require", str(folder / _NODE_AGENT), str(_HERE / "node" / "shop.js")]
    # Without a level it says nothing of what fails.
    image = {"NODE_PATH": str(folder / "node_modules"), "OTEL_LOG_LEVEL": "error"}
    with service(command, port, stack, tmp_path, image) as shop:
        check_counted(shop, stack, route="/orders/:number", processes=2)
        assert "failed" not in shop.program.said


def test_a_java_process(obtain: Obtain, stack: Stack, tmp_path: Path) -> None:
    jar, port = obtain(JAVA) / "agent.jar", free_port()
    # Beforehand: in a process that compiles, the agent does not start.
    subprocess.run(["javac", "-d", tmp_path, _HERE / "java" / "Shop.java"], check=True)
    command = ["java", f"-javaagent:{jar}", "-cp", str(tmp_path), "Shop"]
    with service(command, port, stack, tmp_path) as shop:
        check_counted(shop, stack, route="/orders/", processes=1)
        assert "Failed to export" not in shop.program.said
