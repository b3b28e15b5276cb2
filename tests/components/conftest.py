"""Components register themselves with an engine that only nods; everything else goes to the recording platform."""

from typing import Any, NoReturn

import pulumi
import pytest
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs

from tests.components.fake_platform import FakePlatform
from tests.harness.mocked import use_mocks


class Registrations(pulumi.runtime.Mocks):
    """Takes components; a resource of a provider has no place below the contract, and no function is called."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if not args.typ.startswith("planewatch:components:"):
            raise AssertionError(f"{args.typ} {args.name} is made beside the platform")
        self.made.append((args.typ, args.name))
        return None, dict(args.inputs)

    def call(self, args: MockCallArgs) -> NoReturn:
        raise AssertionError(f"{args.token} is called")


@pytest.fixture
def registrations() -> Registrations:
    found = Registrations()
    use_mocks(found)
    return found


@pytest.fixture
def platform(registrations: Registrations) -> FakePlatform:
    del registrations
    return FakePlatform()
