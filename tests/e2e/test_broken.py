"""A deployment that cannot start says why, harms nobody else, and is repaired by the next `up`."""

import io
from collections.abc import Iterator

import pytest

from config.images import UTILITY
from tests.deployments.docker import DockerDeployment
from tests.harness.ports import free_ports
from tests.harness.settings import plane

LAST_WORDS = "fatal: cannot read /etc/console/licence"
_DOCKERFILE = f"""
FROM {UTILITY.reference}
CMD ["/bin/busybox", "sh", "-c", "echo starting up; echo '{LAST_WORDS}' >&2; exit 3"]
"""


@pytest.fixture
def broken_image(platform: DockerDeployment) -> Iterator[str]:
    """An image whose process says something and ends at once."""
    reference = f"planewatch-test/broken:{platform.stack.name}"
    platform.engine.client.images.build(fileobj=io.BytesIO(_DOCKERFILE.encode()), tag=reference, rm=True)
    yield reference
    platform.restore()
    platform.engine.client.images.remove(reference, force=True)


def test_a_service_that_ends_at_once_is_named_with_its_last_words(
    platform: DockerDeployment, broken_image: str
) -> None:
    before = platform.engine.ids()
    settings = platform.changed_settings()
    settings["images"] = {"console": {"reference": broken_image}}
    run = platform.apply(settings).failed()
    platform.figures.add("up that fails because a service ends at once", run.seconds, "s")
    assert platform.engine.name("control", "console") in run.text
    assert LAST_WORDS in run.text

    platform.apply(platform.settings).succeeded()
    platform.wait_well()
    after = platform.engine.ids()
    assert {name for name in before if before[name] != after.get(name)} == {"control-console"}
    platform.stack.pulumi("preview", "--expect-no-changes").succeeded()


def test_an_image_that_is_not_there_is_named(platform: DockerDeployment) -> None:
    before = platform.engine.ids()
    settings = platform.changed_settings()
    settings["images"] = {"console": {"reference": "planewatch-test/nowhere:1"}}
    run = platform.apply(settings).failed()
    assert "planewatch-test/nowhere:1" in run.text
    assert platform.engine.ids() == before


def test_an_interrupted_up_is_taken_up_by_the_next(platform: DockerDeployment) -> None:
    before = platform.engine.ids()
    settings = platform.changed_settings()
    settings["dataPlanes"]["stage"] = plane(*free_ports(2))

    def begun() -> bool:
        return any("stage" in name for name in platform.engine.leftovers())

    platform.interrupt(settings, begun).failed()
    platform.apply(settings).succeeded()
    platform.wait_well()
    after = platform.engine.ids()
    assert sorted(after) == sorted([*before, "stage-api", "stage-collector"])
    assert {name for name in before if before[name] != after[name]} <= {"control-prometheus"}
    platform.stack.pulumi("preview", "--expect-no-changes").succeeded()
