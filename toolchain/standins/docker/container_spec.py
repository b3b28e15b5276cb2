"""From a container's inputs to the engine's create request."""

import re
from typing import TypeAlias

from toolchain.standins.docker.network import labels
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, flag, number, objects, text, text_map, texts

Json: TypeAlias = dict[str, object]

MIB = 1024 * 1024
_NANOSECONDS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def nanoseconds(duration: str) -> int:
    """Read a Go duration such as 1m30s."""
    parts = re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", duration)
    return sum(round(float(amount) * _NANOSECONDS[unit]) for amount, unit in parts)


def request(inputs: Props) -> Json:
    """Return the body of the engine's create call."""
    config: Json = {
        "Image": text(inputs, "image"),
        "Hostname": text(inputs, "hostname"),
        "Domainname": text(inputs, "domainname"),
        "Tty": flag(inputs, "tty"),
        "OpenStdin": flag(inputs, "stdinOpen"),
        "StopSignal": text(inputs, "stopSignal"),
        "User": text(inputs, "user"),
        "WorkingDir": text(inputs, "workingDir"),
        "Labels": labels(inputs),
        "HostConfig": _host_config(inputs),
        "NetworkingConfig": {},
    }
    optional: Json = {
        "Env": texts(inputs, "envs"),
        "Cmd": texts(inputs, "command"),
        "Entrypoint": texts(inputs, "entrypoints"),
        "ExposedPorts": {_port(entry): {} for entry in objects(inputs, "ports")},
        "Volumes": {text(entry, "containerPath"): {} for entry in objects(inputs, "volumes") if _at_path(entry)},
        "StopTimeout": number(inputs, "stopTimeout"),
        "Healthcheck": _healthcheck(child(inputs, "healthcheck")),
    }
    if "" in texts(inputs, "command"):
        raise RefusedError(f"container {text(inputs, 'name')}: values of command must not be empty")
    return config | {key: value for key, value in optional.items() if value}


def _host_config(inputs: Props) -> Json:
    binds, volumes_from = _volumes(inputs)
    security = texts(inputs, "securityOpts")
    config: Json = {
        "Privileged": flag(inputs, "privileged"),
        "PublishAllPorts": flag(inputs, "publishAllPorts"),
        "RestartPolicy": {"Name": text(inputs, "restart"), "MaximumRetryCount": number(inputs, "maxRetryCount")},
        "Runtime": text(inputs, "runtime"),
        "Mounts": [_mount(entry) for entry in objects(inputs, "mounts")],
        "AutoRemove": flag(inputs, "rm"),
        "ReadonlyRootfs": flag(inputs, "readOnly"),
        "LogConfig": {"Type": text(inputs, "logDriver"), "Config": text_map(inputs, "logOpts")},
        "NetworkMode": text(inputs, "networkMode"),
        "Init": flag(inputs, "init"),
    }
    capabilities = child(inputs, "capabilities")
    optional: Json = {
        "Tmpfs": text_map(inputs, "tmpfs"),
        "PortBindings": _port_bindings(inputs),
        "ExtraHosts": [f"{text(entry, 'host')}:{text(entry, 'ip')}" for entry in objects(inputs, "hosts")],
        "Binds": binds,
        "VolumesFrom": volumes_from,
        "Ulimits": [
            {"Name": text(entry, "name"), "Soft": number(entry, "soft"), "Hard": number(entry, "hard")}
            for entry in objects(inputs, "ulimits")
        ],
        "CapAdd": texts(capabilities, "adds"),
        "CapDrop": texts(capabilities, "drops"),
        "Dns": texts(inputs, "dns"),
        "DnsOptions": texts(inputs, "dnsOpts"),
        "DnsSearch": texts(inputs, "dnsSearches"),
        "SecurityOpt": [entry for entry in security if entry != "systempaths=unconfined"],
        "UsernsMode": text(inputs, "usernsMode"),
        "PidMode": text(inputs, "pidMode"),
        "IpcMode": text(inputs, "ipcMode"),
        "CgroupnsMode": text(inputs, "cgroupnsMode"),
        "CgroupParent": text(inputs, "cgroupParent"),
        "Sysctls": text_map(inputs, "sysctls"),
        "GroupAdd": texts(inputs, "groupAdds"),
        "StorageOpt": text_map(inputs, "storageOpts"),
        "ShmSize": number(inputs, "shmSize") * MIB,
        "DeviceCgroupRules": texts(inputs, "deviceCgroupRules"),
    }
    filled = {key: value for key, value in optional.items() if value}
    if "systempaths=unconfined" in security:
        filled |= {"MaskedPaths": [], "ReadonlyPaths": []}
    return config | filled | resources(inputs) | _cpu_time(inputs) | _devices(inputs)


def resources(inputs: Props) -> Json:
    """Return the limits that also change in place, in the engine's units (bytes)."""
    swap = number(inputs, "memorySwap")
    limits: Json = {
        "Memory": number(inputs, "memory") * MIB,
        "MemoryReservation": number(inputs, "memoryReservation") * MIB,
        "MemorySwap": swap * MIB if swap > 0 else swap,
        "CpuShares": number(inputs, "cpuShares"),
        "CpusetCpus": text(inputs, "cpuSet"),
        "BlkioDeviceReadBps": _throttles(inputs, "deviceReadBps"),
        "BlkioDeviceReadIOps": _throttles(inputs, "deviceReadIops"),
        "BlkioDeviceWriteBps": _throttles(inputs, "deviceWriteBps"),
        "BlkioDeviceWriteIOps": _throttles(inputs, "deviceWriteIops"),
    }
    return {key: value for key, value in limits.items() if value}


