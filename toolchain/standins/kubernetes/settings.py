"""The provider's configuration: what the program, the stack's configuration or the environment say."""

import json
import os
from dataclasses import dataclass

from toolchain.standins.kubernetes.normal import revealed
from toolchain.standins.servicer.values import Props, Unknown, Value

# Truth values and the environment variables that stand in for them, as with the official plugin.
FLAGS = {
    "deleteUnreachable": "PULUMI_K8S_DELETE_UNREACHABLE",
    "skipUpdateUnreachable": "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
    "enableServerSideApply": "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY",
    "enablePatchForce": "PULUMI_K8S_ENABLE_PATCH_FORCE",
    "enableConfigMapMutable": "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
    "enableSecretMutable": "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
    "upsertExistingObjects": "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
}
# Understood, and without an effect here: no warnings are given that they could suppress, no charts are installed.
QUIET = ("suppressDeprecationWarnings", "suppressHelmHookWarnings", "helmReleaseSettings", "alwaysRender", "strictMode")
REFUSED = {
    "renderYamlToDirectory": "writing YAML files instead of deploying is the official plugin's; leave it out and use "
    "`pulumi preview`, which is a dry run on the server",
}
TEXTS = ("kubeconfig", "context", "cluster", "namespace", "clusterIdentifier", "kubeClientSettings")
# What the engine itself puts among a provider's settings.
ENGINE = ("version", "pluginDownloadURL", "__internal")

# The official client gives a request this long.
REQUEST_SECONDS = 32


@dataclass(frozen=True)
class Settings:
    """What one provider was configured with. `kubeconfig` is a path or the content itself."""

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    namespace: str = ""
    delete_unreachable: bool = False
    skip_update_unreachable: bool = False
    patch_force: bool = False
    config_map_mutable: bool = False
    secret_mutable: bool = False
    upsert: bool = False
    request_seconds: float = REQUEST_SECONDS


def read(args: Props) -> Settings:
    """Read the configuration that the engine hands over."""
    plain = revealed(args)
    client = _object(plain.get("kubeClientSettings"))
    seconds = client.get("timeout") or os.environ.get("PULUMI_K8S_CLIENT_TIMEOUT")
    return Settings(
        kubeconfig=_text(plain.get("kubeconfig")),
        context=_text(plain.get("context")),
        cluster=_text(plain.get("cluster")),
        namespace=_text(plain.get("namespace")),
        delete_unreachable=_flag(plain, "deleteUnreachable"),
        skip_update_unreachable=_flag(plain, "skipUpdateUnreachable"),
        patch_force=_flag(plain, "enablePatchForce"),
        config_map_mutable=_flag(plain, "enableConfigMapMutable"),
        secret_mutable=_flag(plain, "enableSecretMutable"),
        upsert=_flag(plain, "upsertExistingObjects"),
        request_seconds=float(seconds) if isinstance(seconds, int | float | str) and seconds else REQUEST_SECONDS,
    )


def failures(news: Props) -> list[str]:
    """List why a configuration cannot be used."""
    known = (*FLAGS, *QUIET, *REFUSED, *TEXTS)
    found = [f"unknown setting {name}; known are {', '.join(known)}" for name in news if name not in known + ENGINE]
    plain = revealed(news)
    found += [f"{name} is not supported: {why}" for name, why in REFUSED.items() if plain.get(name) not in (None, "")]
    if not _flag(plain, "enableServerSideApply", default=True):
        found.append("enableServerSideApply cannot be false: the stand-in kubernetes plugin applies on the server only")
    return found


def _flag(args: Props, name: str, *, default: bool = False) -> bool:
    value = args.get(name)
    if value is None:
        value = os.environ.get(FLAGS[name])
    # The engine sends truth values as text.
    return default if value is None else value in (True, "true")


def _text(value: Value) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return value if isinstance(value, str) else ""


def _object(value: Value) -> Props:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def unknown(news: Props) -> bool:
    """Whether it is not known yet which cluster is meant."""
    plain = revealed(news)
    return any(isinstance(plain.get(name), Unknown) for name in ("kubeconfig", "context", "cluster"))
