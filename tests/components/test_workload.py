"""A workload that does not fit together is refused where it is described."""

from dataclasses import replace

import pytest

from components.platform import Service
from components.probe import Probe
from components.resources import Resources
from components.workload import Caller, File, Port, Workload
from config.images import UTILITY

GOOD = Workload(
    role="web",
    image=UTILITY,
    user="1:1",
    ports=(Port(name="http", number=80), Port(name="admin", number=81)),
    probe=Probe(path="/", port="http"),
    resources=Resources(memory_mib=16, cpus=0.1),
)


def test_a_port_is_found_by_name() -> None:
    assert GOOD.port("admin").number == 81
    assert Service(workload=GOOD, host="web.prod", urls={}).address("http") == "web.prod:80"


def test_an_unknown_port_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="workload web has no port 'grpc'; it has http, admin"):
        GOOD.port("grpc")


def test_a_probe_needs_a_port_that_is_there() -> None:
    with pytest.raises(ValueError, match="has no port 'metrics'"):
        replace(GOOD, probe=Probe(path="/", port="metrics"))


def test_a_caller_needs_a_port_that_is_there() -> None:
    with pytest.raises(ValueError, match="has no port 'grpc'"):
        replace(GOOD, callers=(Caller(role="client", port="grpc"),))


@pytest.mark.parametrize(
    "paths", [("/etc/a/x", "/etc/a/b/y"), ("/etc/a/b/y", "/etc/a/x"), ("/x", "/etc/y"), ("/a/x", "/a/b/c/d/y")]
)
def test_a_folder_of_files_within_another_is_refused(paths: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="a read-only folder holds none"):
        replace(GOOD, files=tuple(File(path=path, content="") for path in paths))


def test_folders_are_reported_once_and_in_order() -> None:
    paths = ("/etc/b/one", "/etc/a/two", "/etc/b/three")
    workload = replace(GOOD, files=tuple(File(path=path, content="") for path in paths))
    assert workload.folders == ("/etc/b", "/etc/a")
    assert [file.name for file in workload.files] == ["one", "two", "three"]
