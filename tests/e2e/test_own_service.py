"""A service of somebody's own on Docker: its secret, its user, its folders, its ports, its limits."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import docker
import pytest

from tests.harness import own_service
from tests.harness.containers import PROBE, StackOnEngine
from tests.harness.lifetime import temporary_stack
from tests.harness.own_service import FOLDER, MORE, PORT, ROLE, SECRET, VALUE, VARIABLES
from tests.harness.product import ProductStack
from tests.harness.settings import local_settings
from tests.harness.waiting import wait_until

SECRET_KEY = f"secrets.{SECRET}"
COLLECTOR_MIB, PROMETHEUS_MIB = 300, 640


@dataclass(frozen=True, kw_only=True)
class Own:
    """A deployed stack of one plane with the sample and the service."""

    stack: ProductStack
    engine: StackOnEngine

    def inside(self, *command: str) -> str:
        """Run a command of the probe program in the service; returns what it prints."""
        code, text = self.engine.execute("solo", ROLE, PROBE, *command)
        assert code == 0, text
        return text


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    settings = local_settings(["solo"])
    folder: Path = tmp_path_factory.mktemp("own")
    # The image outlives the stack: an engine keeps what a container runs.
    with (
        closing(docker.from_env()) as client,
        own_service.own_image(client, uuid4().hex[:8]) as image,
        temporary_stack(folder, settings, prefix="own") as (stack, engine),
    ):
        plane = settings["dataPlanes"]["solo"]
        plane["workloads"] = {"api": {}, ROLE: own_service.workload(image)}
        plane["resources"] = {"collector": {"memoryMib": COLLECTOR_MIB}}
        settings["controlPlane"]["resources"] = {"prometheus": {"memoryMib": PROMETHEUS_MIB, "cpus": 0.75}}
        stack.write(settings)
        missing = stack.up().failed()
        assert "secretFiles.DB_PASSWORD must name one of planewatch:secrets; there are none" in missing.text
        stack.set_secret(SECRET_KEY, VALUE)
        stack.runs.clear()
        stack.up().succeeded()
        yield Own(stack=stack, engine=engine)


def test_a_secret_is_a_file_and_nowhere_in_the_clear(own: Own) -> None:
    environment = dict(line.split("=", 1) for line in own.inside("env").splitlines())
    assert own.inside("cat", environment["DB_PASSWORD_FILE"]) == VALUE
    held = own.engine.client.api.inspect_container(own.engine.name("solo", ROLE))
    assert VALUE not in str(held)
    exported = own.stack.pulumi("stack", "export").succeeded().text
    assert VALUE not in exported
    assert [run.command for run in own.stack.runs if VALUE in run.text] == []


def test_a_variable_has_the_name_that_the_stack_gives_it(own: Own) -> None:
    environment = dict(line.split("=", 1) for line in own.inside("env").splitlines())
    assert {name: environment.get(name) for name in VARIABLES} == VARIABLES


def test_it_runs_as_its_user_and_writes_where_it_may(own: Own) -> None:
    assert own.inside("id", "-u").strip() == str(own_service.USER)
    assert own.inside("id", "-g").strip() == str(own_service.GROUP)
    own.inside("touch", f"{FOLDER}/note", "/tmp/note")
    code, text = own.engine.execute("solo", ROLE, PROBE, "touch", "/etc/planewatch-secrets/x")
    assert code != 0
    assert "Read-only" in text


def test_both_ports_answer_and_callers_know_them(own: Own) -> None:
    host = own.engine.name("solo", ROLE)
    code, text = own.engine.execute("solo", "api", PROBE, "env")
    assert code == 0, text
    environment = dict(line.split("=", 1) for line in text.splitlines())
    assert environment["SHOP_URL"] == f"http://{host}:{PORT}"
    assert environment["SHOP_MORE_ADDRESS"] == f"{host}:{MORE}"
    for port in (PORT, MORE):
        assert own.engine.fetch("solo", "api", f"http://{host}:{port}/live") == "live\n"


@pytest.mark.parametrize(
    ("zone", "role", "mib", "nano"),
    [
        ("solo", ROLE, 80, 250_000_000),
        ("solo", "collector", COLLECTOR_MIB, 500_000_000),
        ("control", "prometheus", PROMETHEUS_MIB, 750_000_000),
        ("control", "alertmanager", 128, 250_000_000),
    ],
)
def test_every_service_has_the_limits_that_the_stack_gives_it(
    own: Own, zone: str, role: str, mib: int, nano: int
) -> None:
    limits = own.engine.client.api.inspect_container(own.engine.name(zone, role))["HostConfig"]
    assert (limits["Memory"], limits["NanoCpus"]) == (mib << 20, nano)


def test_another_secret_starts_the_service_anew_and_nothing_else(own: Own) -> None:
    before = own.engine.ids()
    own.stack.set_secret(SECRET_KEY, "another")
    own.stack.up().succeeded()
    after = own.engine.ids()
    assert {name for name in before if before[name] != after[name]} == {f"solo-{ROLE}"}
    assert own.inside("cat", "/etc/planewatch-secrets/DB_PASSWORD") == "another"


def test_a_service_that_is_not_ready_is_not_restarted(own: Own) -> None:
    # An engine that has not seen it healthy yet gives it a minute to start.
    own.engine.wait_healthy()
    began = own.engine.client.api.inspect_container(own.engine.name("solo", ROLE))["State"]["StartedAt"]
    own.inside("rm", f"{FOLDER}/ready")
    wait_until(
        lambda: own.engine.health()[f"solo-{ROLE}"], lambda seen: seen == "unhealthy", within_s=60, what="it is sick"
    )
    own.inside("touch", f"{FOLDER}/ready")
    own.engine.wait_healthy()
    state = own.engine.client.api.inspect_container(own.engine.name("solo", ROLE))["State"]
    assert state["StartedAt"] == began
