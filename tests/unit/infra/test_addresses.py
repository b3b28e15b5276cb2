"""Every zone gets addresses of its own, and keeps them whatever happens to the others."""

from collections.abc import Iterable
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from infra.platforms.docker.addresses import Addresses, ZoneAddresses

POOL = "10.128.0.0/9"
NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?", fullmatch=True)
ZONES = st.lists(NAMES, min_size=1, max_size=12, unique=True)


def allocate(pool: str, owner: str, zones: Iterable[str]) -> dict[str, ZoneAddresses]:
    addresses = Addresses(pool, owner)
    return {zone: addresses.of(zone) for zone in zones}


def allocated(pool: str, stack: str, zones: list[str]) -> dict[str, ZoneAddresses]:
    """Allocate; an example in which two names meet says nothing about the rest."""
    try:
        return allocate(pool, stack, zones)
    except ValueError:
        assume(False)
        raise


@given(NAMES, ZONES, st.sampled_from([POOL, "172.16.0.0/12", "10.9.0.0/16"]))
def test_subnets_lie_in_the_pool_and_apart(stack: str, zones: list[str], pool: str) -> None:
    found = allocated(pool, stack, zones)
    subnets = [subnet for entry in found.values() for subnet in (entry.own, entry.scrape)]
    assert set(found) == set(zones)
    assert all(subnet.subnet_of(IPv4Network(pool)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))
    for entry in found.values():
        assert entry.prometheus in entry.own
        assert entry.prometheus not in (entry.own[0], entry.own[1], entry.own.broadcast_address)


@given(NAMES, ZONES, NAMES)
def test_a_zone_keeps_its_addresses(stack: str, zones: list[str], another: str) -> None:
    found = allocated(POOL, stack, zones)
    assert allocate(POOL, stack, reversed(zones)) == found
    for zone in zones:
        assert allocate(POOL, stack, [zone]) == {zone: found[zone]}
    more = allocated(POOL, stack, [*zones, *({another} - set(zones))])
    assert {zone: more[zone] for zone in zones} == found


def test_zones_that_meet_are_named_with_the_remedy() -> None:
    # A /24 has eight places: nine zones cannot all have one.
    with pytest.raises(ValueError, match=r"zones '.*' and '.*' of 'sample' get the same addresses") as caught:
        allocate("10.9.8.0/24", "sample", [f"zone-{number}" for number in range(9)])
    assert "address pool" in str(caught.value)
    assert "rename" in str(caught.value)


@pytest.mark.parametrize("pool", ["10.128.0.1/9", "999.0.0.0/9", "10.0.0/9"])
def test_an_invalid_pool_is_reported(pool: str) -> None:
    with pytest.raises(ValueError, match=r"address pool must be an IPv4 network, e\.g\. .* \(got '"):
        allocate(pool, "sample", ["prod"])


def test_two_hundred_planes_fit_the_default_pool() -> None:
    # 262,144 places: two of 201 names meet for 7 % of the stack names.
    names = ["control", *(f"plane-{number:03}" for number in range(200))]
    fits = 0
    for number in range(50):
        try:
            fits += len(allocate(POOL, f"stack-{number}", names)) == len(names)
        except ValueError:
            continue
    assert fits > 40


def test_the_addresses_of_stacks_that_are_deployed_never_change() -> None:
    # Of a stack that 0.1.0 deployed (tests/golden/states): other subnets would replace its networks.
    found = Addresses(POOL, "local").of("prod")
    assert (str(found.own), str(found.scrape)) == ("10.130.31.96/28", "10.130.31.112/28")
