"""From the engine's view of a container to its outputs."""

from toolchain.standins.docker import cpus
from toolchain.standins.docker.container_spec import MIB
from toolchain.standins.docker.network import label_list
from toolchain.standins.servicer.values import Props, Value, child, flag, number, objects, text, texts


def outputs(found: Props, state: Props) -> Props:
    """Return the outputs the official plugin reads back; `state` says which optional ones it looks at."""
    config, host, network = (child(found, name) for name in ("Config", "HostConfig", "NetworkSettings"))
    image = text(found, "Image") if text(state, "image").startswith("sha256:") else text(config, "Image")
    result: Props = {
        "name": text(found, "Name").lstrip("/"),
        "image": image,
        "hostname": text(config, "Hostname"),
        "domainname": text(config, "Domainname"),
        "command": _list(config, "Cmd"),
        "entrypoints": _list(config, "Entrypoint"),
        "user": text(config, "User"),
        "workingDir": text(config, "WorkingDir"),
        "tty": flag(config, "Tty"),
        "stdinOpen": flag(config, "OpenStdin"),
        "stopSignal": text(config, "StopSignal"),
        "stopTimeout": config.get("StopTimeout"),
        "platform": text(found, "Platform"),
        "bridge": text(network, "Bridge"),
        "networkDatas": _networks(network),
    }
    health = child(config, "Healthcheck")
    if health:
        result["healthcheck"] = _healthcheck(health)
    return result | _host(host, state) | _limits(host) | _running(found, network, state)


def _host(host: Props, state: Props) -> Props:
    restart = child(host, "RestartPolicy")
    result: Props = {
        "rm": flag(host, "AutoRemove"),
        "readOnly": flag(host, "ReadonlyRootfs"),
        "dns": _list(host, "Dns"),
        "dnsOpts": _list(host, "DnsOptions"),
        "dnsSearches": _list(host, "DnsSearch"),
        "securityOpts": _list(host, "SecurityOpt"),
        "publishAllPorts": flag(host, "PublishAllPorts"),
        "restart": text(restart, "Name"),
        "maxRetryCount": number(restart, "MaximumRetryCount"),
        "init": flag(host, "Init"),
        "runtime": text(host, "Runtime"),
        "mounts": [_mount(entry) for entry in objects(host, "Mounts")],
        "tmpfs": child(host, "Tmpfs"),
        "hosts": [_extra_host(entry) for entry in texts(host, "ExtraHosts")],
        "privileged": flag(host, "Privileged"),
        "logDriver": text(child(host, "LogConfig"), "Type"),
        "storageOpts": child(host, "StorageOpt"),
        # `docker run` writes "default" for the bridge; the official plugin could not import such a container.
        "networkMode": "bridge" if text(host, "NetworkMode") == "default" else text(host, "NetworkMode"),
        "usernsMode": text(host, "UsernsMode"),
        "sysctls": child(host, "Sysctls"),
        "ipcMode": text(host, "IpcMode"),
        "groupAdds": _list(host, "GroupAdd"),
    }
    if state.get("logOpts"):
        result["logOpts"] = child(child(host, "LogConfig"), "Config")
    if host.get("CapAdd") or host.get("CapDrop"):
        result["capabilities"] = {"adds": _list(host, "CapAdd"), "drops": _list(host, "CapDrop")}
    if state.get("pidMode"):
        result["pidMode"] = text(host, "PidMode")
    if state.get("ulimits"):
        result["ulimits"] = [
            {"name": text(entry, "Name"), "soft": number(entry, "Soft"), "hard": number(entry, "Hard")}
            for entry in objects(host, "Ulimits")
        ]
    return result


def _limits(host: Props) -> Props:
    swap = number(host, "MemorySwap")
    result: Props = {
        "memory": number(host, "Memory") // MIB,
        "memoryReservation": number(host, "MemoryReservation") // MIB,
        "memorySwap": swap // MIB if swap > 0 else swap,
        "shmSize": number(host, "ShmSize") // MIB,
        "cpuShares": number(host, "CpuShares"),
        "cpuSet": text(host, "CpusetCpus"),
    }
    if limit := number(host, "NanoCpus"):
        result["cpus"] = cpus.written(limit)
    for theirs, ours in (
        ("BlkioDeviceReadBps", "deviceReadBps"),
        ("BlkioDeviceReadIOps", "deviceReadIops"),
        ("BlkioDeviceWriteBps", "deviceWriteBps"),
        ("BlkioDeviceWriteIOps", "deviceWriteIops"),
    ):
        result[ours] = [{"path": text(e, "Path"), "rate": number(e, "Rate")} for e in objects(host, theirs)]
    return result


