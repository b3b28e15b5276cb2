"""The same topology as a compose file: container for container what the product's program declares."""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.recording import Recorded

Inputs = Mapping[str, Any]


def write(recorded: Recorded, folder: Path) -> Path:
    """Write ``compose.yaml`` and the files that its services mount into ``folder``; returns the file.

    Files come from bind mounts, as a person with compose would do it; data volumes stay volumes.
    """
    carried = {name: _carry(each, folder / name) for each in recorded.containers if (name := _filled_by(each))}
    services = [each for each in recorded.containers if _filled_by(each) is None]
    document = {
        "services": {each["name"]: _service(each, carried) for each in services},
        "networks": {each["name"]: _network(each) for each in recorded.networks},
        "volumes": {
            each["name"]: {"name": each["name"], "labels": _labels(each["labels"])}
            for each in recorded.volumes
            if each["name"] not in carried
        },
    }
    file = folder / "compose.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    return file


def _filled_by(container: Inputs) -> str | None:
    """Return the volume that a container fills when it is one that is never started."""
    return None if container.get("start", True) else str(container["mounts"][0]["source"])


def _carry(carrier: Inputs, folder: Path) -> Path:
    """Put into ``folder`` what the carrier puts into its volume; the folder is readable for every user."""
    folder.mkdir(mode=0o755)
    for upload in carrier.get("uploads") or []:
        (folder / Path(upload["file"]).name).write_text(upload["content"])
    if not carrier.get("uploads"):
        # The engine copies what the image has at the mount's place.
        made = subprocess.run(["docker", "create", carrier["image"], "x"], check=True, capture_output=True, text=True)
        try:
            source = f"{made.stdout.strip()}:{carrier['mounts'][0]['target']}/."
            subprocess.run(["docker", "cp", source, str(folder)], check=True, capture_output=True)
        finally:
            subprocess.run(["docker", "rm", made.stdout.strip()], check=True, capture_output=True)
    return folder


def _service(each: Inputs, carried: Mapping[str, Path]) -> dict[str, Any]:
    health = each["healthcheck"]
    return {
        "container_name": each["name"],
        "image": each["image"],
        "pull_policy": "never",
        "command": [_literal(part) for part in each.get("command") or []],
        "environment": [_literal(entry) for entry in each.get("envs") or []],
        "user": each["user"],
        "read_only": each["readOnly"],
        "cap_drop": each["capabilities"]["drops"],
        "security_opt": each["securityOpts"],
        "mem_limit": f"{each['memory']:.0f}m",
        "cpus": float(each["cpus"]),
        "tmpfs": [f"{path}:{options}" for path, options in (each.get("tmpfs") or {}).items()],
        "networks": {
            entry["name"]: {"ipv4_address": entry["ipv4Address"]} if entry.get("ipv4Address") else {}
            for entry in each["networksAdvanced"]
        },
        "ports": [
            f"{entry['ip']}:{entry['external']:.0f}:{entry['internal']:.0f}" for entry in each.get("ports") or []
        ],
        "volumes": [_mount(entry, carried) for entry in each["mounts"]],
        "healthcheck": {
            "test": [_literal(part) for part in health["tests"]],
            "interval": health["interval"],
            "timeout": health["timeout"],
            "retries": int(health["retries"]),
            "start_period": health["startPeriod"],
        },
        "restart": each["restart"],
        "stop_grace_period": f"{each['stopTimeout']:.0f}s",
        "logging": {"driver": each["logDriver"], "options": each["logOpts"]},
        "labels": _labels(each["labels"]),
    }


def _mount(entry: Inputs, carried: Mapping[str, Path]) -> dict[str, Any]:
    source = entry["source"]
    kind = (
        {"type": "bind", "source": str(carried[source])} if source in carried else {"type": "volume", "source": source}
    )
    return {**kind, "target": entry["target"], "read_only": bool(entry.get("readOnly"))}


def _network(each: Inputs) -> dict[str, Any]:
    return {
        "name": each["name"],
        "driver": each["driver"],
        "internal": bool(each.get("internal")),
        "ipam": {"config": [{"subnet": one["subnet"], "gateway": one["gateway"]} for one in each["ipamConfigs"]]},
        "labels": _labels(each["labels"]),
    }


def _labels(entries: Iterable[Inputs]) -> dict[str, str]:
    return {entry["label"]: entry["value"] for entry in entries}


def _literal(text: str) -> str:
    """Keep compose from reading a dollar sign as a variable."""
    return text.replace("$", "$$")
