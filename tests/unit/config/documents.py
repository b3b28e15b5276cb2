"""Stack documents: what a stack file says below ``config``, without the project's prefix."""

import json
from typing import Any

import pulumi
import pytest
from hypothesis import strategies as st

from config.load import parse
from config.ports import BLOCKED
from config.settings import StackSettings

Document = dict[str, Any]
FILE = "stacks/Pulumi.sample.yaml"

LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?", fullmatch=True)
PORTS = st.integers(1, 65535).filter(lambda port: port not in BLOCKED)
PLANE_NAMES = LABELS.filter(lambda name: name != "control")


def good() -> Document:
    """Return a small valid document to change."""
    return {"dataPlanes": {"prod": {"apiPort": 8081, "otlpHttpPort": 4381}}}


def read(document: Document, name: str = "sample", **options: Any) -> StackSettings:
    """Parse a document as Pulumi hands it over: texts as they are, everything else as JSON."""
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in document.items()}
    return parse(name, FILE, values, **options)


def faults(document: Document, name: str = "sample", **options: Any) -> list[str]:
    """Return the faults that are told of a document, each without its mark."""
    with pytest.raises(pulumi.RunError) as caught:
        read(document, name, **options)
    head, *lines = str(caught.value).splitlines()
    assert head == "the stack's configuration has errors:"
    assert all(line.startswith("  - ") for line in lines)
    return [line.removeprefix("  - ") for line in lines]


def changed(place: str, value: Any) -> Document:
    """Return the small valid document with another value at a dotted place."""
    document = good()
    *above, last = place.split(".")
    target = document
    for key in above:
        target = target[key]
    target[last] = value
    return document


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({}, optional=fields)


_EGRESS = _optional(
    ports=st.lists(st.integers(1, 65535), min_size=1, max_size=3, unique=True),
    cidrs=st.lists(
        st.sampled_from(["203.0.113.0/24", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::/32"]), max_size=3, unique=True
    ),
)
_LIMITS = _optional(memoryMib=st.integers(128, 4096), cpus=st.floats(0.01, 64) | st.integers(1, 4))
_VARIABLES = st.dictionaries(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,9}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
WORKLOADS = st.dictionaries(
    LABELS.filter(lambda role: role != "collector" and len(role) <= 15),
    _optional(
        image=st.just("example/service:1.0"),
        port=st.integers(1, 65535),
        healthPath=st.sampled_from(["/", "/health", "/a/b?c=d"]),
        livenessPath=st.sampled_from(["/", "/live"]),
        startupPath=st.just("/started"),
        memoryMib=st.integers(16, 4096),
        cpus=st.floats(0.01, 64) | st.integers(1, 4),
        requests=_optional(memoryMib=st.integers(1, 16), cpus=st.floats(0.001, 0.01)),
        egress=st.lists(
            _EGRESS, max_size=2, unique_by=lambda one: str((one.get("ports", [443]), one.get("cidrs", [])))
        ),
        environmentVariables=_VARIABLES,
        jobsBeforeStart=st.just([{"name": "x-j0", "command": ["a", "$(b)"]}, {"name": "x-j1", "command": [""]}]),
        # No name of a workload ends so.
        revision=st.just("x-v0"),
        beside=st.dictionaries(
            st.sampled_from(["x-v1", "x-v2"]),
            _optional(image=st.just("example/service:0.9"), environmentVariables=_VARIABLES),
            max_size=2,
        ),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any valid stack, with names that no other name begins (those are for tests of their own)."""
    names = draw(st.lists(PLANE_NAMES, min_size=1, max_size=6, unique_by=lambda name: name.partition("-")[0]))
    ports = iter(draw(st.lists(PORTS, min_size=3 + 2 * len(names), max_size=3 + 2 * len(names), unique=True)))
    control = {f"{role}Port": next(ports) for role in ("console", "prometheus", "alertmanager")}
    more = _optional(
        retention=st.builds(lambda n, unit: f"{n}{unit}", st.integers(1, 292), st.sampled_from("hdwy")),
        retentionSize=st.builds(lambda n, unit: f"{n}{unit}", st.integers(1, 999), st.sampled_from(["MB", "GB", "TB"])),
        scrapeIntervalSeconds=st.integers(1, 20),
        resources=_optional(prometheus=_LIMITS, alertmanager=_LIMITS, console=_LIMITS),
    )
    planes = {}
    for name in names:
        own = draw(_optional(environment=LABELS, workloads=WORKLOADS, resources=_optional(collector=_LIMITS)))
        planes[name] = {"apiPort": next(ports), "otlpHttpPort": next(ports), **own}
    rest = draw(
        _optional(
            platform=st.just("docker"),
            release=st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._+-]{0,19}[A-Za-z0-9])?", fullmatch=True),
            policies=st.sampled_from(["advisory", "mandatory"]),
            data=st.sampled_from(["keep", "delete"]),
            alerts=_optional(
                errorRatio=st.floats(0, 1), latencyP95Seconds=st.floats(0.005, 10, exclude_max=True), egress=_EGRESS
            ),
            docker=_optional(bindAddress=st.sampled_from(["127.0.0.1", "192.0.2.1", "::1"])),
        )
    )
    return {"controlPlane": {**control, **draw(more)}, "dataPlanes": planes, **rest}
