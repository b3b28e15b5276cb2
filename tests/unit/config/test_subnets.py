"""Addresses for Services beside a VPC's own, and of DNS among them."""

import pytest

from config.subnets import resolver, service_cidr


@pytest.mark.parametrize(
    ("networks", "services"),
    [
        (["10.64.0.0/16"], "172.20.0.0/16"),
        (["172.20.0.0/22"], "10.100.0.0/16"),
        (["10.100.0.0/16"], "172.20.0.0/16"),
        (["10.100.0.0/16", "172.16.0.0/16"], "172.20.0.0/16"),
    ],
)
def test_services_get_addresses_beside_the_network(networks: list[str], services: str) -> None:
    assert service_cidr(*networks) == services


def test_a_vpc_may_leave_no_addresses_to_choose_for_services() -> None:
    with pytest.raises(ValueError, match="overlaps both"):
        service_cidr("10.100.5.0/24", "172.20.0.0/22")


@pytest.mark.parametrize(
    ("services", "dns"),
    [("172.20.0.0/16", "172.20.0.10/32"), ("10.100.0.0/16", "10.100.0.10/32"), ("10.7.3.0/24", "10.7.3.10/32")],
)
def test_dns_has_the_address_that_eks_gives_it(services: str, dns: str) -> None:
    assert resolver(services) == dns
