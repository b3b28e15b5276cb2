"""CPU limits are written as the official Docker plugin reads them back, and others are refused."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.platforms.docker import cpus
from tests.harness.pulumi import ROOT
from toolchain.standins.docker import cpus as stand_in
from toolchain.standins.docker.diff import diff
from toolchain.standins.docker.tables.container import CONTAINER

# What `nanoInt64ToDecimalString` of the official plugin 5.2 returns, by running it.
OFFICIAL = {
    1.0: "1.0",
    0.5: "0.5",
    0.25: "0.25",
    0.1: "0.1",
    1.05: "1.05",
    2: "2.0",
    10: "10.",
    10.25: "10.25",
    10.5: "10.5",
    100: "100.",
    100.5: "100.5",
}
MISREAD = {0.01: "0.0", 0.05: "0.1", 0.09: "0.1", 10.05: "10.1", 100.25: "100.3"}
RECORDED = sorted((ROOT / "tests" / "golden" / "states").rglob("*.json"))


@pytest.mark.parametrize(("limit", "text"), OFFICIAL.items())
def test_a_limit_is_written_as_the_official_plugin_reads_it(limit: float, text: str) -> None:
    assert cpus.written(limit) == text
    assert cpus.fault(limit) is None


@pytest.mark.parametrize(("limit", "text"), (OFFICIAL | MISREAD).items())
def test_the_stand_in_reads_as_the_official_plugin_does(limit: float, text: str) -> None:
    assert stand_in.written(round(limit * 10**9)) == text


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        (0.05, "reads back unchanged, such as 0.1 or 0.051 (got 0.05, which it reads as 0.1)"),
        (0.01, "reads back unchanged, such as 0.011 (got 0.01, which it reads as 0.0)"),
        (100.25, "reads back unchanged, such as 100.3 or 100.251 (got 100.25, which it reads as 100.3)"),
        (0.001, "must be ≥ 0.01, the least that a container can be limited to (got 0.001)"),
        (1e-12, "must be ≥ 0.01, the least that a container can be limited to (got 1e-12)"),
    ],
)
def test_a_limit_that_it_would_read_as_another_is_refused_with_one_that_it_would_not(limit: float, why: str) -> None:
    assert why in (cpus.fault(limit) or "")
    with pytest.raises(ValueError, match="cpus must be "):
        cpus.written(limit)


@given(st.floats(0.01, 1e6) | st.integers(1, 2000) | st.decimals("0.01", 300, places=2).map(float))
def test_what_is_written_is_the_limit_and_stays_as_it_is_written(limit: float) -> None:
    if (why := cpus.fault(limit)) is not None:
        proposed = why.partition("such as ")[2].partition(" (got")[0].split(" or ")
        assert [cpus.fault(float(each)) for each in proposed] == [None] * len(proposed)
        return
    text = cpus.written(limit)
    nano = int(Decimal(text).scaleb(9))
    assert abs(nano - Decimal(str(limit)).scaleb(9)) <= Decimal("0.5")
    assert stand_in.written(nano) == text


def test_a_limit_that_no_float_is_too_large_for_is_left_to_others() -> None:
    assert cpus.fault(1e300) is None


def containers() -> list[dict[str, Any]]:
    """Return the inputs of every recorded container."""
    return [
        resource["inputs"]
        for file in RECORDED
        for resource in json.loads(file.read_text())["deployment"]["resources"]
        if resource["type"] == "docker:index/container:Container"
    ]


def test_no_stack_is_replaced_because_a_limit_is_written_in_another_way() -> None:
    recorded = containers()
    assert {"1"} < {inputs["cpus"] for inputs in recorded}
    for inputs in recorded:
        assert diff(CONTAINER, inputs, inputs | {"cpus": cpus.written(float(inputs["cpus"]))}) == []
    (change,) = diff(CONTAINER, recorded[0], recorded[0] | {"cpus": "7.0"})
    assert (change.path, change.replaces) == ("cpus", True)
