"""Volumes."""

import time
from dataclasses import dataclass
from typing import cast

from toolchain.standins.docker.engine import Engine, is_missing
from toolchain.standins.docker.network import label_list, labels
from toolchain.standins.docker.resource import Live, planned
from toolchain.standins.docker.schema import ResourceType
from toolchain.standins.docker.tables.storage_and_network import VOLUME
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, child, text, text_map

# The official plugin waits this long for containers to release a volume that is being deleted.
RELEASE_SECONDS = 30
RETRY_SECONDS = 0.1


@dataclass(frozen=True)
class Volumes:
    """The volume resource type; its id is its name. Creating one that exists adopts it, as the engine itself does."""

    kind: ResourceType = VOLUME

    def create(self, engine: Engine, name: str, inputs: Props, seconds: float) -> Live:
        """Create or adopt the volume."""
        del name, seconds
        engine.check_cancelled()
        if inputs.get("cluster"):
            raise RefusedError(f"volume {text(inputs, 'name')}: cluster volumes need the official docker plugin")
        client = engine.client
        with engine.saying(f"create volume {text(inputs, 'name')}"):
            made = cast(
                "Props",
                client.create_volume(
                    text(inputs, "name") or None,
                    driver=text(inputs, "driver") or None,
                    driver_opts=text_map(inputs, "driverOpts"),
                    labels=labels(inputs),
                ),
            )
        # The engine answers with all that it would say when asked again.
        return self._live(made, planned(self.kind, inputs))

    def read(self, engine: Engine, identity: str, state: Props) -> Live | None:
        """Read the volume."""
        client = engine.client
        try:
            with engine.saying(f"inspect volume {identity}"):
                found = cast("Props", client.inspect_volume(identity))
        except RefusedError as error:
            if is_missing(error):
                return None
            raise
        return self._live(found, planned(self.kind, state))

    def update(self, engine: Engine, identity: str, state: Props, inputs: Props) -> Live:
        """Nothing about a volume changes in place."""
        del state
        live = self.read(engine, identity, planned(self.kind, inputs))
        if live is None:
            raise RefusedError(f"volume {identity} is gone; run `pulumi refresh`, and the next `up` creates it")
        return live

    def delete(self, engine: Engine, identity: str, state: Props) -> None:
        """Remove it and its data; containers that are just ending get some time to release it."""
        del state
        client = engine.client
        deadline = time.monotonic() + RELEASE_SECONDS
        while True:
            try:
                with engine.saying(f"delete volume {identity}"):
                    client.remove_volume(identity, force=True)
            except RefusedError as error:
                if is_missing(error):
                    return
                if "volume is in use" not in str(error):
                    raise
                if time.monotonic() > deadline or engine.cancelled.is_set():
                    raise RefusedError(
                        f"{error}; `docker ps -a --filter volume={identity}` lists the containers to remove first"
                    ) from error
                time.sleep(RETRY_SECONDS)
            else:
                return

    def _live(self, found: Props, before: Props) -> Live:
        outputs: Props = {
            "name": text(found, "Name"),
            "labels": label_list(found),
            "driver": text(found, "Driver"),
            "driverOpts": child(found, "Options"),
            "mountpoint": text(found, "Mountpoint"),
        }
        return Live(text(found, "Name"), before | outputs)
