"""How a machine gets what planewatch needs: Pulumi CLI, engine plugins, container engine, images, test tools.

Everything is looked for in one order: already there → official download (gives up within seconds) → made from the
package registries. What was obtained lives in one cache folder outside the checkout.

This file is also read by ``python3 -m toolchain.obtain.bootstrap`` before any dependency exists, and by interpreters
that are too old for the project. So it imports the rest lazily and keeps to old syntax.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from toolchain.obtain.checkout import Ready
    from toolchain.obtain.diagnosis import DoctorReport
    from toolchain.obtain.stages import Report
    from toolchain.obtain.wanted import Part

__all__ = ["doctor", "ensure", "environment", "unproxied"]


def ensure(wanted: Iterable[Part], *, root: Path, report: Report | None = None) -> Ready:
    """Obtain every part of `wanted` (see `toolchain.obtain.wanted`: UP, PREVIEW, TEST) for the checkout at `root`.

    Progress goes to standard error. Returns what was obtained, with the environment for child processes. Raises
    `toolchain.obtain.errors.ToolchainError`, whose text says what was tried and what to do.
    """
    from toolchain.obtain.wanted import ensure as run  # noqa: PLC0415 (lazy: needs the installed dependencies)

    return run(wanted, root=root, report=report)


def environment(root: Path) -> dict[str, str]:
    """Return the environment variables (to lay over `os.environ`) under which plain `pulumi` works in `root`.

    Reads only what an earlier `ensure` left; obtains nothing, takes milliseconds.
    """
    from toolchain.obtain.checkout import environment as compute  # noqa: PLC0415 (lazy: as above)

    return {**compute(root), **unproxied()}


def unproxied(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables (to lay over `environ`) by which nothing on this machine is asked through a proxy.

    That is loopback and the clusters made here; everything else goes where the proxy's variables say.
    """
    from toolchain.obtain.cache import Cache  # noqa: PLC0415 (lazy: as above)
    from toolchain.obtain.proxies import named, with_exceptions  # noqa: PLC0415 (lazy: as above)

    cache = Cache.of(environ)
    if not named(environ) or not (cache.root / "cluster").is_dir():
        return with_exceptions(environ)
    from toolchain.cluster.layout import all_of  # noqa: PLC0415 (brings docker along, 0.4 s)

    return with_exceptions(environ, [place for layout in all_of(cache) for place in layout.unproxied])


def doctor(root: Path) -> DoctorReport:
    """Check each prerequisite: whether it is available, from where and in which version; change nothing."""
    from toolchain.cluster import diagnosis as of_cluster  # noqa: PLC0415 (lazy: as above)
    from toolchain.obtain import diagnosis  # noqa: PLC0415 (lazy: as above)

    return diagnosis.examine(root, beside=[of_cluster.examine])
