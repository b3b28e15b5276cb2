"""Containers."""

import contextlib
import grp
import io
import pwd
import tarfile
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from toolchain.standins.docker import container_spec, container_state, container_wait
from toolchain.standins.docker.engine import TIMEOUT_SECONDS, Engine, explain, is_missing
from toolchain.standins.docker.image import find_image
from toolchain.standins.docker.resource import Live, blanks, planned
from toolchain.standins.docker.schema import ResourceType
from toolchain.standins.docker.tables.container import CONTAINER
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, flag, number, objects, text, texts

# What the engine's update call takes; every other change in place concerns this plugin only.
LIVE_SETTINGS = (
    "restart",
    "maxRetryCount",
    "cpuShares",
    "memory",
    "memoryReservation",
    "cpuSet",
    "memorySwap",
    "deviceReadBps",
    "deviceReadIops",
    "deviceWriteBps",
    "deviceWriteIops",
)


@dataclass(frozen=True)
class Containers:
    """The container resource type; its id is the engine's."""

    kind: ResourceType = CONTAINER

    def create(self, engine: Engine, name: str, inputs: Props, seconds: float) -> Live:
        """Create it, connect it, fill it, start it, wait for it; removed on failure, so that the next `up` can."""
        del name
        label = text(inputs, "name")
        engine.check_cancelled()
        client = engine.client
        identity = _make(engine, inputs)
        try:
            _connect(engine, identity, inputs)
            _upload(engine, identity, inputs)
            logs = _start(engine, identity, inputs, seconds)
            live = self.read(engine, identity, planned(self.kind, inputs) | logs)
        except BaseException:
            with contextlib.suppress(RefusedError), engine.saying(f"remove container {label}"):
                client.remove_container(identity, v=True, force=True)
            raise
        if live is None and not flag(inputs, "rm"):
            raise RefusedError(f"container {label} vanished during creation")
        return live or Live(identity, blanks(self.kind) | planned(self.kind, inputs))

    def read(self, engine: Engine, identity: str, state: Props) -> Live | None:
        """Read the container."""
        found = inspect(engine, identity)
        if found is None:
            return None
        before = blanks(self.kind) | planned(self.kind, state)
        return Live(text(found, "Id"), before | container_state.outputs(found, before))

    def update(self, engine: Engine, identity: str, state: Props, inputs: Props) -> Live:
        """Start it if it should run, and change limits and restart policy on the running container."""
        label = text(inputs, "name")
        engine.check_cancelled()
        client = engine.client
        if flag(inputs, "mustRun") and state.get("mustRun") is False and flag(inputs, "start"):
            with engine.saying(f"start container {label}"):
                client.start(identity)
            if flag(inputs, "wait"):
                container_wait.until_healthy(engine, identity, label, number(inputs, "waitTimeout"))
        if any(state.get(setting) != inputs.get(setting) for setting in LIVE_SETTINGS):
            policy = {"Name": text(inputs, "restart"), "MaximumRetryCount": number(inputs, "maxRetryCount")}
            _update(engine, identity, label, container_spec.resources(inputs) | {"RestartPolicy": policy})
        return Live(identity, blanks(self.kind) | state | planned(self.kind, inputs))

    def delete(self, engine: Engine, identity: str, state: Props) -> None:
        """Stop it (`destroyGraceSeconds`, none by default) and remove it with its anonymous volumes."""
        label = text(state, "name") or identity
        client = engine.client
        try:
            if not flag(state, "attach"):
                with engine.saying(f"stop container {label}"):
                    client.stop(identity, timeout=number(state, "destroyGraceSeconds"))
            with engine.saying(f"delete container {label}"):
                client.remove_container(identity, v=state.get("removeVolumes") is not False, force=True)
        except RefusedError as error:
            if is_missing(error):
                return
            if "is already in progress" not in str(error):
                raise
        else:
            return
        while inspect(engine, identity) is not None:  # one that removes itself takes a moment
            engine.check_cancelled()
            time.sleep(0.2)


def inspect(engine: Engine, identity: str) -> Props | None:
    """Return the engine's view of a container, or None."""
    client = engine.client
    try:
        with engine.saying(f"inspect container {identity}"):
            return cast("Props", client.inspect_container(identity))
    except RefusedError as error:
        if is_missing(error):
            return None
        raise


