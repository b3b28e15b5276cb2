"""Forecast what set-up will build, and about how long that takes."""

from collections.abc import Sequence

from toolchain.obtain import gobuild
from toolchain.obtain.cache import Cache


def forecast(recipes: Sequence[gobuild.Recipe], cache: Cache) -> str:
    """Return one sentence for people; empty where an earlier run has built everything.

    Minutes are for two idle cores. Whether anything is built at all shows only when downloads have been tried.
    """
    arch, system = gobuild.host_arch(), gobuild.host_os()
    missing = [one for one in recipes if not any(cache.find(one.name, one.key(arch, os)) for os in {system, "linux"})]
    if not missing:
        return ""
    names = ", ".join(f"{one.name} ({one.minutes} min)" for one in missing)
    total = sum(one.minutes for one in missing)
    return f"Not here yet: {names}. Downloading takes a minute or two; building without internet about {total} min."
