"""What becomes of stored metrics when a stack goes: they are kept, and the next one finds them."""

from tests.deployments.docker import PLANES, DockerDeployment
from tests.harness.prometheus import settled
from tests.harness.waiting import wait_until


def test_data_survives_a_destroy(platform: DockerDeployment) -> None:
    now = settled()
    before = platform.store.samples("up", until=now, seconds=600)
    assert len(before) >= 2 * len(PLANES) + 2

    run = platform.destroy().succeeded()
    platform.figures.add("destroy, data kept", run.seconds, "s")
    prefix = f"volume planewatch-{platform.stack.name}-control"
    assert platform.engine.leftovers() == [f"{prefix}-alertmanager-data", f"{prefix}-prometheus-data"]

    platform.restore()
    after = wait_until(
        lambda: platform.store.samples("up", until=now, seconds=600), within_s=60, what="what was stored before"
    )
    assert after == before
