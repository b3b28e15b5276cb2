"""The engine's protocol without the SDK that brings it along, and the SDK without what few programs use."""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from pathlib import Path
from types import ModuleType

# 0.17 of the 0.39 CPU s that `import pulumi` takes. A program or a policy pack that uses them loads them then.
_SELDOM = ("pulumi.automation", "pulumi.dynamic")


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
    seldom_used_later()
    import pulumi.runtime  # noqa: PLC0415  the point of this function

    if protocol := sys.modules.get("pulumi.runtime.proto"):
        pulumi.runtime.proto = protocol


def seldom_used_later() -> None:
    """Let this process load the Automation API and dynamic providers when they are first used, not with the SDK."""
    if not any(isinstance(finder, _Later) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Later())


class _Later(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _SELDOM:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and found.loader is not None:
            found.loader = LazyLoader(found.loader)
        return found
