"""Stack files for tests: the keys of a real one, with ports that are free now."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.harness.ports import free_ports

Settings = dict[str, Any]


def plane(
    api_port: int, otlp_http_port: int, *, variables: Mapping[str, str] | None = None, image: str | None = None
) -> Settings:
    """Return one plane as a stack file says it; ``variables`` and ``image`` are those of its one workload."""
    workload = {
        **({"environmentVariables": dict(variables)} if variables else {}),
        **({"image": image} if image else {}),
    }
    return {
        "apiPort": api_port,
        "otlpHttpPort": otlp_http_port,
        **({"workloads": {"api": workload}} if workload else {}),
    }


def local_settings(planes: Iterable[str], *, variables: Mapping[str, Mapping[str, str]] | None = None) -> Settings:
    """Return settings for the Docker platform with free ports; ``variables``: plane → environment of its API."""
    names = list(planes)
    console, prometheus, alertmanager, *rest = free_ports(3 + 2 * len(names))
    return {
        "platform": "docker",
        "release": "e2e",
        "controlPlane": {
            "consolePort": console,
            "prometheusPort": prometheus,
            "alertmanagerPort": alertmanager,
            "retention": "15d",
        },
        "dataPlanes": {
            name: plane(api, otlp, variables=(variables or {}).get(name))
            for name, api, otlp in zip(names, rest[::2], rest[1::2], strict=True)
        },
    }
