"""What policies and reviewers care about in resources on Docker, as lines ``property = value``.

Left out is what differs from run to run (ports of the host) and from change to change of what is run (hashes of
contents).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Inputs = Mapping[str, Any]
_CONTENT = re.compile(r":[0-9a-f]{12}$")
_CONTAINER = (
    "user",
    "readOnly",
    "privileged",
    "networkMode",
    "memory",
    "memorySwap",
    "cpus",
    "restart",
    "start",
    "attach",
    "securityOpts",
    "tmpfs",
    "logOpts",
)


def docker_facts(kind: str, inputs: Inputs) -> Iterator[str]:
    """Return the facts of a resource of the docker provider; nothing for another's."""
    match kind:
        case "docker:index/container:Container":
            yield from _stated(inputs, *_CONTAINER)
            yield from _container(inputs)
        case "docker:index/network:Network":
            yield from _stated(inputs, "name", "driver", "internal", "attachable", "ipv6")
            for config in inputs.get("ipamConfigs", ()):
                yield f"subnet = {config['subnet']}"
        case "docker:index/volume:Volume":
            yield from _stated(inputs, "driver", "driverOpts")
            yield f"volume = {_volume(inputs['name'])}"
        case "docker:index/remoteImage:RemoteImage":
            yield f"name = {_CONTENT.sub(':<content>', inputs['name'])}"
            yield from _stated(inputs, "keepLocally")
            if build := inputs.get("build"):
                yield f"build = {build['context']}"


def _container(inputs: Inputs) -> Iterator[str]:
    capabilities = inputs.get("capabilities") or {}
    yield f"capabilities dropped = {_listed(capabilities.get('drops'))}, added = {_listed(capabilities.get('adds'))}"
    for network in inputs.get("networksAdvanced", ()):
        address = network.get("ipv4Address")
        yield f"network = {network['name']}" + (f" at {address}" if address else "")
    for port in inputs.get("ports", ()):
        yield f"published on {port['ip']} = {port['internal']}/{port['protocol']}"
    for mount in inputs.get("mounts", ()):
        access = "read-only" if mount.get("readOnly") else "writable"
        yield f"mount {mount['target']} = {_volume(mount['source'])}, {access}"
    if "healthcheck" in inputs:
        yield f"probe = {inputs['healthcheck']['tests'][-1]}"


def _stated(inputs: Inputs, *properties: str) -> Iterator[str]:
    for name in properties:
        if name in inputs:
            yield f"{name} = {_told(inputs[name])}"


def _volume(name: str) -> str:
    # A volume of files is named by content, which a preview may not know yet.
    return name if name.endswith("-data") else "files"


def _told(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return ", ".join(f"{key}: {each}" for key, each in sorted(value.items())) or "none"
        case list():
            return _listed(value)
        case _:
            return str(value)


def _listed(values: list[Any] | None) -> str:
    return ", ".join(map(str, values or ())) or "none"