def _running(found: Props, network: Props, state: Props) -> Props:
    status = child(found, "State")
    running = flag(status, "Running")
    result: Props = {}
    if (running or flag(state, "mustRun")) and state.get("ports"):
        result["ports"] = _ports(child(network, "Ports"))
    if not running:
        result["exitCode"] = number(status, "ExitCode")
        # A container that should run and does not shows up in the next preview, which then starts it.
        if flag(state, "mustRun"):
            result["mustRun"] = False
    return result


def _ports(published: Props) -> list[Value]:
    result: list[Value] = []
    for key in sorted(published, key=lambda name: int(name.split("/")[0])):
        internal, protocol = key.split("/")
        for bound in objects(published, key):
            host_port = text(bound, "HostPort")
            result.append(
                {
                    "internal": int(internal),
                    "external": int(host_port) if host_port else 0,
                    "ip": text(bound, "HostIp"),
                    "protocol": protocol,
                }
            )
    return result


def _networks(network: Props) -> list[Value]:
    result: list[Value] = []
    for name, entry in sorted(child(network, "Networks").items()):
        data = entry if isinstance(entry, dict) else {}
        result.append(
            {
                "networkName": name,
                "ipAddress": text(data, "IPAddress"),
                "ipPrefixLength": number(data, "IPPrefixLen"),
                "gateway": text(data, "Gateway"),
                "globalIpv6Address": text(data, "GlobalIPv6Address"),
                "globalIpv6PrefixLength": number(data, "GlobalIPv6PrefixLen"),
                "ipv6Gateway": text(data, "IPv6Gateway"),
                "macAddress": text(data, "MacAddress"),
            }
        )
    return result


def _mount(entry: Props) -> Props:
    result: Props = {
        "target": text(entry, "Target"),
        "source": text(entry, "Source"),
        "type": text(entry, "Type"),
        "readOnly": flag(entry, "ReadOnly"),
    }
    bind, volume, tmpfs = (child(entry, name) for name in ("BindOptions", "VolumeOptions", "TmpfsOptions"))
    if bind:
        result["bindOptions"] = {"propagation": text(bind, "Propagation")}
    if volume:
        driver = child(volume, "DriverConfig")
        result["volumeOptions"] = {
            "noCopy": flag(volume, "NoCopy"),
            "labels": label_list(volume),
            "driverName": text(driver, "Name"),
            "driverOptions": child(driver, "Options"),
        }
    if tmpfs:
        result["tmpfsOptions"] = {"sizeBytes": number(tmpfs, "SizeBytes"), "mode": number(tmpfs, "Mode")}
    return result


def _healthcheck(health: Props) -> Props:
    return {
        "tests": _list(health, "Test"),
        "interval": duration(number(health, "Interval")),
        "timeout": duration(number(health, "Timeout")),
        "startPeriod": duration(number(health, "StartPeriod")),
        "startInterval": duration(number(health, "StartInterval")),
        "retries": number(health, "Retries"),
    }


def duration(nanoseconds: int) -> str:
    """Write a duration as Go does: 1m30s, 500ms, 0s."""
    if nanoseconds == 0:
        return "0s"
    for unit, size in (("ns", 1), ("µs", 10**3), ("ms", 10**6)):
        if nanoseconds < size * 1000:
            return f"{nanoseconds / size:.9f}".rstrip("0").rstrip(".") + unit
    hours, rest = divmod(nanoseconds, 3600 * 10**9)
    minutes, rest = divmod(rest, 60 * 10**9)
    seconds = f"{rest / 10**9:.9f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{seconds}"
    return f"{minutes}m{seconds}" if minutes else seconds


def _extra_host(entry: str) -> Props:
    host, _, address = entry.partition(":")
    return {"host": host, "ip": address}


def _list(props: Props, name: str) -> list[Value]:
    return list(texts(props, name))
