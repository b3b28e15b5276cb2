"""The state records the line that declares a resource, and not how the program got there."""

import inspect

import pytest
from pulumi.runtime import resource

from infra.traces import keep_places_only


class _Resource:
    def __init__(self) -> None:
        self.trace = resource._get_stack_trace()


class _Custom(_Resource):
    def __init__(self) -> None:
        super().__init__()


class _Network(_Custom):
    def __init__(self) -> None:
        super().__init__()


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "_get_stack_trace", resource._get_stack_trace)


def test_only_the_line_of_the_declaration_is_left() -> None:
    whole = _Network().trace.frames
    assert len(whole) > 5
    keep_places_only()
    declared = _Network()
    (frame,) = declared.trace.frames
    assert frame.pc.uri.endswith("tests/unit/infra/test_traces.py")
    lines, first = inspect.getsourcelines(test_only_the_line_of_the_declaration_is_left)
    assert lines[frame.pc.line - first].strip() == "declared = _Network()"
    assert resource._get_source_position(declared.trace) == frame.pc