def _make(engine: Engine, inputs: Props) -> str:
    """Make the container, of a local image or of one that is pulled now; returns its id."""
    label, platform = text(inputs, "name"), text(inputs, "platform")
    body = container_spec.request(inputs)

    def make() -> str:
        with engine.saying(f"create container {label}"):
            made = engine.client.create_container_from_config(  # type: ignore[no-untyped-call] # as in the stubs
                body, label, platform=platform or None
            )
        return str(made["Id"])

    if not text(inputs, "image"):
        raise RefusedError("an empty image name is not allowed")
    try:
        return make()
    except RefusedError as error:
        if not is_missing(error):
            raise
    # Nearly always the image is there, and asking for it first would be one more question for each container.
    find_image(engine, text(inputs, "image"), platform)
    return make()


def _connect(engine: Engine, identity: str, inputs: Props) -> None:
    networks = objects(inputs, "networksAdvanced")
    client = engine.client
    if networks:
        try:
            with engine.saying("disconnect the default network"):
                client.disconnect_container_from_network(identity, "bridge")
        except RefusedError as error:
            if "is not connected to" not in str(error):
                raise
    for entry in networks:
        if number(entry, "gwPriority"):
            raise RefusedError(f"networksAdvanced: {text(entry, 'name')}: gwPriority needs the official docker plugin")
        options = dict(option.split("=", 1) for option in texts(entry, "driverOpts") if "=" in option)
        with engine.saying(f"connect container {text(inputs, 'name')} to network {text(entry, 'name')}"):
            client.connect_container_to_network(
                identity,
                text(entry, "name"),
                aliases=texts(entry, "aliases"),
                ipv4_address=text(entry, "ipv4Address") or None,
                ipv6_address=text(entry, "ipv6Address") or None,
                link_local_ips=texts(entry, "linkLocalIps"),
                driver_opt=options,
                mac_address=text(entry, "macAddress") or None,
            )


def _upload(engine: Engine, identity: str, inputs: Props) -> None:
    for entry in objects(inputs, "uploads"):
        archive = _archive(entry)
        with engine.saying(f"upload {text(entry, 'file')} into container {text(inputs, 'name')}"):
            engine.client.put_archive(identity, "/", archive)


def _archive(entry: Props) -> bytes:
    file = text(entry, "file")
    given = [name for name in ("content", "contentBase64", "source") if text(entry, name)]
    if len(given) != 1:
        raise RefusedError(f"upload {file}: exactly one of content, contentBase64 and source must be set")
    try:
        data = {
            "content": lambda: text(entry, "content").encode(),
            "contentBase64": lambda: b64decode(text(entry, "contentBase64")),
            "source": lambda: Path(text(entry, "source")).read_bytes(),
        }[given[0]]()
    except OSError as error:
        raise RefusedError(f"upload {file}: cannot read {text(entry, 'source')}: {error.strerror}") from error
    member = tarfile.TarInfo(file.lstrip("/"))
    member.mode = int(text(entry, "permissions") or ("0744" if flag(entry, "executable") else "0644"), 8)
    member.size = len(data)
    member.mtime = int(time.time())
    member.uid = _account(entry, "owner", lambda name: pwd.getpwnam(name).pw_uid)
    member.gid = _account(entry, "group", lambda name: grp.getgrnam(name).gr_gid)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _account(entry: Props, key: str, look_up: Callable[[str], int]) -> int:
    """Return an owner's or group's number; names are those of this machine, as with the official plugin."""
    name = text(entry, key)
    try:
        return look_up(name) if name and not name.isdecimal() else int(name or 0)
    except KeyError:
        raise RefusedError(
            f"upload {text(entry, 'file')}: unknown {key} {name} on this machine; use its number"
        ) from None


def _start(engine: Engine, identity: str, inputs: Props, seconds: float) -> Props:
    """Start as far as the inputs say; returns the logs if they are wanted as an output."""
    label = text(inputs, "name")
    if flag(inputs, "start"):
        with engine.saying(f"start container {label}"):
            engine.client.start(identity)
        if flag(inputs, "wait"):
            container_wait.until_healthy(engine, identity, label, number(inputs, "waitTimeout"))
    if flag(inputs, "attach"):
        container_wait.until_exited(engine, identity, label, seconds)
        if flag(inputs, "logs"):
            return {"containerLogs": container_wait.logs(engine, identity)}
    return {}


def _update(engine: Engine, identity: str, label: str, body: container_spec.Json) -> None:
    client = engine.client
    with engine.saying(f"update container {label}"):
        # The client's own update call knows no block device limits, so the request is made here.
        url = f"{client.base_url}/v{client.api_version}/containers/{identity}/update"
        response = client.post(url, json=body, timeout=TIMEOUT_SECONDS)
    if not response.ok:
        raise RefusedError(f"cannot update container {label}: {explain(str(response.json().get('message')))}")
