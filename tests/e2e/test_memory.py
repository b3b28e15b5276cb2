"""The whole stack of three planes fits in 2 GiB."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.deployments.docker import PLANES, DockerDeployment
from tests.deployments.traffic import visit_all

BOUND = 2 * 2**30


def _used(platform: DockerDeployment) -> int:
    """Return the bytes in use by all services without page cache; files in memory (tmpfs) count."""
    identities = list(platform.engine.ids().values())
    with ThreadPoolExecutor(len(identities)) as pool:
        return sum(pool.map(lambda each: _of(platform.engine.client.api.stats(each, stream=False)), identities))


def _of(stats: Any) -> int:
    memory = stats["memory_stats"]
    # The first names are those of cgroup v1, the second those of v2.
    cache = memory["stats"].get("total_cache", memory["stats"].get("file", 0))
    shared = memory["stats"].get("total_shmem", memory["stats"].get("shmem", 0))
    used: int = memory["usage"] - cache + shared
    assert used > 0
    return used


def test_under_load_the_stack_uses_less_than_two_gibibytes(platform: DockerDeployment) -> None:
    with ThreadPoolExecutor() as pool:
        load = [pool.submit(visit_all, platform, PLANES, rounds=8) for _ in range(4)]
        seen = [_used(platform)]
        while not all(each.done() for each in load):
            seen.append(_used(platform))
        for each in load:
            each.result()
    platform.figures.add("memory of three planes under load, highest of several looks", max(seen) / 2**20, "MiB")
    assert max(seen) < BOUND


def test_limits_hold_the_stack_to_two_gibibytes_whatever_happens(platform: DockerDeployment) -> None:
    limits = {name: facts["HostConfig"]["Memory"] for name, facts in platform.engine.services().items()}
    assert sum(limits.values()) <= BOUND
