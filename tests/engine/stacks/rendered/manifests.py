"""The objects that a stack declares, as plain manifests, out of a preview by the real engine."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.platforms.kubernetes.selfsigned import make_authority
from tests.engine.stacks.previews import planned
from tests.harness.pulumi import PulumiStack

_OBJECT = "kubernetes:"
# What the CLI shows for a secret, and what stands for it: only base64 is allowed as data.
_HIDDEN = "[secret]"
_STAND_INS = {"data": "aGlkZGVu", "stringData": "hidden"}
_TLS = "kubernetes.io/tls"
_TEMPLATE_OWNERS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Manifest:
    """One object as the API server would get it; secret values are stand-ins."""

    document: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def api_version(self) -> str:
        return str(self.document["apiVersion"])

    @property
    def name(self) -> str:
        """Kind, namespace and name, for messages: no two objects of a stack share them."""
        metadata = self.document["metadata"]
        return f"{self.kind}.{metadata.get('namespace', '')}.{metadata['name']}"

    @property
    def pod(self) -> "Manifest | None":
        """The pod that the object makes, as one that somebody makes by hand; None when it makes none."""
        if self.kind not in _TEMPLATE_OWNERS:
            return None
        metadata, template = self.document["metadata"], self.document["spec"]["template"]
        own = {"name": f"{metadata['name']}-by-hand", "namespace": metadata["namespace"]}
        claims = [
            {"name": claim["metadata"]["name"], "emptyDir": {}}
            for claim in self.document["spec"].get("volumeClaimTemplates", [])
        ]
        spec = {**template["spec"], "volumes": [*template["spec"].get("volumes", []), *claims]}
        return Manifest({"apiVersion": "v1", "kind": "Pod", "metadata": {**template["metadata"], **own}, "spec": spec})


def manifests(stack: PulumiStack) -> tuple[Manifest, ...]:
    """Preview the stack file as it is and return the objects that the stack would have, sorted by name."""
    found = [
        Manifest(_shown(step.inputs))
        for (kind, _), step in planned(stack).items()
        if kind.startswith(_OBJECT) and step.inputs is not None
    ]
    return tuple(sorted(found, key=lambda one: one.name))


def write(objects: tuple[Manifest, ...], folder: Path) -> Path:
    """Write one file per object; returns the folder."""
    folder.mkdir(parents=True)
    for one in objects:
        (folder / f"{one.name}.json").write_text(json.dumps(one.document, indent=1))
    return folder


def as_list(objects: tuple[Manifest, ...]) -> str:
    """Return all as one document for kubectl."""
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [one.document for one in objects]})


def _shown(inputs: dict[str, Any]) -> dict[str, Any]:
    """Put stand-ins where the CLI hides a Secret's values, each by itself or all at once."""
    if inputs.get("kind") != "Secret":
        return inputs
    if inputs.get("type") == _TLS:
        # The API server reads these.
        pair = make_authority("stand-in", datetime.now(UTC))
        return {**inputs, "stringData": {"tls.crt": pair.certificate, "tls.key": pair.key}}
    shown = dict(inputs)
    for key in _STAND_INS.keys() & inputs.keys():
        values = inputs[key] if isinstance(inputs[key], dict) else {"hidden": _HIDDEN}
        shown[key] = {name: _STAND_INS[key] if text == _HIDDEN else text for name, text in values.items()}
    return shown
