"""Networks."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from toolchain.standins.docker.engine import Engine, is_missing
from toolchain.standins.docker.resource import Live, planned
from toolchain.standins.docker.schema import ResourceType
from toolchain.standins.docker.tables.storage_and_network import NETWORK
from toolchain.standins.servicer.answering import RefusedError
from toolchain.standins.servicer.values import Props, Value, child, flag, objects, text, text_map

if TYPE_CHECKING:
    from docker.types import IPAMConfig

# The official plugin waits this long for containers to leave a network that is being deleted.
LEAVE_SECONDS = 30
RETRY_SECONDS = 0.1


@dataclass(frozen=True)
class Networks:
    """The network resource type; its id is the engine's."""

    kind: ResourceType = NETWORK

    def create(self, engine: Engine, name: str, inputs: Props, seconds: float) -> Live:
        """Create the network."""
        del name, seconds
        engine.check_cancelled()
        ipam: IPAMConfig = cast(
            "IPAMConfig",
            {
                "Driver": text(inputs, "ipamDriver") or "default",
                "Options": text_map(inputs, "ipamOptions"),
                "Config": [
                    {
                        "Subnet": text(entry, "subnet"),
                        "IPRange": text(entry, "ipRange"),
                        "Gateway": text(entry, "gateway"),
                        "AuxiliaryAddresses": text_map(entry, "auxAddress"),
                    }
                    for entry in objects(inputs, "ipamConfigs")
                ],
            },
        )
        client = engine.client
        with engine.saying(f"create network {text(inputs, 'name')}"):
            made = client.create_network(
                text(inputs, "name"),
                driver=text(inputs, "driver") or None,
                options=text_map(inputs, "options"),
                ipam=ipam,
                check_duplicate=True,
                internal=flag(inputs, "internal"),
                labels=labels(inputs),
                enable_ipv6=flag(inputs, "ipv6"),
                attachable=flag(inputs, "attachable"),
                ingress=flag(inputs, "ingress"),
            )
        live = self.read(engine, str(made["Id"]), planned(self.kind, inputs))
        if live is None:
            raise RefusedError(f"network {text(inputs, 'name')} vanished during creation")
        return live

    def read(self, engine: Engine, identity: str, state: Props) -> Live | None:
        """Read the network."""
        client = engine.client
        try:
            with engine.saying(f"inspect network {identity}"):
                found = cast("Props", client.inspect_network(identity))
        except RefusedError as error:
            if is_missing(error):
                return None
            raise
        ipam = child(found, "IPAM")
        outputs: Props = {
            "name": text(found, "Name"),
            "labels": label_list(found),
            "driver": text(found, "Driver"),
            "internal": flag(found, "Internal"),
            "attachable": flag(found, "Attachable"),
            "ingress": flag(found, "Ingress"),
            "ipv6": flag(found, "EnableIPv6"),
            "ipamDriver": text(ipam, "Driver"),
            "ipamOptions": child(ipam, "Options"),
            "ipamConfigs": [_ipam_config(entry) for entry in objects(ipam, "Config")],
            "options": child(found, "Options"),
            "scope": text(found, "Scope"),
        }
        return Live(text(found, "Id"), planned(self.kind, state) | outputs)

    def update(self, engine: Engine, identity: str, state: Props, inputs: Props) -> Live:
        """Nothing about a network changes in place."""
        del state
        live = self.read(engine, identity, planned(self.kind, inputs))
        if live is None:
            raise RefusedError(
                f"network {text(inputs, 'name')} is gone; run `pulumi refresh`, and the next `up` creates it"
            )
        return live

    def delete(self, engine: Engine, identity: str, state: Props) -> None:
        """Remove it; containers that are just leaving get some time, others are named."""
        client = engine.client
        deadline = time.monotonic() + LEAVE_SECONDS
        while True:
            try:
                with engine.saying(f"delete network {text(state, 'name') or identity}"):
                    client.remove_network(identity)
            except RefusedError as error:
                if is_missing(error):
                    return
                if "has active endpoints" not in str(error):
                    raise
                if time.monotonic() > deadline or engine.cancelled.is_set():
                    raise RefusedError(_in_use(engine, identity, text(state, "name"))) from error
                time.sleep(RETRY_SECONDS)
            else:
                return


def _in_use(engine: Engine, identity: str, name: str) -> str:
    found = cast("Props", engine.client.inspect_network(identity))
    users = sorted(text(child({"": entry}, ""), "Name") for entry in child(found, "Containers").values())
    return f"cannot delete network {name}: still used by {', '.join(users)}; remove these containers first"


def _ipam_config(entry: Props) -> Props:
    names = {"Subnet": "subnet", "IPRange": "ipRange", "Gateway": "gateway", "AuxiliaryAddresses": "auxAddress"}
    return {ours: value for theirs, ours in names.items() if (value := entry.get(theirs))}


def labels(inputs: Props) -> dict[str, str]:
    """Return the engine's map of labels."""
    return {text(entry, "label"): text(entry, "value") for entry in objects(inputs, "labels")}


def label_list(found: Props) -> list[Value]:
    """Return the engine's map of labels as the property's list."""
    return [{"label": name, "value": value} for name, value in sorted(child(found, "Labels").items())]
