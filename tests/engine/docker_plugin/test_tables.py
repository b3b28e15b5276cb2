"""The property tables against the installed SDK, and the pure parts of the plugin on any values."""

import typing
from collections.abc import Iterator

import pulumi_docker
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import _types

from toolchain.standins.docker.container_spec import nanoseconds
from toolchain.standins.docker.container_state import duration
from toolchain.standins.docker.diff import diff
from toolchain.standins.docker.inputs import check
from toolchain.standins.docker.resource import previewed
from toolchain.standins.docker.schema import Kind, Prop
from toolchain.standins.docker.server import HANDLERS
from toolchain.standins.docker.tables.container import CONTAINER
from toolchain.standins.docker.tables.storage_and_network import NETWORK
from toolchain.standins.servicer.autonaming import Autoname
from toolchain.standins.servicer.values import UNKNOWN, Value, from_struct, to_struct

CONTAINER_ANY = "0.0.0.0"  # noqa: S104 - the official default
_SCALARS: dict[object, tuple[Kind, ...]] = {str: (Kind.STR,), bool: (Kind.BOOL,), int: (Kind.INT,)}


def sdk_members(arguments: type) -> dict[str, object]:
    """Give the property names of an SDK's argument class with their types."""
    names = _types.input_type_py_to_pulumi_names(arguments).values()
    found = _types.input_type_types(arguments)
    return {name: found[name] for name in names}


def element(annotation: object) -> object:
    """Give what a list annotation of the SDK is a list of."""
    inner = typing.get_args(annotation)[0]
    return typing.get_args(inner)[0] if typing.get_origin(inner) is typing.Union else inner


def kinds(annotation: object) -> tuple[Kind, ...]:
    origin = typing.get_origin(annotation)
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    if origin is None:
        return (Kind.OBJECT,)
    return (Kind.MAP,) if "Mapping" in str(origin) else (Kind.LIST, Kind.SET)


def differences(props: tuple[Prop, ...], arguments: type, path: str) -> Iterator[str]:
    # Nested input classes of the SDK also list what only the container engine sets.
    known = {prop.name: prop for prop in props if path or not prop.output_only}
    members = sdk_members(arguments)
    yield from (f"{path}{name}: only one side has it" for name in known.keys() ^ members.keys())
    for name in known.keys() & members.keys():
        prop, annotation = known[name], members[name]
        if prop.kind not in kinds(annotation):
            yield f"{path}{name}: {prop.kind} but {annotation}"
        nested = (
            annotation if prop.kind is Kind.OBJECT else element(annotation) if typing.get_args(annotation) else None
        )
        if isinstance(nested, type) and _types.is_input_type(nested):
            yield from differences(prop.fields, nested, f"{path}{name}.")
        elif prop.fields:
            yield f"{path}{name}: no object in the SDK"


@pytest.mark.parametrize("urn_type", sorted(HANDLERS))
def test_the_tables_know_what_the_sdk_knows(urn_type: str) -> None:
    kind = HANDLERS[urn_type].kind
    arguments = getattr(pulumi_docker, f"{urn_type.rpartition(':')[2]}Args")
    assert sorted(differences(kind.props, arguments, "")) == []
    outputs = set(_types.resource_py_to_pulumi_names(getattr(pulumi_docker, urn_type.rpartition(":")[2])).values())
    assert outputs == {prop.name for prop in kind.props}


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
    | st.text(max_size=20)
    | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_values_survive_the_wire(props: dict[str, Value]) -> None:
    assert from_struct(to_struct(props)) == props


@given(st.integers(0, 10**15))
def test_durations_survive_the_container_engine(amount: int) -> None:
    assert nanoseconds(duration(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0, "0s"), (10**9, "1s"), (90 * 10**9, "1m30s"), (3600 * 10**9, "1h0m0s"), (1_500_000, "1.5ms"), (250, "250ns")],
)
def test_durations_are_written_as_go_does(amount: int, written: str) -> None:
    assert duration(amount) == written


def test_defaults_are_those_of_the_official_plugin() -> None:
    inputs, failures = check(CONTAINER, {}, {"image": "i", "name": "n", "ports": [{"internal": 80}]}, Autoname("n"))
    assert failures == []
    assert inputs == {
        "__defaults": [
            "containerReadRefreshTimeoutMilliseconds",
            "mustRun",
            "networkMode",
            "removeVolumes",
            "restart",
            "start",
            "waitTimeout",
        ],
        "containerReadRefreshTimeoutMilliseconds": 15000,
        "image": "i",
        "mustRun": True,
        "name": "n",
        "networkMode": "bridge",
        "ports": [{"__defaults": ["ip", "protocol"], "internal": 80, "ip": CONTAINER_ANY, "protocol": "tcp"}],
        "removeVolumes": True,
        "restart": "no",
        "start": True,
        "waitTimeout": 60,
    }


def test_a_default_that_an_older_version_wrote_is_kept() -> None:
    olds: dict[str, Value] = {"__defaults": ["attach", "name"], "attach": False, "name": "kept-1234567", "image": "i"}
    inputs, _ = check(CONTAINER, olds, {"image": "i"}, Autoname("kept"))
    assert inputs["attach"] is False
    assert inputs["name"] == "kept-1234567"


def test_a_preview_promises_what_the_container_engine_decides() -> None:
    outputs = previewed(NETWORK, {"name": "n", "__defaults": []})
    assert outputs["scope"] is UNKNOWN
    assert outputs["driver"] is UNKNOWN
    assert outputs["name"] == "n"
    assert "__defaults" not in outputs


def test_zero_values_and_absence_are_the_same() -> None:
    assert diff(CONTAINER, {"memory": 0, "privileged": False, "dns": []}, {"groupAdds": [], "cpuSet": ""}) == []


def test_an_unknown_entry_of_a_set_is_a_change() -> None:
    changes = diff(CONTAINER, {"envs": ["A=1", "B=2"]}, {"envs": ["B=2", UNKNOWN]})
    assert [(change.path, change.how, change.replaces) for change in changes] == [("envs[1]", "update", True)]
