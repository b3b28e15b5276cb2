"""What is left of a stack is found whatever it is called; what others make on the same engine meanwhile is not."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import docker
import pytest

from config.images import UTILITY
from tests.harness.holdings import assert_nothing_new, holdings
from tests.harness.prepared import engine_with

pytestmark = pytest.mark.docker


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    made = engine_with([UTILITY.reference])
    yield made
    made.close()


def test_what_is_new_and_ours_is_found(client: docker.DockerClient) -> None:
    stack = f"h{secrets.token_hex(3)}"
    before = holdings(client, stack)
    with ExitStack() as at_end:

        def container(name: str, command: str, labels: dict[str, str] | None = None) -> str:
            made = client.containers.create(UTILITY.reference, command, name=name, labels=labels)
            at_end.callback(made.remove, v=True)
            return f"container {name}"

        step = container(f"nimble-{stack}", "/bin/sh -c /opt/venv/bin/pip install x")
        receiver = container(f"planewatch-{stack}-receiver", "sleep 1", {"planewatch.test": stack})
        container(f"shop-{stack}", "sleep 1")
        container(f"planewatch-other{stack}-api", "sleep 1", {"planewatch.stack": f"other{stack}"})
        network = client.networks.create(f"planewatch-{stack}-control")
        at_end.callback(network.remove)
        volume = client.volumes.create()
        at_end.callback(volume.remove)
        wanted = {step, receiver, f"network {network.name}", f"volume {volume.name}"}
        assert wanted <= holdings(client, stack) - before
        assert not [each for each in holdings(client, stack) - before if "shop-" in each or "-other" in each]
        with pytest.raises(AssertionError, match=f"nimble-{stack}"):
            assert_nothing_new(client, stack, before, within_s=0)
    assert not [each for each in holdings(client, stack) - before if stack in each]