def _cpu_time(inputs: Props) -> Json:
    """`cpus` has precedence over period and quota, as in the official plugin."""
    cpus = text(inputs, "cpus")
    if cpus:
        try:
            return {"NanoCpus": round(float(cpus) * 10**9)}
        except ValueError:
            raise RefusedError(f"container {text(inputs, 'name')}: cpus: {cpus} is not a number") from None
    limits = {"CpuPeriod": number(inputs, "cpuPeriod"), "CpuQuota": number(inputs, "cpuQuota")}
    return {key: value for key, value in limits.items() if value}


def _throttles(inputs: Props, name: str) -> list[Json]:
    return [{"Path": text(entry, "path"), "Rate": number(entry, "rate")} for entry in objects(inputs, name)]


def _devices(inputs: Props) -> Json:
    devices = [
        {
            "PathOnHost": text(entry, "hostPath"),
            "PathInContainer": text(entry, "containerPath") or text(entry, "hostPath"),
            "CgroupPermissions": text(entry, "permissions"),
        }
        for entry in objects(inputs, "devices")
    ]
    requests: list[Json] = [
        {
            "Driver": text(entry, "driver"),
            "Count": number(entry, "count"),
            "DeviceIDs": texts(entry, "deviceIds"),
            "Capabilities": [texts(entry, "capabilities")],
            "Options": text_map(entry, "options"),
        }
        for entry in objects(inputs, "deviceRequests")
    ]
    gpus = text(inputs, "gpus").strip("\"' ")
    if gpus == "all":
        requests = [{"Driver": "", "Count": -1, "Capabilities": [["gpu"]]}]
    elif gpus:
        requests = [{"DeviceIDs": gpus.removeprefix("device=").split(","), "Capabilities": [["gpu"]]}]
    found: Json = {"Devices": devices, "DeviceRequests": requests}
    return {key: value for key, value in found.items() if value}


def _healthcheck(check: Props) -> Json:
    if not check:
        return {}
    return {
        "Test": texts(check, "tests"),
        "Interval": nanoseconds(text(check, "interval")),
        "Timeout": nanoseconds(text(check, "timeout")),
        "StartPeriod": nanoseconds(text(check, "startPeriod")),
        "StartInterval": nanoseconds(text(check, "startInterval")),
        "Retries": number(check, "retries"),
    }


def _port(entry: Props) -> str:
    return f"{number(entry, 'internal')}/{text(entry, 'protocol') or 'tcp'}"


def _port_bindings(inputs: Props) -> dict[str, list[dict[str, str]]]:
    bindings: dict[str, list[dict[str, str]]] = {}
    for entry in objects(inputs, "ports"):
        # Port 0 lets the engine choose, also when the program names none: the official plugin sends a zero then.
        bound = {"HostPort": str(number(entry, "external")), "HostIp": text(entry, "ip")}
        bindings.setdefault(_port(entry), []).append(bound)
    return bindings


def _at_path(entry: Props) -> bool:
    return not text(entry, "fromContainer")


def _volumes(inputs: Props) -> tuple[list[str], list[str]]:
    """Return the binds (`source:path:mode`) and the containers whose volumes are taken over."""
    binds: list[str] = []
    taken: list[str] = []
    for entry in objects(inputs, "volumes"):
        other, path = text(entry, "fromContainer"), text(entry, "containerPath")
        if bool(other) == bool(path):
            raise RefusedError(
                f"container {text(inputs, 'name')}: volumes: an entry needs either containerPath or fromContainer"
            )
        source = text(entry, "hostPath") or text(entry, "volumeName")
        if other:
            taken.append(other)
        elif source:
            mode = ("ro" if flag(entry, "readOnly") else "rw") + (
                f",{label}" if (label := text(entry, "selinuxRelabel")) else ""
            )
            binds.append(f"{source}:{path}:{mode}")
    return binds, taken


def _mount(entry: Props) -> Json:
    kind = text(entry, "type")
    mount: Json = {
        "Type": kind,
        "Target": text(entry, "target"),
        "Source": text(entry, "source"),
        "ReadOnly": flag(entry, "readOnly"),
    }
    bind, volume, tmpfs = (child(entry, name) for name in ("bindOptions", "volumeOptions", "tmpfsOptions"))
    if kind == "bind" and bind:
        mount["BindOptions"] = {"Propagation": text(bind, "propagation")}
    if text(volume, "subpath"):
        raise RefusedError(f"mounts: {text(entry, 'target')}: volumeOptions.subpath needs the official docker plugin")
    if kind == "volume" and volume:
        mount["VolumeOptions"] = {
            "NoCopy": flag(volume, "noCopy"),
            "Labels": labels(volume),
            "DriverConfig": {"Name": text(volume, "driverName"), "Options": text_map(volume, "driverOptions")},
        }
    if kind == "tmpfs" and tmpfs:
        mount["TmpfsOptions"] = {"SizeBytes": number(tmpfs, "sizeBytes"), "Mode": number(tmpfs, "mode")}
    return mount
