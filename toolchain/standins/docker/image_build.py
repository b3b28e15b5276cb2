"""Builds an image with the engine's classic builder."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from toolchain.obtain.building import tidied
from toolchain.standins.docker.engine import Engine
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, flag, number, text, text_map, texts

if TYPE_CHECKING:
    from docker.api.build import _ContainerLimits

# Enough of a failed build to see the failing step and its output.
TAIL_LINES = 20
# What needs BuildKit or a client of its own. Saying so is better than building something else.
NEEDS_BUILDX = (
    "secrets",
    "additionalContexts",
    "cacheTos",
    "builder",
    "buildLogFile",
    "provenance",
    "sbom",
    "sessionId",
    "authConfigs",
    "ulimits",
    "securityOpts",
    "remoteContext",
)


def build(engine: Engine, name: str, specification: Props) -> None:
    """Build `specification` under `name` and its further tags; RefusedError with the last lines when it fails."""
    needs = [key for key in NEEDS_BUILDX if specification.get(key)]
    if needs:
        raise RefusedError(f"image {name}: build.{needs[0]} needs the official docker plugin")
    context = Path(text(specification, "context")).expanduser().absolute()
    if not context.is_dir():
        raise RefusedError(f"image {name}: the build context {context} is not a directory")
    dockerfile = context / (text(specification, "dockerfile") or "Dockerfile")
    if not dockerfile.is_file():
        raise RefusedError(f"image {name}: there is no Dockerfile at {dockerfile}")
    client = engine.client
    with engine.saying(f"build image {name}"):
        stream = client.build(
            path=str(context),
            dockerfile=str(dockerfile),
            tag=name,
            decode=True,
            rm=specification.get("remove") is not False,
            # The official plugin leaves the container of a step that fails; nobody has looked at one yet.
            forcerm=specification.get("remove") is not False,
            nocache=flag(specification, "noCache"),
            pull=flag(specification, "pullParent"),
            buildargs=text_map(specification, "buildArgs"),
            labels=text_map(specification, "label") | text_map(specification, "labels"),
            target=text(specification, "target") or None,
            network_mode=text(specification, "networkMode") or None,
            platform=text(specification, "platform") or None,
            shmsize=number(specification, "shmSize") or None,
            squash=flag(specification, "squash"),
            isolation=text(specification, "isolation") or None,
            cache_from=texts(specification, "cacheFroms"),
            extra_hosts=_extra_hosts(specification),
            container_limits=_limits(specification),
        )
        with closing(tidied(client, name, cast("Iterator[Mapping[str, object]]", stream))) as messages:
            _follow(engine, name, messages)
        for tag in texts(specification, "tags"):
            repository, _, version = tag.rpartition(":")
            client.tag(name, repository or tag, version if repository else "latest")


def _follow(engine: Engine, name: str, stream: Iterator[Mapping[str, object]]) -> None:
    written: list[str] = []
    for message in stream:
        engine.check_cancelled()
        written.extend(str(message.get("stream", "")).splitlines())
        if "error" in message:
            tail = "\n".join([line for line in written if line.strip()][-TAIL_LINES:])
            raise RefusedError(f"cannot build image {name}: {message['error']}\n{tail}")


def _extra_hosts(specification: Props) -> dict[str, str] | None:
    pairs = [entry.partition(":") for entry in texts(specification, "extraHosts")]
    return {host: address for host, _, address in pairs} or None


def _limits(specification: Props) -> "_ContainerLimits | None":
    limits = {
        "memory": number(specification, "memory"),
        "memswap": number(specification, "memorySwap"),
        "cpushares": number(specification, "cpuShares"),
        "cpusetcpus": text(specification, "cpuSetCpus"),
    }
    filled = {key: value for key, value in limits.items() if value}
    return cast("_ContainerLimits", filled) if filled else None
