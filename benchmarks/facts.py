"""What the figures depend on: the machine, and which programs were really measured."""

import os
import platform
import re
from pathlib import Path

from benchmarks.model import Facts
from toolchain.obtain import process
from toolchain.obtain.pulumi import docker_plugin_origin

_KIB_IN_MIB = 1024


def gather() -> Facts:
    """Look at the machine."""
    home = Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi"))
    return Facts(
        cores=os.cpu_count() or 1,
        memory_mib=_memory_mib(),
        load_average_before=os.getloadavg()[0],
        system=platform.platform(terse=True),
        python=platform.python_version(),
        pulumi=process.capture(["pulumi", "version"]) or "does not answer",
        docker_engine=process.capture(["docker", "version", "--format", "{{.Server.Version}}"]) or "does not answer",
        docker_plugin=docker_plugin_origin(home) or "unknown",
        commit=process.capture(["git", "describe", "--always", "--dirty"]) or "not a checkout",
    )


def _memory_mib() -> int:
    try:
        found = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    except OSError:
        return 0
    return int(found[1]) // _KIB_IN_MIB if found else 0
