"""The engine's protocol without the SDK that brings it along."""

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType


def without_the_sdk() -> None:
    """Let a plugin's process import `pulumi.runtime.proto` alone: 0.26 instead of 0.59 CPU s for each of its starts.

    The SDK's packages import all of it, the Automation API and tracing too, of which a plugin needs nothing. Does
    nothing where the SDK is imported already or cannot be found.
    """
    found = PathFinder.find_spec("pulumi")
    if "pulumi" in sys.modules or found is None:
        return
    for place in map(Path, found.submodule_search_locations or ()):
        for name, folder in (("pulumi", place), ("pulumi.runtime", place / "runtime")):
            package = ModuleType(name)
            package.__path__ = [str(folder)]
            sys.modules[name] = package


def with_the_sdk() -> None:
    """Import the SDK after all: a language host runs the program in its own process. The protocol stays as imported."""
    for name in ("pulumi", "pulumi.runtime"):
        if (package := sys.modules.get(name)) and getattr(package, "__file__", None) is None:
            del sys.modules[name]
    import pulumi.runtime  # noqa: PLC0415  the point of this function

    if protocol := sys.modules.get("pulumi.runtime.proto"):
        pulumi.runtime.proto = protocol
